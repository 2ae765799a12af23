const MEMORY_MIN = 1024;

/** Bytes that wait, in one piece. Adding and dropping cost what is added, however small the parts are. */
export class HeldBytes {
  #memory: Uint8Array = new Uint8Array(MEMORY_MIN);
  #start = 0;
  #end = 0;

  /** Bytes held. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** What is held, where it lies: valid until the next call. */
  get bytes(): Uint8Array {
    return this.#memory.subarray(this.#start, this.#end);
  }

  /** Adds a copy of `chunk`. */
  push(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#memory.length) this.#makeRoom(chunk.length);
    this.#memory.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Removes the first `size` bytes. @returns A copy of them. */
  take(size: number): Uint8Array {
    const taken = new Uint8Array(this.#memory.subarray(this.#start, this.#start + size));
    this.drop(size);
    return taken;
  }

  /** Forgets the first `size` bytes. */
  drop(size: number): void {
    this.#start += size;
    if (this.#start === this.#end) this.#start = this.#end = 0;
  }

  // At least half of the memory is free afterwards, so that what is held is moved once per that many bytes.
  #makeRoom(size: number): void {
    const held = this.bytes;
    const needed = (held.length + size) * 2;
    const memory = needed > this.#memory.length ? new Uint8Array(needed) : this.#memory;
    memory.set(held);
    this.#memory = memory;
    this.#end = held.length;
    this.#start = 0;
  }
}
