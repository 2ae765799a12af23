/** Sizes of a `TextCache`. */
export interface TextCacheLimits {
  /** Entries kept. */
  readonly entriesMax: number;
  /** Bytes of one text; longer ones are not kept. */
  readonly textSizeMax: number;
  /** Bytes of all texts together. */
  readonly sizeMax: number;
}

/**
 * Keeps what was found out about the texts seen last. A key is the text with one character per byte, so
 * that different bytes never share an entry.
 */
export class TextCache<T> {
  readonly #limits: TextCacheLimits;
  // A Map iterates in order of insertion: the first key is the one that was not used for longest.
  readonly #entries = new Map<string, T>();
  #size = 0;

  constructor(limits: TextCacheLimits) {
    this.#limits = limits;
  }

  /** Entries held now. */
  get count(): number {
    return this.#entries.size;
  }

  /** Bytes of text held now. */
  get size(): number {
    return this.#size;
  }

  /** @returns The key of a text, or `undefined` when it is too long to be kept. */
  keyOf(text: Uint8Array): string | undefined {
    if (text.length > this.#limits.textSizeMax) return undefined;
    return Buffer.from(text.buffer, text.byteOffset, text.length).toString('latin1');
  }

  get(key: string): T | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: string, value: T): void {
    if (!this.#entries.has(key)) this.#size += key.length;
    this.#entries.set(key, value);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.entriesMax && this.#size <= this.#limits.sizeMax) return;
      this.#entries.delete(oldest);
      this.#size -= oldest.length;
    }
  }
}
