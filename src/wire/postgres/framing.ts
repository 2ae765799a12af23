import { ByteQueue } from '../../bytes/byte-queue.ts';
import { LimitError, WireError } from '../../errors.ts';

/** Type byte and int32 length: what stands before every body after the startup packet. */
export const messageHeaderSize = 5;

/**
 * Largest value of a message's length field: PostgreSQL builds no message body beyond 1 GiB - 1
 * bytes, and the field counts itself.
 */
export const messageLengthMax: number = 0x3fffffff + 4;

/**
 * Reads the length field of a message, which counts itself but not the type byte.
 *
 * @param at - Offset of the field: one after the type byte. Four bytes must be there.
 * @throws {WireError} WIREMASK_ERR_MESSAGE_LENGTH
 */
export function readMessageLength(bytes: Uint8Array, at: number): number {
  const length = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  if (length < 4 || length > messageLengthMax) {
    throw new WireError(
      'WIREMASK_ERR_MESSAGE_LENGTH',
      `message length ${length} is not in 4..${messageLengthMax}`,
    );
  }
  return length;
}

/** One whole message. */
export interface FramedMessage {
  readonly type: number;
  /** Type byte, length and body. */
  readonly bytes: Uint8Array;
  /** The part of `bytes` after the header. */
  readonly body: Uint8Array;
}

/** Cuts a stream into messages, however it is split. A session walks its chunks itself, without copies. */
export class MessageFramer {
  readonly #queue = new ByteQueue();
  readonly #messageSizeMax: number;

  /** @param options - `messageSizeMax`: bytes of a whole message; the protocol's own limit unless said. */
  constructor(options: { readonly messageSizeMax?: number } = {}) {
    this.#messageSizeMax = options.messageSizeMax ?? messageLengthMax + 1;
  }

  /** Bytes of an incomplete message. */
  get pendingSize(): number {
    return this.#queue.length;
  }

  /**
   * Takes the next bytes of the stream.
   *
   * @returns The messages that are complete now; they stay valid.
   * @throws {WireError | LimitError} WIREMASK_ERR_MESSAGE_LENGTH, WIREMASK_ERR_MESSAGE_SIZE
   */
  push(chunk: Uint8Array): FramedMessage[] {
    this.#queue.push(chunk);
    const messages: FramedMessage[] = [];
    for (;;) {
      const header = this.#queue.peek(messageHeaderSize);
      if (header === undefined) return messages;
      const size = readMessageLength(header, 1) + 1;
      if (size > this.#messageSizeMax) {
        const measured = { limit: 'messageSizeMax', size, max: this.#messageSizeMax };
        throw new LimitError('WIREMASK_ERR_MESSAGE_SIZE', 'message size in bytes', measured);
      }
      const bytes = this.#queue.take(size);
      if (bytes === undefined) return messages;
      messages.push({ type: bytes[0]!, bytes, body: bytes.subarray(messageHeaderSize) });
    }
  }
}
