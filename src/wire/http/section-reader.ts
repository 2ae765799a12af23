import { ByteQueue } from '../../bytes/byte-queue.ts';
import { LimitError, WireError } from '../../errors.ts';

const [TAB, LF, CR] = [0x09, 0x0a, 0x0d];

/**
 * Finds the end of a head or a trailer section: lines up to and with an empty one. What is refused, and with
 * which code, does not depend on how the bytes are split.
 */
export class SectionReader {
  readonly #what: string;
  readonly #sizeMax: number;
  // What earlier chunks brought of the section at hand.
  readonly #partial = new ByteQueue();
  // Of the line at hand, its CR included.
  #lineSize = 0;
  #previous = 0;
  #section: Uint8Array | undefined;

  /** @param what - For messages. @param sizeMax - In bytes, the empty line included. */
  constructor(what: string, sizeMax: number) {
    this.#what = what;
    this.#sizeMax = sizeMax;
  }

  /** Nothing of a section has been read. */
  get isEmpty(): boolean {
    return this.#partial.length === 0;
  }

  /**
   * Reads `bytes[start, end)` up to the end of the section.
   *
   * @returns Where it stopped: `end`, or after the empty line; then `take` has the section.
   * @throws {WireError} WIREMASK_ERR_HTTP_HEAD for a control character, and CR or LF without the other.
   * @throws {LimitError} WIREMASK_ERR_HTTP_HEAD_SIZE
   */
  push(bytes: Uint8Array, start: number, end: number): number {
    const limit = Math.min(end, start + this.#sizeMax - this.#partial.length);
    let previous = this.#previous;
    let lineSize = this.#lineSize;
    for (let at = start; at < limit; at++) {
      const byte = bytes[at]!;
      if (byte === LF) {
        if (previous !== CR) throw this.#malformed('LF without CR');
        if (lineSize === 1) return this.#complete(bytes, start, at + 1);
        lineSize = 0;
      } else {
        if (previous === CR) throw this.#malformed('CR without LF');
        if (byte < 0x20 && byte !== CR && byte !== TAB) throw this.#malformed('control character');
        lineSize++;
      }
      previous = byte;
    }
    if (limit < end) {
      const measured = { limit: 'headerSizeMax', size: this.#sizeMax + 1, max: this.#sizeMax };
      throw new LimitError('WIREMASK_ERR_HTTP_HEAD_SIZE', `${this.#what} size in bytes`, measured);
    }
    this.#previous = previous;
    this.#lineSize = lineSize;
    this.#partial.push(bytes.subarray(start, end));
    return end;
  }

  /** @returns The section that is complete, once: aliases the chunk when it came whole. */
  take(): Uint8Array | undefined {
    const section = this.#section;
    this.#section = undefined;
    return section;
  }

  #complete(bytes: Uint8Array, start: number, end: number): number {
    const last = bytes.subarray(start, end);
    if (this.#partial.length === 0) this.#section = last;
    else {
      this.#partial.push(last);
      this.#section = this.#partial.take(this.#partial.length)!;
    }
    this.#lineSize = 0;
    this.#previous = 0;
    return end;
  }

  #malformed(problem: string): WireError {
    return new WireError('WIREMASK_ERR_HTTP_HEAD', `${this.#what} with ${problem}`);
  }
}
