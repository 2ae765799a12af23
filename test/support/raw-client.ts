import { connect, type Socket } from 'node:net';

/** One backend message, type byte and body. */
export interface BackendMessage {
  readonly type: string;
  readonly body: Buffer;
}

/** Type byte of messages that a test waits for. */
const READY_FOR_QUERY = 'Z';
const DEFAULT_TIMEOUT_MS = 10_000;

const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const cstring = (text: string): Buffer => Buffer.from(text + '\0', 'utf8');

/** Frames a body: type byte (none for start-up messages), length, body. */
export function frame(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type, 'latin1'), int32(body.length + 4), body]);
}

/** Frontend messages by the names of the specification. */
export const message = {
  query: (text: string): Buffer => frame('Q', cstring(text)),
  parse: (name: string, text: string, typeOids: readonly number[] = []): Buffer =>
    frame('P', cstring(name), cstring(text), int16(typeOids.length), ...typeOids.map(int32)),
  bind: (options: {
    readonly portal?: string;
    readonly statement?: string;
    readonly values?: readonly (string | null)[];
    readonly resultFormats?: readonly number[];
  }): Buffer => {
    const values = options.values ?? [];
    const formats = options.resultFormats ?? [];
    return frame(
      'B',
      cstring(options.portal ?? ''),
      cstring(options.statement ?? ''),
      int16(0),
      int16(values.length),
      ...values.flatMap((value) =>
        value === null ? [int32(-1)] : [int32(Buffer.byteLength(value)), Buffer.from(value)],
      ),
      int16(formats.length),
      ...formats.map(int16),
    );
  },
  describe: (kind: 'S' | 'P', name = ''): Buffer => frame('D', Buffer.from(kind), cstring(name)),
  execute: (portal = '', rowsMax = 0): Buffer => frame('E', cstring(portal), int32(rowsMax)),
  close: (kind: 'S' | 'P', name = ''): Buffer => frame('C', Buffer.from(kind), cstring(name)),
  sync: (): Buffer => frame('S'),
  flush: (): Buffer => frame('H'),
  terminate: (): Buffer => frame('X'),
  copyData: (data: string | Uint8Array): Buffer => frame('d', Buffer.from(data)),
  copyDone: (): Buffer => frame('c'),
  copyFail: (reason: string): Buffer => frame('f', cstring(reason)),
  functionCall: (oid: number, values: readonly string[], resultFormat = 0): Buffer =>
    frame(
      'F',
      int32(oid),
      int16(0),
      int16(values.length),
      ...values.flatMap((value) => [int32(Buffer.byteLength(value)), Buffer.from(value)]),
      int16(resultFormat),
    ),
  startup: (parameters: Readonly<Record<string, string>>, version = 0x0003_0000): Buffer =>
    frame('', int32(version), ...Object.entries(parameters).flat().map(cstring), Buffer.from([0])),
  sslRequest: (): Buffer => frame('', int32(80_877_103)),
  gssEncRequest: (): Buffer => frame('', int32(80_877_104)),
  cancelRequest: (processId: number, key: Uint8Array): Buffer =>
    frame('', int32(80_877_102), int32(processId), key),
} as const;

