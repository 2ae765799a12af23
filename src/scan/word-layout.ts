import { isDigit, isLetter } from './byte-class.ts';

// What the words of a value look like, a word being letters and digits in a row. Asked for only where there
// are digits enough: then it says of most ids, hashes and times that no number of another layout is in them.

/** Names of the bits of `WordLayout.openings`. */
export interface Openings {
  /** A word that begins with two letters and two digits. */
  readonly lettersThenDigits: number;
  /** `00` at the beginning of a word, or `+` before a digit that is no zero, or before `(`. */
  readonly international: number;
}

/** Bits of `WordLayout.openings`. */
export const Opening: Openings = { lettersThenDigits: 1, international: 2 };

const ANYTHING = -1;
const LENGTH_MAX = 31;
const IS_DIGIT = 1;
const IS_WORD = 2;
const IS_GROUPING = 4;
const IS_ESCAPE = 8;
const [BACKSLASH, PERCENT, PLUS, OPEN, ZERO] = [0x5c, 0x25, 0x2b, 0x28, 0x30];
const BYTES: Uint8Array = buildBytes();

function buildBytes(): Uint8Array {
  const table = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) if (isLetter(byte)) table[byte] = IS_WORD;
  for (let byte = 0x30; byte <= 0x39; byte++) table[byte] = IS_DIGIT | IS_WORD;
  // What groups digits: space - . / ( ) + and a no-break space in UTF-8.
  for (const byte of [0x20, 0x2d, 0x2e, 0x2f, OPEN, 0x29, PLUS, 0xc2, 0xa0]) table[byte] = IS_GROUPING;
  for (const byte of [BACKSLASH, PERCENT]) table[byte] = IS_ESCAPE;
  return table;
}

/** The words of a value as sets of bits. Reused by its owner. */
export class WordLayout {
  /** Bit n: a word of n letters and digits; bit 31: of 31 or more. */
  lengths: number = ANYTHING;
  /** The same for words of nothing but digits. */
  digitLengths: number = ANYTHING;
  /** How words begin: see `Opening`. */
  openings: number = ANYTHING;
  // Digits in the groups up to here, and at most.
  #grouped = 0;
  #mostGrouped = 0;

  /** Of a value that was not read: anything may be in it. */
  clear(): void {
    this.lengths = ANYTHING;
    this.digitLengths = ANYTHING;
    this.openings = ANYTHING;
  }

  /**
   * Reads the words of `bytes[start, end)`. Where an escape written out (`\n`, `%3D`) may be a part of a
   * word, anything may be in it.
   *
   * @returns The most digits in one run of digits and what groups them.
   */
  read(bytes: Uint8Array, start: number, end: number): number {
    this.#reset();
    let seen = 0;
    let wordStart = start;
    let digits = 0;
    for (let at = start; at < end; at++) {
      const kind = BYTES[bytes[at]!]!;
      if ((kind & IS_WORD) !== 0) {
        digits += kind & IS_DIGIT;
        continue;
      }
      if (at > wordStart) this.#add(bytes, wordStart, at, start, digits);
      if ((kind & IS_GROUPING) === 0) this.#grouped = 0;
      seen |= kind;
      wordStart = at + 1;
      digits = 0;
    }
    if (end > wordStart) this.#add(bytes, wordStart, end, start, digits);
    if ((seen & IS_ESCAPE) !== 0) this.clear();
    return this.#mostGrouped;
  }

  #reset(): void {
    this.lengths = 0;
    this.digitLengths = 0;
    this.openings = 0;
    this.#grouped = 0;
    this.#mostGrouped = 0;
  }

  #add(bytes: Uint8Array, from: number, to: number, start: number, digits: number): void {
    const length = to - from;
    const bit = 1 << Math.min(length, LENGTH_MAX);
    this.lengths |= bit;
    if (digits === length) {
      this.digitLengths |= bit;
      this.#grouped += length;
      if (this.#grouped > this.#mostGrouped) this.#mostGrouped = this.#grouped;
    } else if (digits === 0) this.#grouped = 0;
    else this.#addGrouped(bytes, from, to);
    if (digits > 0) this.openings |= openingOf(bytes, from, to, start);
  }

  /** Of a word of letters and digits. */
  #addGrouped(bytes: Uint8Array, from: number, to: number): void {
    let grouped = this.#grouped;
    let most = this.#mostGrouped;
    for (let at = from; at < to; at++) {
      const digit = BYTES[bytes[at]!]! & IS_DIGIT;
      grouped = (grouped + digit) & -digit;
      most = Math.max(grouped, most);
    }
    this.#grouped = grouped;
    this.#mostGrouped = most;
  }
}

function openingOf(bytes: Uint8Array, from: number, to: number, start: number): number {
  const first = bytes[from]!;
  if (isLetter(first)) {
    if (to - from < 4 || !isLetter(bytes[from + 1]!)) return 0;
    return isDigit(bytes[from + 2]!) && isDigit(bytes[from + 3]!) ? Opening.lettersThenDigits : 0;
  }
  const before = from > start ? bytes[from - 1]! : 0;
  const isAfterPlus = before === PLUS || (before === OPEN && from - 2 >= start && bytes[from - 2] === PLUS);
  const isPrefix = first === ZERO && to - from > 1 && bytes[from + 1] === ZERO;
  // No country calling code begins with a zero.
  const isInternational = before === PLUS ? first !== ZERO : isAfterPlus || isPrefix;
  return isInternational ? Opening.international : 0;
}
