const SIZE_MAX = 64;
const DROPPED: number = 0xff;

// Per byte: what is kept of it. Digits and letters (as capitals) are; separators are dropped; 0 = refused.
const KEPT: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  if (/[0-9A-Z]/.test(character)) return byte;
  if (/[a-z]/.test(character)) return byte - 0x20;
  // 0xc2 0xa0 is a no-break space in UTF-8.
  return ' -./_+:()\u00c2\u00a0'.includes(character) ? DROPPED : 0;
});

/**
 * A number as people write it, without its separators (spaces, `-`, `.`, `/`, `_`, `+`, `:`, brackets) and in
 * capitals. Reused: read it before anybody else can.
 */
export class Compact {
  readonly bytes: Uint8Array = new Uint8Array(SIZE_MAX);
  length = 0;

  /** @returns `false` when there is another byte than letters, digits and separators, or too many. */
  read(source: Uint8Array, start: number, end: number): boolean {
    this.length = 0;
    for (let at = start; at < end; at++) {
      const kept = KEPT[source[at]!]!;
      if (kept === DROPPED) continue;
      if (kept === 0 || this.length === SIZE_MAX) return false;
      this.bytes[this.length++] = kept;
    }
    return this.length > 0;
  }

  /** @returns 0 to 9, or -1 when there is no digit at `index`. */
  digit(index: number): number {
    if (index < 0 || index >= this.length) return -1;
    const value = this.bytes[index]! - 0x30;
    return value >= 0 && value <= 9 ? value : -1;
  }

  /** @returns 0 to 25, or -1 when there is no letter at `index`. */
  letter(index: number): number {
    if (index < 0 || index >= this.length) return -1;
    const value = this.bytes[index]! - 0x41;
    return value >= 0 && value <= 25 ? value : -1;
  }

  /** @returns 0 to 9 for digits, 10 to 35 for letters, -1 beyond the end. */
  alphanumeric(index: number): number {
    const digit = this.digit(index);
    if (digit >= 0) return digit;
    const letter = this.letter(index);
    return letter >= 0 ? letter + 10 : -1;
  }

  /** Whether `[from, to)` exists and has digits only. */
  isDigits(from = 0, to: number = this.length): boolean {
    if (to > this.length || from >= to) return false;
    for (let index = from; index < to; index++) if (this.digit(index) < 0) return false;
    return true;
  }

  /** Whether `[from, to)` exists and has letters only. */
  isLetters(from = 0, to: number = this.length): boolean {
    if (to > this.length || from >= to) return false;
    for (let index = from; index < to; index++) if (this.letter(index) < 0) return false;
    return true;
  }

  /** The digits of `[from, to)` as a number, at most 15 of them; -1 when one is no digit. */
  number(from = 0, to: number = this.length): number {
    if (!this.isDigits(from, to)) return -1;
    let number = 0;
    for (let index = from; index < to; index++) number = number * 10 + this.bytes[index]! - 0x30;
    return number;
  }

  /** Whether the ASCII capitals and digits of `text` stand at `at`. */
  has(text: string, at = 0): boolean {
    if (at < 0 || at + text.length > this.length) return false;
    for (let index = 0; index < text.length; index++) {
      if (this.bytes[at + index] !== text.charCodeAt(index)) return false;
    }
    return true;
  }

  /** Whether all of it is one character: no number that is given to anybody. */
  isRepeated(): boolean {
    for (let index = 1; index < this.length; index++) if (this.bytes[index] !== this.bytes[0]) return false;
    return true;
  }
}
