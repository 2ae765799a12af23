import {
  afterEscape,
  byteAt,
  byteBefore,
  isAlnum,
  isDigit,
  isLetter,
  isWord,
} from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import type { CandidateSpan, SweepMatcher } from './matcher.ts';

const DOT = 0x2e;
const DASH = 0x2d;
const SLASH = 0x2f;
const PLUS = 0x2b;
const PREFIX_MAX = 32;

/**
 * IPv4 addresses in dotted decimal, with the length of their prefix when it is written (`10.0.0.0/8`). Left
 * alone, because they name nobody: 0.0.0.0/8 and 127.0.0.0/8 (RFC 1122 section 3.2.1.3), and netmasks
 * (255.x.x.x). Not taken for addresses: parts of longer dotted numbers, octets with leading zeros, and
 * version numbers (`v1.2.3.4`, `Chrome/1.2.3.4`, `version 1.2.3.4`, `1.2.3.4-rc1`).
 */
export const ipv4Address: SweepMatcher = createIpv4Matcher(
  (bytes, at, start, to) =>
    isAssignable(bytes, at) && !isVersion(bytes, at, start) && !isBareRelease(bytes, at, to),
);

/** The addresses that name nobody: for who asks for every address. */
export const ipv4Special: SweepMatcher = createIpv4Matcher(
  (bytes, at, _start, to) => !isAssignable(bytes, at) || isBareRelease(bytes, at, to),
);

function createIpv4Matcher(
  accepts: (bytes: Uint8Array, at: number, start: number, to: number) => boolean,
): SweepMatcher {
  return {
    how: 'sweep',
    condition: { digitsMin: 4, groupedDigitsMin: 4, lengthMin: 7, dotsMin: 3, all: ShapeFlag.dot },
    next(bytes: Uint8Array, from: number, start: number, end: number, span: CandidateSpan): boolean {
      let at = from;
      while (at < end) {
        if (!isDigit(bytes[at]!)) {
          at++;
          continue;
        }
        at = afterEscape(bytes, at, start, end);
        const to = endOfAddress(bytes, at, end);
        if (to > 0 && isBoundaryBefore(bytes, at, start) && isBoundaryAfter(bytes, to, end)) {
          const prefixEnd = endOfPrefixLength(bytes, to, end, PREFIX_MAX);
          if (accepts(bytes, at, start, prefixEnd)) {
            span.start = at;
            span.end = prefixEnd;
            return true;
          }
        }
        // A later digit of this number has a digit before it, so it cannot begin an address.
        while (at < end && isDigit(bytes[at]!)) at++;
      }
      return false;
    },
  };
}

/**
 * @param max - The longest prefix: 32 or 128.
 * @returns After `/n` at `at` (RFC 4632 section 3.1), or `at` when there is none.
 */
export function endOfPrefixLength(bytes: Uint8Array, at: number, end: number, max: number): number {
  if (byteAt(bytes, at, end) !== SLASH) return at;
  let to = at + 1;
  let length = 0;
  while (to < end && to - at <= 4 && isDigit(bytes[to]!)) length = length * 10 + bytes[to++]! - 0x30;
  const digits = to - at - 1;
  const hasZero = digits > 1 && bytes[at + 1] === 0x30;
  const isWhole = digits > 0 && digits <= 3 && length <= max && !hasZero;
  return isWhole && !isWord(byteAt(bytes, to, end)) && byteAt(bytes, to, end) !== SLASH ? to : at;
}

/** @returns After the fourth octet, or 0. */
function endOfAddress(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  for (let octet = 0; ; octet++) {
    const first = at;
    let value = 0;
    while (at < end && at - first < 4 && isDigit(bytes[at]!)) value = value * 10 + bytes[at++]! - 0x30;
    const digits = at - first;
    if (digits === 0 || digits > 3 || value > 255 || (digits > 1 && bytes[first] === 0x30)) return 0;
    if (octet === 3) return at;
    if (byteAt(bytes, at++, end) !== DOT) return 0;
  }
}

function isBoundaryBefore(bytes: Uint8Array, at: number, start: number): boolean {
  const before = byteBefore(bytes, at, start);
  if (isWord(before) || before === DOT) return false;
  const beforeThat = byteBefore(bytes, at - 1, start);
  return (
    !(before === SLASH && isLetter(beforeThat)) &&
    !(before === DASH && isAlnum(beforeThat) && !isDigit(beforeThat))
  );
}

function isBoundaryAfter(bytes: Uint8Array, at: number, end: number): boolean {
  const after = byteAt(bytes, at, end);
  if (isWord(after) || after === PLUS) return false;
  const next = byteAt(bytes, at + 1, end);
  return !(after === DOT && isDigit(next)) && !(after === DASH && isLetter(next));
}

function isAssignable(bytes: Uint8Array, at: number): boolean {
  let first = 0;
  for (let digit = at; isDigit(bytes[digit]!); digit++) first = first * 10 + bytes[digit]! - 0x30;
  return first !== 0 && first !== 127 && first !== 255;
}

/**
 * `1.4.32.0`: one digit at its beginning, `.0` at its end, no length of a prefix. As an address it is that of
 * a network, and names nobody; as the version of a program it is the usual thing.
 */
function isBareRelease(bytes: Uint8Array, at: number, to: number): boolean {
  return bytes[at + 1] === DOT && bytes[to - 1] === 0x30 && bytes[to - 2] === DOT;
}

const VERSION_WORDS: ReadonlySet<string> = new Set([
  'v',
  'ver',
  'version',
  'release',
  'build',
  'rev',
  'revision',
  'firmware',
  'sdk',
  'driver',
  'plugin',
  'package',
]);
const VERSION_WORD_MAX = 8;

/** The word before says so: `version 1.2.3.4`, `ver. 1.2.3.4`, `version: 1.2.3.4`. */
function isVersion(bytes: Uint8Array, at: number, start: number): boolean {
  let wordEnd = at;
  for (let skipped = 0; skipped < 3 && wordEnd > start && !isAlnum(bytes[wordEnd - 1]!); skipped++) wordEnd--;
  let wordStart = wordEnd;
  while (wordStart > start && wordEnd - wordStart <= VERSION_WORD_MAX && isLetter(bytes[wordStart - 1]!))
    wordStart--;
  if (wordStart === wordEnd || wordEnd - wordStart > VERSION_WORD_MAX) return false;
  let word = '';
  for (let letter = wordStart; letter < wordEnd; letter++) word += String.fromCharCode(bytes[letter]! | 0x20);
  return VERSION_WORDS.has(word);
}
