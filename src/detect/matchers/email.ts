import { afterEscape, byteAt, isAlnum, isLetter, isWord, NO_BYTE } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import type { CandidateSpan, SweepMatcher } from './matcher.ts';

const AT = 0x40;
const DOT = 0x2e;
const DASH = 0x2d;

/**
 * E-mail addresses: a dot-atom, `@`, and a domain of at least two labels whose last one is a name
 * (RFC 5321 section 4.1.2, without quoted strings and address literals). Letters of any script count
 * as letters (RFC 6531).
 */
export const email: SweepMatcher = {
  how: 'sweep',
  condition: { lengthMin: 6, all: ShapeFlag.at | ShapeFlag.dot },
  next(bytes: Uint8Array, from: number, start: number, end: number, span: CandidateSpan): boolean {
    // A local part ends where the previous "@" was, so no byte is walked over more than twice.
    for (let at = from; at < end; at++) {
      if (bytes[at] !== AT) continue;
      const localStart = startOfLocalPart(bytes, at, from, start);
      if (localStart === at) continue;
      const domainEnd = endOfDomain(bytes, at + 1, end);
      if (domainEnd === 0) continue;
      span.start = localStart;
      span.end = domainEnd;
      return true;
    }
    return false;
  },
};

function startOfLocalPart(bytes: Uint8Array, at: number, from: number, start: number): number {
  let left = at;
  while (left > from) {
    const byte = bytes[left - 1]!;
    if (isAtomByte(byte)) left--;
    else {
      const first = startOfLetter(bytes, left, from);
      // Scripts without spaces between words: 请联系ada@example.com
      if (first === left || (isUnspaced(bytes, first) && isLetter(bytes[left]!))) break;
      left = first;
    }
  }
  left = afterEscape(bytes, Math.max(left, from), start, at);
  // A dot-atom does not begin with a dot, and quotes or slashes before an address belong to the text.
  while (left < at && (bytes[left] === DOT || !isFirstByte(bytes[left]!))) left++;
  return left;
}

/** Printable ASCII that RFC 5322 calls atext, without the characters text puts right before an address. */
function isAtomByte(byte: number): boolean {
  if (isWord(byte)) return true;
  // . - + ! # $ % & ' * ? ^ ` { | } ~ ; left out: / and = (paths, query strings).
  return ATOM_EXTRA[byte] === 1;
}

const ATOM_EXTRA: Uint8Array = new Uint8Array(NO_BYTE + 1);
for (const byte of Buffer.from(".-+!#$%&'*?^`{|}~")) ATOM_EXTRA[byte] = 1;

function isFirstByte(byte: number): boolean {
  return isWord(byte) || byte === 0x2b || byte >= 0x80;
}

/** @returns Where the letter of two to four bytes begins that ends before `to`, or `to` when none does. */
function startOfLetter(bytes: Uint8Array, to: number, from: number): number {
  let first = to - 1;
  while (first > from && to - first < 4 && (bytes[first]! & 0xc0) === 0x80) first--;
  return letterLength(bytes, first, to) === to - first ? first : to;
}

/** @returns How many bytes the letter at `at` has, if it has more than one, or 0. */
function letterLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at]!;
  if (lead < 0xc3 || lead > 0xf0) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + length > end) return 0;
  for (let tail = 1; tail < length; tail++) if ((bytes[at + tail]! & 0xc0) !== 0x80) return 0;
  return isLetterOfUtf8(lead, bytes[at + 1]!, bytes[at + 2]!) ? length : 0;
}

/** All but the blocks of punctuation, symbols and pictures. `third` means something after 0xe3 and 0xef. */
function isLetterOfUtf8(lead: number, second: number, third: number): boolean {
  switch (lead) {
    case 0xe2: // U+2000 to U+2BFF
      return second >= 0xb0 && second !== 0xb8 && second !== 0xb9;
    case 0xe3: // U+3000 to U+303F, but for the iteration mark and zero of names
      return second !== 0x80 || (third >= 0x85 && third <= 0x87);
    case 0xef: // private use, U+FE00 to U+FE6F, U+FEFF, U+FF00 to U+FF0F, U+FF1A to U+FF20, U+FF5B and above
      if (second === 0xbc) return third >= 0x90 && (third <= 0x99 || third > 0xa0);
      return (second >= 0xa4 && second <= 0xb7) || second === 0xba || (second === 0xbd && third <= 0x9a);
    case 0xf0: // U+1F000 to U+1FFFF
      return second !== 0x9f;
    default:
      return true;
  }
}

/** Three- and four-byte letters, but for the Latin and Greek ones (U+1E00 to U+1FFF). */
function isUnspaced(bytes: Uint8Array, at: number): boolean {
  return bytes[at]! >= 0xe0 && !(bytes[at] === 0xe1 && bytes[at + 1]! >= 0xb8);
}

/** @returns The end of the longest valid domain at `from`, or 0. */
export function endOfDomain(bytes: Uint8Array, from: number, end: number): number {
  let labelStart = from;
  let at = from;
  let valid = 0;
  for (;;) {
    while (at < end) {
      const length = isAlnum(bytes[at]!) || bytes[at] === DASH ? 1 : letterLength(bytes, at, end);
      if (length === 0) break;
      at += length;
    }
    if (at === labelStart || bytes[labelStart] === DASH) return valid;
    let labelEnd = at;
    while (labelEnd > labelStart && bytes[labelEnd - 1] === DASH) labelEnd--;
    if (labelStart > from) {
      const topLevelEnd = endOfScript(bytes, labelStart, labelEnd);
      if (isTopLevel(bytes, labelStart, topLevelEnd)) valid = topLevelEnd;
    }
    if (labelEnd < at || byteAt(bytes, at, end) !== DOT) return valid;
    at++;
    labelStart = at;
  }
}

/** No top-level domain goes on in another script: `example.com谢谢`. */
function endOfScript(bytes: Uint8Array, from: number, to: number): number {
  if (!isLetter(bytes[from]!)) return to;
  let at = from;
  while (at < to && !isUnspaced(bytes, at)) at++;
  return at;
}

function isTopLevel(bytes: Uint8Array, from: number, to: number): boolean {
  const first = bytes[from]!;
  return to - from >= 2 && (isLetter(first) || first >= 0x80) && !isImageSuffix(bytes, from, to);
}

/** `logo@2x.png` is a file name; no such top-level domain exists. */
function isImageSuffix(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from > 4) return false;
  let suffix = '';
  for (let at = from; at < to; at++) suffix += String.fromCharCode(bytes[at]! | 0x20);
  return IMAGE_SUFFIXES.has(suffix);
}

const IMAGE_SUFFIXES: ReadonlySet<string> = new Set(['png', 'jpg', 'jpeg', 'gif', 'webp', 'svg', 'avif']);
