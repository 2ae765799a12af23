import assert from 'node:assert';
import { WireError } from '../../errors.ts';
import type { BodyFraming } from './body-framing.ts';
import { ChunkedDecoder, type ChunkedHandler } from './chunked.ts';
import type { HeaderField } from './head.ts';
import { SectionReader } from './section-reader.ts';

/** Told about the messages of one direction, in order. What is handed over aliases the chunk at hand. */
export interface MessageHandler<Head> {
  /**
   * A head is complete.
   *
   * @param raw - Its very bytes, up to and with the empty line.
   * @returns How its body ends: `framingOfRequest(head)`, or `framingOfResponse(head, method)`.
   */
  head(head: Head, raw: Uint8Array): BodyFraming;
  /** Bytes of the body, without a transfer coding: `bytes[start, end)`, never none. */
  data(bytes: Uint8Array, start: number, end: number): void;
  /** The message is complete. @param trailers - Of a chunked body; else empty. */
  end(trailers: readonly HeaderField[]): void;
}

/** Limits of a reader. */
export interface MessageReaderOptions {
  /** Bytes of a head, and of a trailer section. */
  readonly headerSizeMax: number;
  /** Empty lines skipped before a head; 0 by default. 2 for requests (RFC 9112 section 2.2). */
  readonly emptyLinesMax?: number;
}

/** What the next byte belongs to. */
const State = { head: 0, sized: 1, chunked: 2, untilClose: 3, closed: 4 } as const;
type State = (typeof State)[keyof typeof State];

const NO_TRAILERS: readonly HeaderField[] = [];

/**
 * Reads the HTTP/1.1 messages of one direction of a connection as they arrive, however they are split. A 1xx
 * response is a message of its own. Where another protocol may begin, call `pause` in `head`.
 *
 * After a throw it is dead: every further call throws the same error.
 */
export class MessageReader<Head> {
  readonly #decodeHead: (bytes: Uint8Array) => Head;
  readonly #handler: MessageHandler<Head>;
  readonly #chunkedHandler: ChunkedHandler;
  readonly #headerSizeMax: number;
  readonly #emptyLinesMax: number;
  readonly #section: SectionReader;
  #state: State = State.head;
  #emptyLines = 0;
  // Of a body whose length is known.
  #remaining = 0;
  #chunked: ChunkedDecoder | undefined;
  #isPaused = false;
  // By the step just made.
  #hasEnded = false;
  #failure: Error | undefined;

  /** @param decodeHead - `decodeRequestHead` or `decodeResponseHead`. */
  constructor(
    decodeHead: (bytes: Uint8Array) => Head,
    handler: MessageHandler<Head>,
    { headerSizeMax, emptyLinesMax = 0 }: MessageReaderOptions,
  ) {
    this.#decodeHead = decodeHead;
    this.#handler = handler;
    this.#headerSizeMax = headerSizeMax;
    this.#emptyLinesMax = emptyLinesMax;
    this.#section = new SectionReader('head', headerSizeMax);
    this.#chunkedHandler = {
      data: (bytes, start, end) => handler.data(bytes, start, end),
      end: (trailers) => this.#finish(trailers),
    };
  }

  /** No byte of a further message has arrived. */
  get isBetweenMessages(): boolean {
    return this.#state === State.closed || (this.#state === State.head && this.#section.isEmpty);
  }

  /** Stops the reading after the message at hand, once; to be called in a callback. */
  pause(): void {
    this.#isPaused = true;
  }

  /**
   * Reads on from `start`. Not to be called after `close`.
   *
   * @returns The index after the last byte read: `bytes.length` unless it paused.
   * @throws {WireError} WIREMASK_ERR_HTTP_HEAD, WIREMASK_ERR_HTTP_FRAMING
   * @throws {LimitError} WIREMASK_ERR_HTTP_HEAD_SIZE
   * @throws What the handler throws.
   */
  push(bytes: Uint8Array, start = 0): number {
    return this.#untilFailure(() => this.#read(bytes, start));
  }

  /**
   * The peer has closed: ends a body that ends with the connection.
   *
   * @throws {WireError} WIREMASK_ERR_TRUNCATED in the middle of a message.
   */
  close(): void {
    this.#untilFailure(() => {
      if (this.#state === State.untilClose) this.#finish(NO_TRAILERS);
      else if (!this.isBetweenMessages)
        throw new WireError('WIREMASK_ERR_TRUNCATED', 'connection closed in the middle of a message');
      this.#state = State.closed;
    });
  }

  #untilFailure<Result>(read: () => Result): Result {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return read();
    } catch (error) {
      this.#failure = error as Error;
      throw error;
    }
  }

  #read(bytes: Uint8Array, start: number): number {
    assert(this.#state !== State.closed, 'bytes after the end of the connection');
    let at = start;
    while (at < bytes.length) {
      this.#hasEnded = false;
      at = this.#step(bytes, at);
      if (this.#hasEnded && this.#isPaused) {
        this.#isPaused = false;
        return at;
      }
    }
    return at;
  }

  #step(bytes: Uint8Array, at: number): number {
    const end = bytes.length;
    switch (this.#state) {
      case State.head:
        return this.#readHead(bytes, at);
      case State.sized:
        return this.#readSized(bytes, at);
      case State.chunked:
        return this.#chunked!.push(bytes, at, end);
      case State.untilClose:
        this.#handler.data(bytes, at, end);
        return end;
      case State.closed:
        return assert.fail('nothing follows a close');
      default:
        return this.#state satisfies never;
    }
  }

  #readHead(bytes: Uint8Array, start: number): number {
    const at = this.#section.push(bytes, start, bytes.length);
    const raw = this.#section.take();
    if (raw === undefined) return at;
    if (raw.length === 2) {
      if (++this.#emptyLines > this.#emptyLinesMax)
        throw new WireError('WIREMASK_ERR_HTTP_HEAD', `${this.#emptyLines} empty lines before a head`);
      return at;
    }
    this.#emptyLines = 0;
    this.#begin(this.#handler.head(this.#decodeHead(raw), raw));
    return at;
  }

  #begin(framing: BodyFraming): void {
    switch (framing.kind) {
      case 'none':
        this.#finish(NO_TRAILERS);
        return;
      case 'length':
        this.#remaining = framing.size;
        if (framing.size === 0) this.#finish(NO_TRAILERS);
        else this.#state = State.sized;
        return;
      case 'chunked':
        this.#chunked = new ChunkedDecoder(this.#chunkedHandler, this.#headerSizeMax);
        this.#state = State.chunked;
        return;
      case 'close':
        this.#state = State.untilClose;
        return;
      default:
        framing satisfies never;
    }
  }

  #readSized(bytes: Uint8Array, start: number): number {
    const end = Math.min(bytes.length, start + this.#remaining);
    this.#remaining -= end - start;
    this.#handler.data(bytes, start, end);
    if (this.#remaining === 0) this.#finish(NO_TRAILERS);
    return end;
  }

  #finish(trailers: readonly HeaderField[]): void {
    this.#state = State.head;
    this.#chunked = undefined;
    this.#hasEnded = true;
    this.#handler.end(trailers);
  }
}
