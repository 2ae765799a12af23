import { byteAt, byteBefore, isAlnum, isDigit } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import type { CandidateSpan, SweepMatcher } from './matcher.ts';

const DASH = 0x2d;
const DOT = 0x2e;
const SPACE = 0x20;

/** US social security numbers written `ddd-dd-dddd`, also with the dashes U+2010, U+2011 and U+2013. */
export const usSsn: SweepMatcher = createSsnMatcher(
  // A dash of three bytes ends a run of grouped digits.
  { digitsMin: 9, lengthMin: 11, digitWords: [2, 3, 4], any: ShapeFlag.dash | ShapeFlag.high },
  (bytes, at, end) => endOfGroups(bytes, at, end, DASH) || endOfDashedGroups(bytes, at, end),
);

/**
 * Nine bare digits, `ddd dd dddd`, `ddd.dd.dddd`, or with one of the dashes missing: says nothing without
 * context.
 */
export const usSsnDigits: SweepMatcher = createSsnMatcher({ digitsMin: 9 }, (bytes, at, end) => {
  const bare = at + 9;
  if (isAllDigits(bytes, at, bare, end)) return bare;
  const grouped = endOfGroups(bytes, at, end, SPACE) || endOfGroups(bytes, at, end, DOT);
  return grouped || endOfHalves(bytes, at, end);
});

function createSsnMatcher(
  condition: SweepMatcher['condition'],
  endOf: (bytes: Uint8Array, at: number, end: number) => number,
): SweepMatcher {
  return {
    how: 'sweep',
    condition,
    next(bytes: Uint8Array, from: number, start: number, end: number, span: CandidateSpan): boolean {
      for (let at = from; at < end; at++) {
        if (isDigit(bytes[at]!) && isBoundaryBefore(bytes, at, start)) {
          const to = endOf(bytes, at, end);
          if (to > 0 && isBoundaryAfter(bytes, to, end) && isIssued(bytes, at, to)) {
            span.start = at;
            span.end = to;
            return true;
          }
        }
      }
      return false;
    },
  };
}

function endOfGroups(bytes: Uint8Array, at: number, end: number, separator: number): number {
  const isSsn =
    byteAt(bytes, at + 3, end) === separator &&
    byteAt(bytes, at + 6, end) === separator &&
    isAllDigits(bytes, at, at + 3, end) &&
    isAllDigits(bytes, at + 4, at + 6, end) &&
    isAllDigits(bytes, at + 7, at + 11, end);
  return isSsn ? at + 11 : 0;
}

/** The same between dashes of three bytes, both alike. */
function endOfDashedGroups(bytes: Uint8Array, at: number, end: number): number {
  if (byteAt(bytes, at + 3, end) !== 0xe2 || at + 15 > end) return 0;
  const dash = bytes[at + 5]!;
  const isDash = dash === 0x90 || dash === 0x91 || dash === 0x93;
  const isSsn =
    isDash &&
    bytes[at + 4] === 0x80 &&
    bytes[at + 8] === 0xe2 &&
    bytes[at + 9] === 0x80 &&
    bytes[at + 10] === dash &&
    isAllDigits(bytes, at, at + 3, end) &&
    isAllDigits(bytes, at + 6, at + 8, end) &&
    isAllDigits(bytes, at + 11, at + 15, end);
  return isSsn ? at + 15 : 0;
}

/** `ddd-dddddd` or `ddddd-dddd`. */
function endOfHalves(bytes: Uint8Array, at: number, end: number): number {
  const first = byteAt(bytes, at + 3, end) === DASH ? 3 : 5;
  const isSsn =
    byteAt(bytes, at + first, end) === DASH &&
    isAllDigits(bytes, at, at + first, end) &&
    isAllDigits(bytes, at + first + 1, at + 10, end);
  return isSsn ? at + 10 : 0;
}

function isAllDigits(bytes: Uint8Array, from: number, to: number, end: number): boolean {
  if (to > end) return false;
  for (let at = from; at < to; at++) if (!isDigit(bytes[at]!)) return false;
  return true;
}

/** Neither in a word nor a later group of a longer number. */
function isBoundaryBefore(bytes: Uint8Array, at: number, start: number): boolean {
  const before = byteBefore(bytes, at, start);
  if (isAlnum(before)) return false;
  return !((before === DASH || before === DOT) && isDigit(byteBefore(bytes, at - 1, start)));
}

function isBoundaryAfter(bytes: Uint8Array, at: number, end: number): boolean {
  const after = byteAt(bytes, at, end);
  if (isAlnum(after)) return false;
  return !((after === DASH || after === DOT) && isDigit(byteAt(bytes, at + 1, end)));
}

/**
 * Areas 000, 666 and 9xx, group 00 and serial 0000 are never assigned.
 * https://www.ssa.gov/employer/randomization.html
 */
function isIssued(bytes: Uint8Array, from: number, to: number): boolean {
  let number = 0;
  for (let at = from; at < to; at++) if (isDigit(bytes[at]!)) number = number * 10 + bytes[at]! - 0x30;
  const area = Math.floor(number / 1_000_000);
  const group = Math.floor(number / 10_000) % 100;
  return area !== 0 && area !== 666 && area < 900 && group !== 0 && number % 10_000 !== 0;
}
