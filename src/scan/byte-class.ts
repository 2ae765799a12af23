/**
 * Stands for "no byte": before the first or after the last one. Index of every class table that is never
 * set.
 */
export const NO_BYTE = 256;

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

/** @returns The byte before `at`, or `NO_BYTE` at the start of the value. */
export function byteBefore(bytes: Uint8Array, at: number, start: number): number {
  return at > start ? bytes[at - 1]! : NO_BYTE;
}

/** @returns The byte at `at`, or `NO_BYTE` at or after the end of the value. */
export function byteAt(bytes: Uint8Array, at: number, end: number): number {
  return at < end ? bytes[at]! : NO_BYTE;
}
