import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n');

/**
 * A client on one connection, that does as little as it can: a heavier one would hide what a proxy costs. It
 * knows the end of a body by its length, or by the last chunk.
 */
export class HttpClient {
  readonly #socket: Socket;
  #onData: (chunk: Buffer) => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
  }

  static async connect(port: number): Promise<HttpClient> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
    return new HttpClient(socket);
  }

  /** @returns How many bytes the response had; its body is not kept. */
  async get(path: string): Promise<number> {
    return await new Promise((resolve) => {
      let size = 0;
      let end: number | undefined;
      let tail: Buffer = Buffer.alloc(0);
      this.#onData = (chunk) => {
        if (size === 0) end = endOf(chunk);
        size += chunk.length;
        if (end === undefined) tail = endOfBoth(tail, chunk);
        if (end === undefined ? tail.equals(LAST_CHUNK) : size >= end) resolve(size);
      };
      this.#request(path);
    });
  }

  /** @returns Milliseconds until the first byte of a body has arrived. */
  async firstByte(path: string): Promise<number> {
    const start = performance.now();
    return await new Promise((resolve) => {
      let head: Buffer = Buffer.alloc(0);
      this.#onData = (chunk) => {
        head = Buffer.concat([head, chunk]);
        const at = head.indexOf(HEAD_END);
        if (at >= 0 && head.length > at + HEAD_END.length) resolve(performance.now() - start);
      };
      this.#request(path);
    });
  }

  #request(path: string): void {
    this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n`);
  }

  close(): void {
    this.#socket.destroy();
  }
}

// Copies no more than it has to: what the client does, a hop has to wait for.
function endOfBoth(tail: Buffer, chunk: Buffer): Buffer {
  const { length } = LAST_CHUNK;
  return chunk.length >= length ? chunk.subarray(-length) : Buffer.concat([tail, chunk]).subarray(-length);
}

/** @returns Size of the whole response, or `undefined` for one in chunks. The head comes in one piece. */
function endOf(first: Buffer): number | undefined {
  const headEnd = first.indexOf(HEAD_END);
  const head = first.toString('latin1', 0, headEnd);
  if (!head.startsWith('HTTP/1.1 200')) throw new Error(`unexpected answer: ${head.slice(0, 40)}`);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  return length === undefined ? undefined : headEnd + HEAD_END.length + Number(length);
}
