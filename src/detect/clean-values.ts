// A power of two; the top bits of a signature choose.
const ENTRIES = 16;
const ENTRY_SHIFT = 28;
const SIZE_MAX = 64;
const NO_BYTES = new Uint8Array(0);

/**
 * Short values in which nothing was found, when they come again: a status, a city, a type. What the rules of
 * a field find depends on the bytes of a value alone.
 */
export class CleanValues {
  // Of the value last met in each entry.
  readonly #signatures = new Int32Array(ENTRIES);
  // 0: it came once, and was not kept.
  readonly #lengths = new Uint8Array(ENTRIES);
  readonly #costs = new Int32Array(ENTRIES);
  // Most fields of most documents never need it.
  #bytes = NO_BYTES;
  // Of the value last asked about.
  #signature = 0;
  #entry = -1;

  /**
   * @returns What it has cost to find nothing in `bytes[start, end)`; -1 where nobody knows: then `note` may
   *   follow.
   */
  costOf(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    this.#entry = -1;
    if (length === 0 || length > SIZE_MAX) return -1;
    const signature = signatureOf(bytes, start, end);
    const entry = signature >>> ENTRY_SHIFT;
    this.#signature = signature;
    this.#entry = entry;
    if (this.#signatures[entry] !== signature || this.#lengths[entry] !== length) return -1;
    const from = entry * SIZE_MAX - start;
    for (let at = start; at < end; at++) if (this.#bytes[from + at] !== bytes[at]) return -1;
    return this.#costs[entry]!;
  }

  /** Nothing was found in the value last asked about. It is kept when it seems to come again. */
  note(bytes: Uint8Array, start: number, end: number, cost: number): void {
    const entry = this.#entry;
    if (entry < 0) return;
    if (this.#signatures[entry] !== this.#signature) {
      this.#signatures[entry] = this.#signature;
      this.#lengths[entry] = 0;
      return;
    }
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(ENTRIES * SIZE_MAX);
    this.#lengths[entry] = end - start;
    this.#costs[entry] = cost;
    const from = entry * SIZE_MAX - start;
    for (let at = start; at < end; at++) this.#bytes[from + at] = bytes[at]!;
  }
}

/** Of the length and a few bytes: different for most values of most fields. */
function signatureOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  let signature = Math.imul(length, 0x9e3779b1) ^ bytes[start]!;
  signature = Math.imul(signature ^ bytes[start + (length >> 2)]!, 0x85ebca6b);
  signature = Math.imul(signature ^ bytes[start + (length >> 1)]!, 0xc2b2ae35);
  signature = Math.imul(signature ^ bytes[end - 1 - (length >> 2)]!, 0x27d4eb2f);
  return Math.imul(signature ^ bytes[end - 1]!, 0x165667b1) ^ (signature >>> 15);
}
