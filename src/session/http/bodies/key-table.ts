import { decodeJsonText } from '../../../wire/json/string-literal.ts';

// Keys come from the other side of the wire, so what is kept has a limit.
const KEYS_MAX = 2048;
const SLOTS = 8192;
const KEY_SIZE_MAX = 64;

/** A key as it stands in a document, decoded once. */
export class JsonKey {
  readonly text: string;
  /** Between the quotes, as it is spelt. */
  readonly bytes: Uint8Array;
  /** What is written instead where the key is a value itself; `undefined`: not yet known; `null`: nothing. */
  masked: Uint8Array | null | undefined = undefined;

  constructor(text: string, bytes: Uint8Array) {
    this.text = text;
    this.bytes = bytes;
  }

  /** @returns Whether the literal `bytes[start, end)` is this key, spelt the same. */
  isAt(bytes: Uint8Array, start: number, end: number): boolean {
    const known = this.bytes;
    const size = known.length;
    if (end - start - 2 !== size) return false;
    for (let at = 0; at < size; at++) if (known[at] !== bytes[start + 1 + at]) return false;
    return true;
  }
}

/**
 * Keys of documents by their bytes: most occur again and again, and decoding one costs as much as a value.
 */
export class KeyTable {
  readonly #slots: (JsonKey | undefined)[] = new Array<JsonKey | undefined>(SLOTS).fill(undefined);
  #count = 0;

  /**
   * @param start - The opening quote. @param end - After the closing one.
   * @throws {WireError} WIREMASK_ERR_VALUE_ENCODING when the key is not UTF-8.
   */
  get(bytes: Uint8Array, start: number, end: number): JsonKey {
    const size = end - start - 2;
    if (size > KEY_SIZE_MAX) return decodeKey(bytes, start, end);
    let hash = size;
    for (let at = start + 1; at < end - 1; at++) hash = (Math.imul(hash, 31) + bytes[at]!) | 0;
    for (let slot = hash & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const known = this.#slots[slot];
      if (known === undefined) return this.#add(slot, bytes, start, end);
      if (known.isAt(bytes, start, end)) return known;
    }
  }

  #add(slot: number, bytes: Uint8Array, start: number, end: number): JsonKey {
    const key = decodeKey(bytes, start, end);
    if (this.#count < KEYS_MAX) {
      this.#slots[slot] = key;
      this.#count++;
    }
    return key;
  }
}

function decodeKey(bytes: Uint8Array, start: number, end: number): JsonKey {
  // Not `slice`: that of a Buffer shares its memory.
  const spelling = new Uint8Array(bytes.subarray(start + 1, end - 1));
  return new JsonKey(decodeJsonText(bytes, start, end), spelling);
}
