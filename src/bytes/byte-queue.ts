// A block is at least this large, so that bytes arriving one by one do not become one object each.
const blockSizeMin = 1024;

/**
 * Received bytes that do not make a whole frame yet.
 *
 * Copies what it is given, so the caller may use its chunk again; every byte is copied once on the
 * way in and, when a frame spans blocks, once more on the way out, however many chunks it came in.
 */
export class ByteQueue {
  #blocks: Uint8Array[] = [];
  // Unread bytes of the first block start here.
  #headOffset = 0;
  // Written bytes of the last block end here.
  #tailLength = 0;
  #length = 0;

  /** Bytes held. */
  get length(): number {
    return this.#length;
  }

  /** Adds a copy of `chunk`. */
  push(chunk: Uint8Array): void {
    let copied = 0;
    const tail = this.#blocks.at(-1);
    if (tail !== undefined) {
      copied = Math.min(tail.length - this.#tailLength, chunk.length);
      tail.set(chunk.subarray(0, copied), this.#tailLength);
      this.#tailLength += copied;
    }
    const rest = chunk.length - copied;
    if (rest > 0) {
      // Twice the chunk leaves room for the next one of its kind, at most half of it unused.
      const block = new Uint8Array(Math.max(blockSizeMin, rest * 2));
      block.set(chunk.subarray(copied));
      this.#blocks.push(block);
      this.#tailLength = rest;
    }
    this.#length += chunk.length;
  }

  /**
   * Removes the first `size` bytes. They are the caller's from then on: later calls do not change them.
   *
   * @returns `undefined` when fewer are held.
   */
  take(size: number): Uint8Array | undefined {
    const taken = this.peek(size);
    if (taken !== undefined) this.#drop(size);
    return taken;
  }

  /** @returns The first `size` bytes, left where they are; `undefined` when fewer are held. */
  peek(size: number): Uint8Array | undefined {
    if (size > this.#length) return undefined;
    const first = this.#blocks[0];
    if (first === undefined) return new Uint8Array(0);
    if (size <= this.#writtenLength(0) - this.#headOffset) {
      return first.subarray(this.#headOffset, this.#headOffset + size);
    }
    const joined = new Uint8Array(size);
    let filled = 0;
    let from = this.#headOffset;
    for (let i = 0; filled < size; i++) {
      const part = this.#blocks[i]!.subarray(from, Math.min(this.#writtenLength(i), from + size - filled));
      joined.set(part, filled);
      filled += part.length;
      from = 0;
    }
    return joined;
  }

  /** Forgets everything. */
  clear(): void {
    this.#blocks = [];
    this.#headOffset = 0;
    this.#tailLength = 0;
    this.#length = 0;
  }

  #writtenLength(block: number): number {
    return block === this.#blocks.length - 1 ? this.#tailLength : this.#blocks[block]!.length;
  }

  #drop(size: number): void {
    if (size === this.#length) {
      this.clear();
      return;
    }
    let left = size;
    let whole = 0;
    for (;;) {
      const unread = this.#writtenLength(whole) - this.#headOffset;
      if (left < unread) break;
      left -= unread;
      whole++;
      this.#headOffset = 0;
    }
    this.#headOffset += left;
    this.#length -= size;
    if (whole > 0) this.#blocks.splice(0, whole);
  }
}
