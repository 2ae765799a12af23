import { connect, type Socket } from 'node:net';
import { encodeQuery, encodeStartupMessage } from 'wiremask/postgres';

const READ_BUFFER_SIZE = 1024 * 1024;
const TAIL_SIZE = 64;

// ReadyForQuery is `Z`, int32 5, status: no text value holds these zero bytes.
const READY = Buffer.from([0x5a, 0, 0, 0, 5]);
const ERROR = 0x45;

/** What came back for one query. */
export interface Answer {
  readonly size: number;
  /** Milliseconds from sending the query to ReadyForQuery. */
  readonly ms: number;
}

/**
 * A client that only counts bytes: it reads into one buffer and looks at nothing but the end, so that it
 * costs as little as a client can.
 */
export class RawClient {
  readonly #socket: Socket;
  readonly #tail = Buffer.alloc(TAIL_SIZE);
  #tailSize = 0;
  #size = 0;
  #firstByte = -1;
  #resolve: ((size: number) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;
  /** Called with every piece of an answer; the bytes are valid during the call only. */
  onBytes: ((bytes: Buffer) => void) | undefined;

  private constructor(port: number) {
    const buffer = Buffer.alloc(READ_BUFFER_SIZE);
    const onread = {
      buffer,
      callback: (size: number): boolean => {
        this.#take(buffer.subarray(0, size));
        return true;
      },
    };
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
    this.#socket.on('error', (error) => this.#reject?.(error));
    this.#socket.on('close', () => this.#reject?.(new Error('the connection was closed')));
  }

  /** Logs in as postgres, without a password. */
  static async connect(port: number): Promise<RawClient> {
    const client = new RawClient(port);
    const parameters = [
      ['user', 'postgres'],
      ['database', 'postgres'],
    ] as const;
    await client.#exchange(encodeStartupMessage({ parameters }));
    return client;
  }

  /** Runs one statement and waits for the end of its answer. */
  async query(text: string): Promise<Answer> {
    const start = performance.now();
    const size = await this.#exchange(encodeQuery(text));
    return { size, ms: performance.now() - start };
  }

  close(): void {
    this.#reject = undefined;
    this.#socket.destroy();
  }

  async #exchange(message: Uint8Array): Promise<number> {
    this.#size = 0;
    this.#tailSize = 0;
    return await new Promise<number>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#socket.write(message);
    });
  }

  #take(bytes: Buffer): void {
    if (this.#size === 0) this.#firstByte = bytes[0] ?? -1;
    this.#size += bytes.length;
    this.onBytes?.(bytes);
    this.#keepTail(bytes);
    const readyAt = this.#tailSize - READY.length - 1;
    if (readyAt < 0 || !this.#tail.subarray(readyAt, readyAt + READY.length).equals(READY)) return;
    // An error before ReadyForQuery would make a fast answer.
    if (this.#firstByte === ERROR) {
      const text = this.#tail.subarray(0, readyAt).toString('latin1').replaceAll('\0', ' ');
      this.#reject?.(new Error(`the server answered with an error: ${text}`));
    } else {
      this.#resolve?.(this.#size);
    }
  }

  #keepTail(bytes: Buffer): void {
    if (bytes.length >= TAIL_SIZE) {
      bytes.copy(this.#tail, 0, bytes.length - TAIL_SIZE);
      this.#tailSize = TAIL_SIZE;
      return;
    }
    const kept = Math.min(this.#tailSize, TAIL_SIZE - bytes.length);
    this.#tail.copyWithin(0, this.#tailSize - kept, this.#tailSize);
    bytes.copy(this.#tail, kept);
    this.#tailSize = kept + bytes.length;
  }
}
