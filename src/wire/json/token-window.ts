import assert from 'node:assert/strict';

const NO_BYTES: Uint8Array = new Uint8Array(0);
// A token that is cut is seldom longer than this.
const JOINED_MIN = 256;

/** The bytes that are read now: a chunk, or what was left of those before and the beginning of one. */
export class TokenWindow {
  /** May be longer than what has arrived. */
  bytes: Uint8Array = NO_BYTES;
  /** After the last byte that has arrived. */
  end = 0;
  // What is left of the windows before, at the beginning of a buffer that can take more.
  #held: Uint8Array = NO_BYTES;
  #heldSize = 0;
  #chunk: Uint8Array = NO_BYTES;

  /** Whether something is left that has not been told. */
  get isHolding(): boolean {
    return this.#heldSize > 0;
  }

  /**
   * Opens the next window. A chunk that nothing is left before is not copied; of another one as much as may
   * complete the token that is cut: a fifth of the time of a body that comes in chunks of 64 KiB.
   */
  open(chunk: Uint8Array): void {
    this.#chunk = chunk;
    if (this.#heldSize === 0) {
      this.bytes = chunk;
      this.end = chunk.length;
      return;
    }
    const joined = Math.min(chunk.length, Math.max(JOINED_MIN, this.#heldSize));
    this.end = this.#heldSize + joined;
    if (this.end > this.#held.length) {
      const grown = new Uint8Array(Math.max(this.end, 2 * this.#held.length));
      grown.set(this.#held.subarray(0, this.#heldSize));
      this.#held = grown;
    }
    this.#held.set(joined === chunk.length ? chunk : chunk.subarray(0, joined), this.#heldSize);
    this.bytes = this.#held;
  }

  /**
   * The bytes before `from` are done with. What was told of the window stays as it is: what is kept gets a
   * new buffer.
   *
   * @returns What of the chunk has not been read, for the next window; none when all of it is kept.
   */
  keep(from: number): Uint8Array {
    assert(from <= this.end, 'no more is done with than there is');
    const before = this.#heldSize;
    const joined = this.end - before;
    if (before > 0 && joined < this.#chunk.length && from >= before) {
      this.#hold(this.end);
      return this.#chunk.subarray(from - before);
    }
    this.#hold(from);
    return joined === this.#chunk.length ? NO_BYTES : this.#chunk.subarray(joined);
  }

  #hold(from: number): void {
    const rest = this.end - from;
    if (rest > 0 && !(this.bytes === this.#held && from === 0)) {
      this.#held = new Uint8Array(2 * rest + 64);
      this.#held.set(this.bytes.subarray(from, this.end));
    }
    this.#heldSize = rest;
    if (rest === 0) this.#held = NO_BYTES;
  }
}
