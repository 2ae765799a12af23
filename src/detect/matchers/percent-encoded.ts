import { byteAt, isAlnum, isWord } from '../../scan/byte-class.ts';
import { isPlainText, isReference } from '../secret-value.ts';
import { endOfDomain } from './email.ts';
import type { CandidateSpan, LiteralMatcher } from './matcher.ts';

const LOCAL_PART_MAX = 192;
const PERCENT = 0x25;
const SLASH = 0x2f;
const COLON = 0x3a;
const AT = 0x40;

/**
 * E-mail addresses in query strings and forms, with their `@` percent-encoded (RFC 3986 section 2.1):
 * `ada%40example.org`.
 */
export const emailEncoded: LiteralMatcher = {
  how: 'literal',
  literals: ['%40'],
  condition: { lengthMin: 8 },
  at(
    bytes: Uint8Array,
    literalStart: number,
    literalEnd: number,
    start: number,
    end: number,
    span: CandidateSpan,
  ): boolean {
    const first = startOfLocalPart(bytes, literalStart, start);
    if (first === literalStart) return false;
    const domainEnd = endOfDomain(bytes, literalEnd, end);
    span.start = first;
    span.end = domainEnd;
    return domainEnd > 0;
  },
};

/** What an escape stands for is a part of the address only where it could not be written otherwise. */
function startOfLocalPart(bytes: Uint8Array, at: number, start: number): number {
  const first = Math.max(start, at - LOCAL_PART_MAX);
  let left = at;
  while (left > first) {
    const escaped = left - 3 >= first && bytes[left - 3] === PERCENT ? escapedAt(bytes, left - 3, left) : -1;
    if (escaped >= 0) {
      if (!isLocal(escaped)) break;
      left -= 3;
      continue;
    }
    const byte = bytes[left - 1]!;
    if (byte < 0x80 && !isLocal(byte)) break;
    left--;
  }
  while (left < at && !isWord(bytes[left]!) && bytes[left] !== PERCENT && bytes[left]! < 0x80) left++;
  return left;
}

/** Of what RFC 5322 calls atext, without the marks of query strings. */
function isLocal(byte: number): boolean {
  return isWord(byte) || byte === 0x2e || byte === 0x2b || byte === 0x2d || byte >= 0x80;
}

/** @returns The byte that `%XX` at `at` stands for, or -1. */
function escapedAt(bytes: Uint8Array, at: number, end: number): number {
  if (byteAt(bytes, at, end) !== PERCENT) return -1;
  const high = hexValue(byteAt(bytes, at + 1, end));
  const low = hexValue(byteAt(bytes, at + 2, end));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}

/** The password in a URL that is itself a parameter of one: `https%3A%2F%2Fada%3Apassword%40host`. */
export const urlPasswordEncoded: LiteralMatcher = {
  how: 'literal',
  literals: ['%3a%2f%2f'],
  condition: { lengthMin: 20 },
  at(
    bytes: Uint8Array,
    _literalStart: number,
    literalEnd: number,
    _start: number,
    end: number,
    span: CandidateSpan,
  ): boolean {
    let passwordStart = 0;
    let passwordEnd = 0;
    let at = literalEnd;
    while (at < end) {
      const escaped = escapedAt(bytes, at, end);
      const byte = escaped < 0 ? bytes[at]! : escaped;
      // The next "%2F" ends it at the latest, so the scans of two of these never overlap.
      if (byte <= 0x20 || byte === SLASH || byte === 0x22 || byte === 0x26 || byte === 0x3c) break;
      if (byte === AT && passwordStart > 0) passwordEnd = at;
      at += escaped < 0 ? 1 : 3;
      if (byte === COLON && passwordStart === 0) passwordStart = at;
    }
    if (passwordEnd <= passwordStart || isReference(bytes, passwordStart, passwordEnd)) return false;
    const isNamed = isAlnum(byteAt(bytes, passwordEnd + 3, end));
    if (isPlainText(bytes, passwordStart, passwordEnd) && !isNamed) return false;
    span.start = passwordStart;
    span.end = passwordEnd;
    return true;
  },
};
