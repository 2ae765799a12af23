import { afterEscape, byteAt, byteBefore, isAlnum, isDigit, isLetter } from '../../scan/byte-class.ts';
import { luhn } from '../validators/luhn.ts';
import { isCommonCard, isKnownCard } from './card-ranges.ts';
import type { CandidateSpan, SweepMatcher } from './matcher.ts';

const DIGITS_MIN = 12;
const DIGITS_COMMON_MIN = 14;
const DIGITS_MAX = 19;
// Issuers print groups of 3 to 7 digits (4-4-4-4, 4-6-5, 6-13 without the space), people also 8-8; only the
// last may be shorter.
const GROUP_MIN = 3;
const GROUP_MAX = 8;
const GROUPS_MAX = 6;
const SPACE = 0x20;
const DASH = 0x2d;
const DOT = 0x2e;
// Separators of two bytes: a no-break space in UTF-8, and two spaces, which only groups of four have.
const NO_BREAK_SPACE = 0xc2a0;
const TWO_SPACES = 0x2020;
const WIDE_GROUP = 4;

/** Card numbers of the lengths and ranges that are issued in volume. */
export const paymentCard: SweepMatcher = createCardMatcher(isCommonCard, DIGITS_COMMON_MIN);

/**
 * Card numbers of any length from 12 to 19 in any assigned range. One number in forty passes for one,
 * so rules should ask for context.
 */
export const paymentCardUncommon: SweepMatcher = createCardMatcher(isKnownCard, DIGITS_MIN);

function createCardMatcher(
  isInRange: (bytes: Uint8Array, from: number, digits: number) => boolean,
  digitsMin: number,
): SweepMatcher {
  const accepts = (bytes: Uint8Array, from: number, to: number, digits: number): boolean =>
    digits >= digitsMin && isInRange(bytes, from, digits) && luhn(bytes, from, to);
  return {
    how: 'sweep',
    condition: { groupedDigitsMin: digitsMin },
    next(bytes: Uint8Array, from: number, start: number, end: number, span: CandidateSpan): boolean {
      let at = from;
      while (at < end) {
        if (!isDigit(bytes[at]!)) {
          at++;
          continue;
        }
        const groupEnd = endOfDigits(bytes, at, end);
        let to = isBoundaryBefore(bytes, at, start) ? endOfCard(bytes, at, groupEnd, end, accepts) : 0;
        const first = to === 0 ? afterEscape(bytes, at, start, groupEnd) : at;
        if (first > at && first < groupEnd) {
          to = endOfCard(bytes, first, groupEnd, end, accepts);
          at = first;
        }
        if (to > 0) {
          span.start = at;
          span.end = to;
          return true;
        }
        at = groupEnd;
      }
      return false;
    },
  };
}

/** @returns The end of the card number whose first group is `bytes[from, groupEnd)`, or 0. */
function endOfCard(
  bytes: Uint8Array,
  from: number,
  groupEnd: number,
  end: number,
  accepts: (bytes: Uint8Array, from: number, to: number, digits: number) => boolean,
): number {
  const firstLength = groupEnd - from;
  if (firstLength >= DIGITS_MIN) {
    const isCard = firstLength <= DIGITS_MAX && isBoundaryAfter(bytes, groupEnd, end);
    return isCard && accepts(bytes, from, groupEnd, firstLength) ? groupEnd : 0;
  }
  const separator = separatorAt(bytes, groupEnd, end);
  if (firstLength < 4 || firstLength > GROUP_MAX || separator === 0) return 0;
  const width = separator > 0xff ? 2 : 1;
  // The longest window that passes wins: a number cut short would leave its last digits readable.
  let digits = firstLength;
  let to = groupEnd;
  let best = 0;
  for (let group = 1; group < GROUPS_MAX && separatorAt(bytes, to, end) === separator; group++) {
    const groupStart = to + width;
    to = endOfDigits(bytes, groupStart, Math.min(end, groupStart + GROUP_MAX + 1));
    const length = to - groupStart;
    digits += length;
    if (separator === TWO_SPACES && (firstLength !== WIDE_GROUP || length !== WIDE_GROUP)) break;
    if (length === 0 || length > GROUP_MAX || digits > DIGITS_MAX) break;
    if (isBoundaryAfter(bytes, to, end) && accepts(bytes, from, to, digits)) best = to;
    if (length < GROUP_MIN) break;
  }
  return best;
}

/** @returns What separates two groups at `at`, as a number of one or two bytes, or 0. */
function separatorAt(bytes: Uint8Array, at: number, end: number): number {
  const byte = byteAt(bytes, at, end);
  if (byte === DASH) return DASH;
  if (byte === SPACE) return byteAt(bytes, at + 1, end) === SPACE ? TWO_SPACES : SPACE;
  return byte === 0xc2 && byteAt(bytes, at + 1, end) === 0xa0 ? NO_BREAK_SPACE : 0;
}

function endOfDigits(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isDigit(bytes[at]!)) at++;
  return at;
}

/** Not inside a word, and not the fraction of a decimal number. */
function isBoundaryBefore(bytes: Uint8Array, at: number, start: number): boolean {
  const before = byteBefore(bytes, at, start);
  return !isLetter(before) && !(before === DOT && isDigit(byteBefore(bytes, at - 1, start)));
}

function isBoundaryAfter(bytes: Uint8Array, at: number, end: number): boolean {
  const after = byteAt(bytes, at, end);
  return !isAlnum(after) && !(after === DOT && isDigit(byteAt(bytes, at + 1, end)));
}
