import { byteAt, byteBefore, isAlnum, isLetter, isWord, NO_BYTE } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import type { CandidateSpan, SweepMatcher } from './matcher.ts';

const AT = 0x40;
const DOT = 0x2e;
const DASH = 0x2d;

/**
 * E-mail addresses: a dot-atom, `@`, and a domain of at least two labels whose last one is a name
 * (RFC 5321 section 4.1.2, without quoted strings and address literals). Letters of two-byte UTF-8
 * (Latin, Greek, Cyrillic) count as letters (RFC 6531).
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
    else if (isLetterTail(bytes, left - 1, start)) left -= 2;
    else break;
  }
  left = Math.max(left, from);
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

/** A continuation byte after a lead byte 0xC3-0xDF: U+00C0 to U+07FF. */
function isLetterTail(bytes: Uint8Array, at: number, start: number): boolean {
  const lead = byteBefore(bytes, at, start);
  return (bytes[at]! & 0xc0) === 0x80 && lead >= 0xc3 && lead <= 0xdf;
}

function isLetterLead(bytes: Uint8Array, at: number, end: number): boolean {
  const byte = bytes[at]!;
  return byte >= 0xc3 && byte <= 0xdf && (byteAt(bytes, at + 1, end) & 0xc0) === 0x80 && at + 1 < end;
}

/** @returns The end of the longest valid domain at `from`, or 0. */
function endOfDomain(bytes: Uint8Array, from: number, end: number): number {
  let labelStart = from;
  let at = from;
  let valid = 0;
  for (;;) {
    while (at < end && (isAlnum(bytes[at]!) || bytes[at] === DASH || isLetterLead(bytes, at, end))) {
      at += bytes[at]! >= 0x80 ? 2 : 1;
    }
    if (at === labelStart || bytes[labelStart] === DASH) return valid;
    let labelEnd = at;
    while (labelEnd > labelStart && bytes[labelEnd - 1] === DASH) labelEnd--;
    if (labelStart > from && isTopLevel(bytes, labelStart, labelEnd)) valid = labelEnd;
    if (labelEnd < at || byteAt(bytes, at, end) !== DOT) return valid;
    at++;
    labelStart = at;
  }
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
