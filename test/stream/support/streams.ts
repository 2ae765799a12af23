import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** Two ends of one TCP connection; either may end its side first. */
export async function socketPair(
  options: { readonly highWaterMark?: number } = {},
): Promise<readonly [near: Socket, far: Socket]> {
  const server = createServer({ allowHalfOpen: true, ...options }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const accepted = once(server, 'connection');
  const far = connect({ port: address.port, host: '127.0.0.1', allowHalfOpen: true });
  await once(far, 'connect');
  const [near] = (await accepted) as [Socket];
  server.close();
  return [near, far];
}

/** Everything a stream gives until it ends or is closed. */
export async function readAll(stream: Duplex): Promise<string> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => stream.destroy());
  await new Promise((resolve) => stream.once('end', resolve).once('close', resolve));
  return Buffer.concat(chunks).toString();
}

/** Lets everything run that is already due. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A stream in the hands of the test: it counts, and takes or gives only what it is told to. */
export class TestStream extends Duplex {
  readonly taken: Buffer[] = [];
  /** Chunks per write that reached the bottom: more than one when corked. */
  readonly batches: number[] = [];
  takenSize = 0;
  givenSize = 0;
  #isStuck: boolean;
  #endlessChunk: Buffer | undefined;
  #waiting: (() => void)[] = [];

  /** @param options - `isStuck`: takes nothing until `unstick`; `endlessChunk`: given whenever asked for. */
  constructor(options: { readonly isStuck?: boolean; readonly endlessChunk?: Buffer } = {}) {
    super({ highWaterMark: 16_384 });
    this.#isStuck = options.isStuck ?? false;
    this.#endlessChunk = options.endlessChunk;
  }

  get text(): string {
    return Buffer.concat(this.taken).toString();
  }

  unstick(): void {
    this.#isStuck = false;
    for (const isTaken of this.#waiting.splice(0)) isTaken();
  }

  override _read(): void {
    const chunk = this.#endlessChunk;
    if (!chunk) return;
    // Later, like a socket: a source that gives at once would keep everybody else from running.
    setImmediate(() => {
      if (this.destroyed) return;
      this.givenSize += chunk.length;
      this.push(chunk);
    });
  }

  override _writev(chunks: { readonly chunk: Buffer }[], isTaken: () => void): void {
    this.batches.push(chunks.length);
    for (const { chunk } of chunks) this.#take(chunk);
    this.#confirm(isTaken);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, isTaken: () => void): void {
    this.batches.push(1);
    this.#take(chunk);
    this.#confirm(isTaken);
  }

  #take(chunk: Buffer): void {
    this.taken.push(chunk);
    this.takenSize += chunk.length;
  }

  #confirm(isTaken: () => void): void {
    if (this.#isStuck) this.#waiting.push(isTaken);
    else setImmediate(isTaken);
  }
}

/** Collects rejections nobody handles, for the duration of `run`. */
export async function unhandledRejections(run: () => Promise<void>): Promise<unknown[]> {
  const found: unknown[] = [];
  const collect = (reason: unknown): void => {
    found.push(reason);
  };
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', collect);
  try {
    await run();
    await settle();
  } finally {
    process.off('unhandledRejection', collect);
    for (const other of others) process.on('unhandledRejection', other);
  }
  return found;
}
