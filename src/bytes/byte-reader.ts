import { WireError } from '../errors.ts';

/**
 * A bounds-checked cursor over one frame. Integers are big-endian. Every read that would pass `end`
 * throws `WIREMASK_ERR_MESSAGE_BODY` and names the offset and the sizes, never the bytes.
 */
export class ByteReader {
  /** Position of the next read, counted from the start of `bytes`. */
  offset: number;
  /** First position that must not be read. */
  readonly end: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.offset = start;
    this.end = end;
  }

  /** @returns Bytes left before `end`. */
  remaining(): number {
    return this.end - this.offset;
  }

  /** @throws {WireError} WIREMASK_ERR_MESSAGE_BODY */
  uint8(): number {
    return this.#bytes[this.#advance(1)]!;
  }

  /** @throws {WireError} WIREMASK_ERR_MESSAGE_BODY */
  int16(): number {
    return (this.uint16() << 16) >> 16;
  }

  /** @throws {WireError} WIREMASK_ERR_MESSAGE_BODY */
  uint16(): number {
    const at = this.#advance(2);
    return (this.#bytes[at]! << 8) | this.#bytes[at + 1]!;
  }

  /** @throws {WireError} WIREMASK_ERR_MESSAGE_BODY */
  int32(): number {
    const at = this.#advance(4);
    const bytes = this.#bytes;
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }

  /** @throws {WireError} WIREMASK_ERR_MESSAGE_BODY */
  uint32(): number {
    return this.int32() >>> 0;
  }

  /**
   * Takes the next `size` bytes; the result aliases the frame.
   *
   * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
   */
  bytes(size: number): Uint8Array {
    const at = this.#advance(size);
    return this.#bytes.subarray(at, at + size);
  }

  /**
   * Takes the bytes up to the next NUL and passes over it; the result aliases the frame and leaves
   * the NUL out.
   *
   * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
   */
  cstring(): Uint8Array {
    const start = this.offset;
    const nul = this.#bytes.indexOf(0, start);
    if (nul < 0 || nul >= this.end) {
      throw new WireError(
        'WIREMASK_ERR_MESSAGE_BODY',
        `string at offset ${start} has no end within ${this.remaining()} bytes`,
      );
    }
    this.offset = nul + 1;
    return this.#bytes.subarray(start, nul);
  }

  /**
   * `cstring` as UTF-8 text. What is not UTF-8 becomes U+FFFD, so the text does not always give the
   * same bytes again: only for text that is looked at, never for what is sent on.
   *
   * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
   */
  cstringText(): string {
    const text = this.cstring();
    return Buffer.from(text.buffer, text.byteOffset, text.length).toString('utf8');
  }

  /**
   * Refuses bytes that are left over: they would be a part of the message nobody has looked at.
   *
   * @param what - Name of the message, for the error.
   * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
   */
  expectEnd(what: string): void {
    if (this.offset !== this.end) {
      throw new WireError(
        'WIREMASK_ERR_MESSAGE_BODY',
        `${what} has ${this.remaining()} bytes after its end at offset ${this.offset}`,
      );
    }
  }

  #advance(size: number): number {
    const at = this.offset;
    if (size < 0 || size > this.end - at) {
      throw new WireError(
        'WIREMASK_ERR_MESSAGE_BODY',
        `${size} bytes expected at offset ${at}, ${this.end - at} are left`,
      );
    }
    this.offset = at + size;
    return at;
  }
}
