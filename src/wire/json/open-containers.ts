/** Which containers are open. */
export class OpenContainers {
  // One entry per open container: 1 for an array.
  #isArray = new Uint8Array(32);
  #depth = 0;
  #lowest = 0;

  get depth(): number {
    return this.#depth;
  }

  /** Smallest depth since `mark`: containers below it are still the same. */
  get lowest(): number {
    return this.#lowest;
  }

  /** Whether the innermost one is an array. */
  get isArray(): boolean {
    return this.#isArray[this.#depth - 1] === 1;
  }

  /** Whether the one that was opened at this depth is an array; 0: the outermost one. */
  isArrayAt(depth: number): boolean {
    return this.#isArray[depth] === 1;
  }

  push(isArray: boolean): void {
    if (this.#depth === this.#isArray.length) {
      const grown = new Uint8Array(2 * this.#depth);
      grown.set(this.#isArray);
      this.#isArray = grown;
    }
    this.#isArray[this.#depth++] = isArray ? 1 : 0;
  }

  pop(depth: number = this.#depth - 1): void {
    this.#depth = depth;
    if (depth < this.#lowest) this.#lowest = depth;
  }

  /** Begins anew with `lowest`. */
  mark(): void {
    this.#lowest = this.#depth;
  }
}
