import { ByteQueue } from '../../bytes/byte-queue.ts';
import { LimitError } from '../../errors.ts';
import { messageHeaderSize, readMessageLength } from '../../wire/postgres/framing.ts';
import type { OutputBuilder } from '../output-builder.ts';

/** Who gets the messages a walker cuts. */
export interface MessageSink {
  /** Takes one whole message, `bytes[start, end)`, and sends on what is to be sent. */
  message(bytes: Uint8Array, start: number, end: number): void;
  /**
   * A message of this type begins.
   *
   * @throws {WireError} WIREMASK_ERR_MESSAGE_TYPE: before its body is waited for.
   */
  begin(type: number): void;
  /**
   * @returns Whether a message of this type and size (bytes, header included) may pass as it arrives,
   * without being held whole.
   */
  canStream(type: number, size: number): boolean;
  /** @returns Whether to stop after the message that was just taken. */
  isPaused(): boolean;
}

/**
 * Cuts one direction of a connection into messages, in place: whole messages are handed on as ranges
 * of the chunk they came in; only a message cut by the end of a chunk is copied, unless it may stream.
 */
export class MessageWalker {
  readonly #sizeMax: number;
  readonly #output: OutputBuilder;
  readonly #sink: MessageSink;
  readonly #partial = new ByteQueue();
  // Bytes still to come of a message that passes as it arrives.
  #streamLeft = 0;

  /** @param sizeMax - `messageSizeMax`, for messages that are held whole. */
  constructor(sizeMax: number, output: OutputBuilder, sink: MessageSink) {
    this.#sizeMax = sizeMax;
    this.#output = output;
    this.#sink = sink;
  }

  /** A message has begun and not ended. */
  get isInMessage(): boolean {
    return this.#streamLeft > 0 || this.#partial.length > 0;
  }

  /** Part of a message has been sent on. */
  get isStreaming(): boolean {
    return this.#streamLeft > 0;
  }

  /**
   * Takes the next bytes.
   *
   * @returns How many were taken: fewer than given when the sink paused.
   * @throws {WireError | LimitError} WIREMASK_ERR_MESSAGE_LENGTH, WIREMASK_ERR_MESSAGE_SIZE, and what the
   *   sink throws.
   */
  push(chunk: Uint8Array): number {
    const end = chunk.length;
    let at = 0;
    while (at < end) {
      if (this.#streamLeft > 0) {
        const size = Math.min(this.#streamLeft, end - at);
        this.#output.forward(chunk, at, at + size);
        this.#streamLeft -= size;
        at += size;
        continue;
      }
      at = this.#partial.length > 0 ? this.#completePartial(chunk, at) : this.#nextMessage(chunk, at);
      if (this.#sink.isPaused()) return at;
    }
    return at;
  }

  // Both return the offset up to which the chunk was taken.
  #nextMessage(chunk: Uint8Array, at: number): number {
    const end = chunk.length;
    if (end - at < messageHeaderSize) {
      this.#sink.begin(chunk[at]!);
      this.#partial.push(chunk.subarray(at));
      return end;
    }
    const next = at + 1 + readMessageLength(chunk, at + 1);
    if (next <= end) {
      this.#sink.message(chunk, at, next);
      return next;
    }
    this.#sink.begin(chunk[at]!);
    if (this.#sink.canStream(chunk[at]!, next - at)) {
      this.#output.forward(chunk, at, end);
      this.#streamLeft = next - end;
      return end;
    }
    this.#checkSize(next - at);
    this.#partial.push(chunk.subarray(at));
    return end;
  }

  #completePartial(chunk: Uint8Array, from: number): number {
    const partial = this.#partial;
    let at = this.#fill(messageHeaderSize, chunk, from);
    const header = partial.peek(messageHeaderSize);
    if (header === undefined) return at;
    const size = 1 + readMessageLength(header, 1);
    if (size > partial.length && this.#sink.canStream(header[0]!, size)) {
      this.#streamLeft = size - partial.length;
      this.#output.add(partial.take(partial.length)!);
      return at;
    }
    this.#checkSize(size);
    at = this.#fill(size, chunk, at);
    const message = partial.take(size);
    if (message !== undefined) this.#sink.message(message, 0, size);
    return at;
  }

  // Adds bytes of the chunk until `size` are held.
  #fill(size: number, chunk: Uint8Array, at: number): number {
    const end = Math.min(chunk.length, at + Math.max(0, size - this.#partial.length));
    this.#partial.push(chunk.subarray(at, end));
    return end;
  }

  #checkSize(size: number): void {
    if (size <= this.#sizeMax) return;
    const measured = { limit: 'messageSizeMax', size, max: this.#sizeMax };
    throw new LimitError('WIREMASK_ERR_MESSAGE_SIZE', 'message size in bytes', measured);
  }
}
