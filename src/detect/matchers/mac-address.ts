import { byteAt, byteBefore, isWord } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import type { CandidateSpan, SweepMatcher } from './matcher.ts';

const [COLON, DASH, DOT, SPACE] = [0x3a, 0x2d, 0x2e, 0x20];
const OCTETS = 6;
const OCTETS_LONG = 8;

const HEX: Uint8Array = new Uint8Array(257);
for (const byte of Buffer.from('0123456789abcdefABCDEF')) HEX[byte] = 1;

/**
 * Hardware addresses of 48 or 64 bits (IEEE 802, EUI-48 and EUI-64): `00:1a:2b:3c:4d:5e`,
 * `00-1A-2B-3C-4D-5E`. The separator is the same all the way.
 */
export const macAddress: SweepMatcher = createMacMatcher({ lengthMin: 17, equalSeparatorsMin: 5 }, [
  COLON,
  DASH,
]);

/** The same in groups of four digits: `001a.2b3c.4d5e`. */
export const macAddressDotted: SweepMatcher = createMacMatcher({ lengthMin: 14, dotsMin: 2, words: [4] }, [
  DOT,
]);

/** Pairs between spaces: as often the dump of some bytes, so rules should ask for context. */
export const macAddressSpaced: SweepMatcher = createMacMatcher({ lengthMin: 16, all: ShapeFlag.space }, [
  SPACE,
]);

function createMacMatcher(
  condition: SweepMatcher['condition'],
  separators: readonly [number, number?],
): SweepMatcher {
  const [one, other = one] = separators;
  return {
    how: 'sweep',
    condition,
    next(bytes: Uint8Array, from: number, start: number, end: number, span: CandidateSpan): boolean {
      // Separators are rarer than digits, so those are looked for: two, as far apart as a group is long.
      for (let at = from; at < end; at++) {
        const separator = bytes[at]!;
        if (separator !== one && separator !== other) continue;
        const digits = separator === DOT ? 4 : 2;
        if (byteAt(bytes, at + 1 + digits, end) !== separator) continue;
        const first = at - digits;
        if (first < from || !isBoundaryBefore(bytes, first, start, separator)) continue;
        const to = endOfGroups(bytes, first, end, separator, digits);
        const octets = ((to - first + 1) / (digits + 1)) * (digits / 2);
        if ((octets === OCTETS || octets === OCTETS_LONG) && isBoundaryAfter(bytes, to, end, separator)) {
          span.start = first;
          span.end = to;
          return true;
        }
        // No address begins within groups of the same separator.
        at = Math.max(at, to - 1);
      }
      return false;
    },
  };
}

/** @returns After the last group of exactly `digits` digits, or `at` when there is none. */
function endOfGroups(bytes: Uint8Array, at: number, end: number, separator: number, digits: number): number {
  let to = at;
  for (let groupStart = at; ; groupStart = to + 1) {
    let next = groupStart;
    while (next - groupStart <= digits && HEX[byteAt(bytes, next, end)] === 1) next++;
    if (next !== groupStart + digits) return to;
    to = next;
    if (byteAt(bytes, to, end) !== separator) return to;
  }
}

function isBoundaryBefore(bytes: Uint8Array, at: number, start: number, separator: number): boolean {
  const before = byteBefore(bytes, at, start);
  if (isWord(before)) return false;
  return before !== separator || !isWord(byteBefore(bytes, at - 1, start)) || separator === SPACE;
}

function isBoundaryAfter(bytes: Uint8Array, at: number, end: number, separator: number): boolean {
  const after = byteAt(bytes, at, end);
  if (isWord(after)) return false;
  return after !== separator || !isWord(byteAt(bytes, at + 1, end)) || separator === SPACE;
}
