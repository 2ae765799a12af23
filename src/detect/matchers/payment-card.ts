import { afterEscape, byteAt, byteBefore, isAlnum, isDigit, isLetter } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import type { ShapeCondition } from '../../scan/shape-condition.ts';
import { luhn } from '../validators/luhn.ts';
import { isCommonCard, isKnownCard } from './card-ranges.ts';
import { endsInCardWord, startsWithCardWord } from './card-words.ts';
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
// Separators of more bytes: two spaces, which only groups of four have, a no-break space, and what word
// processors make of a space or a dash.
const TWO_SPACES = 0x2020;
const NO_BREAK_SPACE = 0xc2a0;
const GENERAL_PUNCTUATION = 0xe28000;
const NARROW_SPACE = 0xaf;
const WIDE_GROUP = 4;

/** Card numbers of the lengths and ranges that are issued in volume. */
export const paymentCard: SweepMatcher = createCardMatcher(isCommonCard, DIGITS_COMMON_MIN, {
  groupedDigitsMin: DIGITS_COMMON_MIN,
});

/** The same, for values with separators outside ASCII: en dashes, thin spaces. */
export const paymentCardTypeset: SweepMatcher = createCardMatcher(isCommonCard, DIGITS_COMMON_MIN, {
  digitsMin: DIGITS_COMMON_MIN,
  all: ShapeFlag.high,
});

/**
 * Card numbers of any length from 12 to 19 in any assigned range. One number in forty passes for one,
 * so rules should ask for context.
 */
export const paymentCardUncommon: SweepMatcher = createCardMatcher(isKnownCard, DIGITS_MIN, {
  groupedDigitsMin: DIGITS_MIN,
});

function createCardMatcher(
  isInRange: (bytes: Uint8Array, from: number, digits: number) => boolean,
  digitsMin: number,
  condition: ShapeCondition,
): SweepMatcher {
  const accepts = (bytes: Uint8Array, from: number, to: number, digits: number): boolean =>
    digits >= digitsMin && isInRange(bytes, from, digits) && luhn(bytes, from, to);
  return {
    how: 'sweep',
    condition,
    next(bytes: Uint8Array, from: number, start: number, end: number, span: CandidateSpan): boolean {
      let at = from;
      while (at < end) {
        if (!isDigit(bytes[at]!)) {
          at++;
          continue;
        }
        const groupEnd = endOfDigits(bytes, at, end);
        let to = isBoundaryBefore(bytes, at, start) ? endOfCard(bytes, at, groupEnd, end, accepts) : 0;
        if (to === 0 && isGlued(bytes, at, groupEnd, start, end))
          to = endOfGlued(bytes, at, groupEnd, start, end, accepts);
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

/** A letter stands right before or after a first group of digits that may be a card, or the first of four. */
function isGlued(bytes: Uint8Array, at: number, groupEnd: number, start: number, end: number): boolean {
  const length = groupEnd - at;
  if (length >= DIGITS_MIN) {
    if (length > DIGITS_MAX) return false;
    return isLetter(byteBefore(bytes, at, start)) || isLetter(byteAt(bytes, groupEnd, end));
  }
  return length === WIDE_GROUP && separatorAt(bytes, groupEnd, end) !== 0;
}

/**
 * `card4242424242424242`, `4242424242424242exp`: bare digits glued to a word that tells of cards; four groups
 * of four glued to any word.
 */
function endOfGlued(
  bytes: Uint8Array,
  at: number,
  groupEnd: number,
  start: number,
  end: number,
  accepts: (bytes: Uint8Array, from: number, to: number, digits: number) => boolean,
): number {
  const length = groupEnd - at;
  if (length >= DIGITS_MIN) {
    const before = byteBefore(bytes, at, start);
    const isTold = endsInCardWord(bytes, at, start) || startsWithCardWord(bytes, groupEnd, end);
    const isFree = !(before === DOT && isDigit(byteBefore(bytes, at - 1, start)));
    return isTold && isFree && accepts(bytes, at, groupEnd, length) ? groupEnd : 0;
  }
  const separator = separatorAt(bytes, groupEnd, end);
  const width = separator > 0xffff ? 3 : separator > 0xff ? 2 : 1;
  let to = groupEnd;
  for (let group = 1; group < 4; group++) {
    if (separatorAt(bytes, to, end) !== separator) return 0;
    const groupStart = to + width;
    to = endOfDigits(bytes, groupStart, Math.min(end, groupStart + WIDE_GROUP + 1));
    if (to - groupStart !== WIDE_GROUP) return 0;
  }
  // UUIDs are groups joined with dashes, too.
  const isInHex = isHexLetter(byteBefore(bytes, at, start)) || isHexLetter(byteAt(bytes, to, end));
  if (separator === DASH && isInHex && !endsInCardWord(bytes, at, start)) return 0;
  return accepts(bytes, at, to, 4 * WIDE_GROUP) ? to : 0;
}

function isHexLetter(byte: number): boolean {
  return isLetter(byte) && (byte | 0x20) <= 0x66;
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
  const width = separator > 0xffff ? 3 : separator > 0xff ? 2 : 1;
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

/** @returns What separates two groups at `at`, its bytes as one number, or 0. */
function separatorAt(bytes: Uint8Array, at: number, end: number): number {
  const byte = byteAt(bytes, at, end);
  if (byte === DASH) return DASH;
  const second = byteAt(bytes, at + 1, end);
  if (byte === SPACE) return second === SPACE ? TWO_SPACES : SPACE;
  if (byte === 0xc2) return second === 0xa0 ? NO_BREAK_SPACE : 0;
  if (byte !== 0xe2 || second !== 0x80) return 0;
  // U+2000 to U+200A: spaces; U+2010 to U+2015: dashes.
  const third = byteAt(bytes, at + 2, end);
  const isSpaceOrDash = (third >= 0x80 && third <= 0x8a) || (third >= 0x90 && third <= 0x95);
  return isSpaceOrDash || third === NARROW_SPACE ? GENERAL_PUNCTUATION + third : 0;
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