/** A client that sends what it is told and keeps what it gets. */
export class RawClient {
  readonly messages: BackendMessage[] = [];
  /** Bytes that are not messages yet; the answer to SSLRequest stands here. */
  pending: Buffer = Buffer.alloc(0);
  isClosed = false;
  private isFraming = false;
  private readonly waiting = new Set<() => void>();
  readonly socket: Socket;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isClosed = true;
      this.wake();
    });
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const client = new RawClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  /** A client on a socket that is connected already, such as one that went through a TLS handshake. */
  static over(socket: Socket): RawClient {
    return new RawClient(socket);
  }

  /** Connects and logs in, by trust. */
  static async login(port: number, options: LoginOptions = {}): Promise<RawClient> {
    const client = await RawClient.connect(port);
    await client.startup(options);
    return client;
  }

  /** Sends the start-up message and waits for the first ReadyForQuery. */
  async startup(options: LoginOptions = {}): Promise<void> {
    const parameters = { user: 'postgres', database: 'postgres', ...options.parameters };
    this.expectMessages();
    this.send(message.startup(parameters, options.version));
    await this.untilReady();
  }

  /** From here on the server answers in messages; for scripts that send the start-up message themselves. */
  expectMessages(): void {
    this.isFraming = true;
  }

  send(...parts: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(parts));
  }

  /** Sends one byte per write, each in a segment of its own as far as the system allows. */
  async sendBytewise(bytes: Uint8Array): Promise<void> {
    for (const byte of bytes) {
      await new Promise<void>((resolve) => this.socket.write(Buffer.of(byte), () => resolve()));
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  /** Waits for `count` more ReadyForQuery, or the end of the connection, and returns what came. */
  async untilReady(count = 1, timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<readonly BackendMessage[]> {
    return await this.until(
      (fresh) => fresh.filter(({ type }) => type === READY_FOR_QUERY).length >= count,
      timeoutMs,
    );
  }

  /** Waits until one message of this type came, or the end of the connection. */
  async untilType(type: string, timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<readonly BackendMessage[]> {
    return await this.until((fresh) => fresh.some((entry) => entry.type === type), timeoutMs);
  }

  /** Waits for unframed bytes, such as the one-byte answer to SSLRequest. */
  async untilBytes(count: number, timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<Buffer> {
    await this.wait(() => this.pending.length >= count, timeoutMs);
    const bytes = this.pending.subarray(0, count);
    this.pending = this.pending.subarray(count);
    return bytes;
  }

  async untilClosed(timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<void> {
    await this.wait(() => false, timeoutMs);
  }

  async end(): Promise<void> {
    if (this.isClosed) return;
    this.socket.end(message.terminate());
    await this.untilClosed();
  }

  private async until(
    isEnough: (fresh: readonly BackendMessage[]) => boolean,
    timeoutMs: number,
  ): Promise<readonly BackendMessage[]> {
    const start = this.messages.length - this.unread;
    await this.wait(() => isEnough(this.messages.slice(start)), timeoutMs);
    this.unread = 0;
    return this.messages.slice(start);
  }

  private unread = 0;

  private async wait(isDone: () => boolean, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!isDone() && !this.isClosed) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`no answer after ${timeoutMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  private wake(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const resume of waiting) resume();
  }

  private receive(chunk: Buffer): void {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    while (this.isFraming && this.pending.length >= 5) {
      const size = this.pending.readUInt32BE(1) + 1;
      if (this.pending.length < size) break;
      const type = String.fromCharCode(this.pending[0]!);
      this.messages.push({ type, body: this.pending.subarray(5, size) });
      this.unread++;
      this.pending = this.pending.subarray(size);
    }
    this.wake();
  }
}

export interface LoginOptions {
  readonly parameters?: Readonly<Record<string, string>>;
  /** Protocol version; default 3.0. */
  readonly version?: number;
}

/** The fields of an ErrorResponse or NoticeResponse, by their type letter. */
export function errorFields(body: Buffer): Readonly<Record<string, string>> {
  const entries = body
    .toString('utf8')
    .split('\0')
    .filter((field) => field.length > 0);
  return Object.fromEntries(entries.map((field) => [field[0]!, field.slice(1)]));
}

/** The cells of a DataRow. */
export function dataRowCells(body: Buffer): readonly (Buffer | null)[] {
  const cells: (Buffer | null)[] = [];
  let at = 2;
  for (let left = body.readInt16BE(0); left > 0; left--) {
    const length = body.readInt32BE(at);
    at += 4;
    cells.push(length < 0 ? null : body.subarray(at, at + length));
    at += Math.max(length, 0);
  }
  return cells;
}

/** Reads whole messages from a recorded stream; stops at a rest that is none. */
export function backendMessages(bytes: Buffer): readonly BackendMessage[] {
  const messages: BackendMessage[] = [];
  let at = 0;
  while (at + 5 <= bytes.length) {
    const size = bytes.readUInt32BE(at + 1) + 1;
    if (size < 5 || at + size > bytes.length) break;
    messages.push({ type: String.fromCharCode(bytes[at]!), body: bytes.subarray(at + 5, at + size) });
    at += size;
  }
  return messages;
}
