/**
 * Stands for "no byte": before the first or after the last one. Index of every class table that is never
 * set.
 */
export const NO_BYTE = 256;

const BACKSLASH = 0x5c;
const PERCENT = 0x25;

const OTHER = 0;
const DIGIT = 1;
const UPPER = 2;
const LOWER = 4;
const UNDERSCORE = 8;
const DASH = 16;
const SPACE = 32;
const HIGH = 64;

const CLASSES: Uint8Array = buildClasses();

function buildClasses(): Uint8Array {
  const classes = new Uint8Array(NO_BYTE + 1).fill(OTHER);
  for (let byte = 0x30; byte <= 0x39; byte++) classes[byte] = DIGIT;
  for (let byte = 0x41; byte <= 0x5a; byte++) classes[byte] = UPPER;
  for (let byte = 0x61; byte <= 0x7a; byte++) classes[byte] = LOWER;
  for (let byte = 0x80; byte <= 0xff; byte++) classes[byte] = HIGH;
  for (const byte of [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20]) classes[byte] = SPACE;
  classes[0x5f] = UNDERSCORE;
  classes[0x2d] = DASH;
  return classes;
}

/** @returns `true` for 0-9. Like all of these, `false` for `NO_BYTE`. */
export function isDigit(byte: number): boolean {
  return CLASSES[byte] === DIGIT;
}

/** @returns `true` for A-Z. */
export function isUpper(byte: number): boolean {
  return CLASSES[byte] === UPPER;
}

/** @returns `true` for a-z. */
export function isLower(byte: number): boolean {
  return CLASSES[byte] === LOWER;
}

/** @returns `true` for A-Z and a-z. */
export function isLetter(byte: number): boolean {
  return (CLASSES[byte]! & (UPPER | LOWER)) !== 0;
}

/** @returns `true` for ASCII letters and digits. */
export function isAlnum(byte: number): boolean {
  return (CLASSES[byte]! & (DIGIT | UPPER | LOWER)) !== 0;
}

/** @returns `true` for what an identifier is made of: letters, digits, `_`. */
export function isWord(byte: number): boolean {
  return (CLASSES[byte]! & (DIGIT | UPPER | LOWER | UNDERSCORE)) !== 0;
}

/** @returns `true` for what base64url and most tokens are made of: letters, digits, `_`, `-`. */
export function isTokenByte(byte: number): boolean {
  return (CLASSES[byte]! & (DIGIT | UPPER | LOWER | UNDERSCORE | DASH)) !== 0;
}

/** @returns `true` for ASCII white space. */
export function isSpace(byte: number): boolean {
  return CLASSES[byte] === SPACE;
}

/**
 * The last letter or digit of an escape written out (`\n`, `%3D`) belongs to no word, so the byte that opens
 * the escape stands for it.
 *
 * @returns The byte before `at`, or `NO_BYTE` at the start of the value.
 */
export function byteBefore(bytes: Uint8Array, at: number, start: number): number {
  if (at <= start) return NO_BYTE;
  const byte = bytes[at - 1]!;
  if (!isAlnum(byte)) return byte;
  if (at - 2 >= start && bytes[at - 2] === BACKSLASH && isEscapeLetter(byte)) return BACKSLASH;
  const isPercent = at - 3 >= start && bytes[at - 3] === PERCENT && isHex(byte) && isHex(bytes[at - 2]!);
  return isPercent ? PERCENT : byte;
}

/** @returns Where a word at `at` begins: after the rest of an escape, the `n` of `\n`, the `3D` of `%3D`. */
export function afterEscape(bytes: Uint8Array, at: number, start: number, end: number): number {
  if (at <= start || at + 1 >= end) return at;
  const before = bytes[at - 1]!;
  if (before === BACKSLASH && isEscapeLetter(bytes[at]!)) return at + 1;
  return before === PERCENT && isHex(bytes[at]!) && isHex(bytes[at + 1]!) ? at + 2 : at;
}

/** The letters of JSON and most programming languages: b, f, n, r, t, v. */
function isEscapeLetter(byte: number): boolean {
  switch (byte) {
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
    case 0x76:
      return true;
    default:
      return false;
  }
}

function isHex(byte: number): boolean {
  return isDigit(byte) || (isLetter(byte) && (byte | 0x20) <= 0x66);
}

/** @returns The byte at `at`, or `NO_BYTE` at or after the end of the value. */
export function byteAt(bytes: Uint8Array, at: number, end: number): number {
  return at < end ? bytes[at]! : NO_BYTE;
}
