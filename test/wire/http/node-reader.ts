import { createServer, type IncomingMessage, request } from 'node:http';
import { Duplex } from 'node:stream';
import type { HeaderField } from '../../../src/wire/http/head.ts';

/** A message as Node's own parser reads it. */
export interface NodeMessage {
  /** Method and target, or status and reason. */
  readonly line: string;
  readonly fields: readonly HeaderField[];
  readonly body: string;
  readonly trailers: readonly HeaderField[];
}

/** A connection whose other side has sent `bytes` and closed; what is written to it is dropped. */
class SentBytes extends Duplex {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super();
    this.#bytes = bytes;
  }

  override _read(): void {
    this.push(this.#bytes);
    this.push(null);
  }

  override _write(_chunk: unknown, _encoding: unknown, done: () => void): void {
    done();
  }

  // What node:http calls on a socket.
  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }
}

/** @returns The requests that Node's server read to their end. */
export async function readRequestsWithNode(bytes: Uint8Array): Promise<readonly NodeMessage[]> {
  const messages: NodeMessage[] = [];
  const server = createServer((message, response) => {
    collect(message, `${message.method} ${message.url}`, (read) => messages.push(read));
    response.end();
  });
  const connection = new SentBytes(bytes);
  await new Promise<void>((resolve) => {
    // Without a listener it answers; what it has read so far counts.
    server.on('clientError', () => connection.destroy());
    server.on('connect', () => connection.destroy());
    connection.once('close', () => setImmediate(resolve));
    server.emit('connection', connection);
  });
  return messages;
}

/** @returns The response that Node's client read to its end; `undefined` if it refused it. */
export async function readResponseWithNode(
  bytes: Uint8Array,
  method: string,
): Promise<NodeMessage | undefined> {
  return await new Promise((resolve) => {
    const sent = request({ method, createConnection: () => new SentBytes(bytes) });
    sent.on('error', () => resolve(undefined));
    sent.on('response', (message) => {
      message.on('error', () => resolve(undefined));
      collect(message, `${message.statusCode} ${message.statusMessage}`, resolve);
    });
    sent.end();
  });
}

function collect(message: IncomingMessage, line: string, done: (read: NodeMessage) => void): void {
  const parts: Buffer[] = [];
  message.on('data', (part: Buffer) => parts.push(part));
  message.on('end', () =>
    done({
      line,
      fields: pairs(message.rawHeaders),
      body: Buffer.concat(parts).toString('latin1'),
      trailers: pairs(message.rawTrailers),
    }),
  );
}

function pairs(list: readonly string[]): readonly HeaderField[] {
  return list.flatMap((name, index) => (index % 2 === 0 ? [{ name, value: list[index + 1] ?? '' }] : []));
}
