import { hexValue } from './string-literal.ts';

/** The first byte of a literal to all of it. */
export const LITERALS: ReadonlyMap<number, Uint8Array> = new Map(
  ['true', 'false', 'null'].map((text) => [text.charCodeAt(0), Buffer.from(text)]),
);

/** The bytes at hand end before the token does. */
export const INCOMPLETE = -1;
/** No token of JSON begins like that. */
export const INVALID = -2;

/** @returns Where the escape that begins with the backslash at `at` ends, `INCOMPLETE` or `INVALID`. */
export function escapeEnd(bytes: Uint8Array, at: number, end: number): number {
  if (at + 1 >= end) return INCOMPLETE;
  switch (bytes[at + 1]) {
    case 0x22:
    case 0x5c:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return at + 2;
    case 0x75:
      for (let digit = at + 2; digit < at + 6; digit++) {
        if (digit === end) return INCOMPLETE;
        if (hexValue(bytes[digit]) < 0) return INVALID;
      }
      return at + 6;
    default:
      return INVALID;
  }
}

/** @returns Where `literal`, which is to stand at `at`, ends, `INCOMPLETE` or `INVALID`. */
export function literalEnd(literal: Uint8Array, bytes: Uint8Array, at: number, end: number): number {
  for (let i = 0; i < literal.length; i++) {
    if (at + i === end) return INCOMPLETE;
    if (bytes[at + i] !== literal[i]) return INVALID;
  }
  return at + literal.length;
}

/**
 * @returns Whether `bytes[start, end)` is a number of RFC 8259 section 6:
 *   -? (0 | [1-9][0-9]*) (\. [0-9]+)? ([eE] [+-]? [0-9]+)?
 */
export function isJsonNumber(bytes: Uint8Array, start: number, end: number): boolean {
  const first = start < end && bytes[start] === 0x2d ? start + 1 : start;
  let at = digitsEnd(bytes, first, end);
  if (at === first || (bytes[first] === 0x30 && at > first + 1)) return false;
  if (at < end && bytes[at] === 0x2e) {
    const fraction = at + 1;
    at = digitsEnd(bytes, fraction, end);
    if (at === fraction) return false;
  }
  if (at < end && (bytes[at]! | 0x20) === 0x65) {
    at++;
    if (at < end && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at++;
    const exponent = at;
    at = digitsEnd(bytes, exponent, end);
    if (at === exponent) return false;
  }
  return at === end;
}

function digitsEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++;
  return at;
}
