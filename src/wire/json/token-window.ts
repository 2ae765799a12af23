const NO_BYTES: Uint8Array = new Uint8Array(0);

/** The bytes that are read now: a chunk, behind what was left of those before. */
export class TokenWindow {
  /** May be longer than what has arrived. */
  bytes: Uint8Array = NO_BYTES;
  /** After the last byte that has arrived. */
  end = 0;
  // What is left of the window before, at the beginning of a buffer that can take more.
  #held: Uint8Array = NO_BYTES;
  #heldSize = 0;

  /** Whether something is left that has not been told. */
  get isHolding(): boolean {
    return this.#heldSize > 0;
  }

  /** Opens the next window. A chunk that nothing is left before is not copied. */
  open(chunk: Uint8Array): void {
    if (this.#heldSize === 0) {
      this.bytes = chunk;
      this.end = chunk.length;
      return;
    }
    this.end = this.#heldSize + chunk.length;
    if (this.end > this.#held.length) {
      const grown = new Uint8Array(Math.max(this.end, 2 * this.#held.length));
      grown.set(this.#held.subarray(0, this.#heldSize));
      this.#held = grown;
    }
    this.#held.set(chunk, this.#heldSize);
    this.bytes = this.#held;
  }

  /**
   * Keeps what begins at `from`. What was told of the window before it stays as it is: it gets a new buffer.
   */
  keep(from: number): void {
    const rest = this.end - from;
    if (rest > 0 && !(this.bytes === this.#held && from === 0)) {
      this.#held = new Uint8Array(2 * rest + 64);
      this.#held.set(this.bytes.subarray(from, this.end));
    }
    this.#heldSize = rest;
    if (rest === 0) this.#held = NO_BYTES;
  }
}

/** Which containers are open. */
export class OpenContainers {
  // One entry per open container: 1 for an array.
  #isArray = new Uint8Array(32);
  depth = 0;

  /** Whether the innermost one is an array. */
  get isArray(): boolean {
    return this.#isArray[this.depth - 1] === 1;
  }

  push(isArray: boolean): void {
    if (this.depth === this.#isArray.length) {
      const grown = new Uint8Array(2 * this.depth);
      grown.set(this.#isArray);
      this.#isArray = grown;
    }
    this.#isArray[this.depth++] = isArray ? 1 : 0;
  }
}
