import { afterEscape, byteAt, isDigit } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import type { ShapeCondition } from '../../scan/shape-condition.ts';
import { Opening } from '../../scan/word-layout.ts';
import { callingCodeLength, isNorthAmericanNumber } from './calling-codes.ts';
import type { CandidateSpan, SweepMatcher } from './matcher.ts';
import { isBoundaryBefore, PhoneShape, Separator } from './phone-shape.ts';

/** Whether a number may begin at a digit, `+` or `(`. */
type FirstLook = (bytes: Uint8Array, at: number, end: number) => boolean;

const DIGITS_MIN = 7;
const DIGITS_PREFIXED_MIN = 10;
const NATIONAL_MIN = 7;
const NATIONAL_MAX = 13;
const PLUS = 0x2b;
const OPEN = 0x28;
const DASH = 0x2d;
// A national layout has a separator; one of them is a space of two bytes.
const SEPARATED: ShapeCondition = {
  digitsMin: 8,
  groupedDigitsMin: 8,
  lengthMin: 9,
  any: ShapeFlag.dash | ShapeFlag.dot | ShapeFlag.space | ShapeFlag.slash | ShapeFlag.high,
};

/** `+`, or `00` for it. */
const mayBeInternational: FirstLook = (bytes, at) =>
  bytes[at] === PLUS || (bytes[at] === 0x30 && bytes[at + 1] === 0x30);
const mayBeNational: FirstLook = (bytes, at, end) =>
  bytes[at] !== PLUS && isShortGroup(bytes, at, end, 6) && !isIsoDate(bytes, at, end);
const mayBeGrouped: FirstLook = (bytes, at, end) => isShortGroup(bytes, at, end, 7);
const mayBeDigits: FirstLook = (bytes, at, end) => isDigit(byteAt(bytes, at + DIGITS_MIN - 1, end));

/** Numbers with their country calling code: `+41 44 668 18 00`, `0049 30 123456`, `+46 (0)157 548 00`. */
export const phoneInternational: SweepMatcher = createPhoneMatcher(
  { groupedDigitsMin: DIGITS_MIN, opening: Opening.international },
  mayBeInternational,
  (shape) => {
    const { digits, digitCount } = shape;
    if (shape.hasPlus) return callingCodeLength(digits, 0, digitCount) > 0;
    // 00 stands for the plus sign; the code then ends a group, or much else with zeros in front would do.
    const hasPrefix = digits[0] === 0 && digits[1] === 0 && digitCount >= DIGITS_PREFIXED_MIN;
    const codeLength = hasPrefix ? callingCodeLength(digits, 2, digitCount - 2) : 0;
    return codeLength > 0 && (shape.groups[0] === 2 || shape.groups[0] === 2 + codeLength);
  },
);

/**
 * Numbers in a layout that hardly anything else has: `(202) 555-0143`, `202-555-0143`, `1-202-555-0143`,
 * `01 99 00 12 34`, `(030) 123456`, `0688 843 70 00`.
 */
export const phoneNational: SweepMatcher = createPhoneMatcher(SEPARATED, mayBeNational, (shape) => {
  if (shape.hasPlus || shape.separators === 0) return false;
  return (
    isNorthAmericanLayout(shape) || isPairsLayout(shape) || isAreaCodeLayout(shape) || isTrunkLayout(shape)
  );
});

/**
 * Digits in groups as numbers of many countries are written: `72 128 000`, `0688 843 70 00`, `71-33-50-20`.
 * Much else is written like it, so rules should ask for context.
 */
export const phoneGrouped: SweepMatcher = createPhoneMatcher(
  { groupedDigitsMin: DIGITS_MIN },
  mayBeGrouped,
  (shape) => {
    const { digitCount, groupCount, groups, parenthesized, separators } = shape;
    if (groupCount < 2 || digitCount < NATIONAL_MIN || digitCount > NATIONAL_MAX) return false;
    if (isDateLayout(shape) || isAddressLayout(shape)) return false;
    if ((separators & Separator.dot) !== 0 && (groupCount < 3 || digitCount < 8)) return false;
    for (let group = 0; group < groupCount; group++) {
      const isLong = groups[group]! >= 2 || group === 0 || group === parenthesized;
      if (!isLong || groups[group]! > (group === groupCount - 1 ? 8 : group === 0 ? 6 : 5)) return false;
    }
    return true;
  },
);

/** Bare digits, as many as a number has: says nothing without context. */
export const phoneDigits: SweepMatcher = createPhoneMatcher(
  { groupedDigitsMin: DIGITS_MIN, tokenRunMin: DIGITS_MIN },
  mayBeDigits,
  (shape) => {
    const { digitCount } = shape;
    return shape.groupCount === 1 && digitCount >= DIGITS_MIN && digitCount <= 15;
  },
);

function createPhoneMatcher(
  condition: ShapeCondition,
  mayBegin: FirstLook,
  accepts: (shape: PhoneShape) => boolean,
): SweepMatcher {
  const shape = new PhoneShape();
  return {
    how: 'sweep',
    condition,
    next(bytes: Uint8Array, from: number, start: number, end: number, span: CandidateSpan): boolean {
      let at = from;
      while (at < end) {
        const byte = bytes[at]!;
        if ((byte < 0x30 && byte !== PLUS && byte !== OPEN) || byte > 0x39) {
          at++;
          continue;
        }
        if (afterEscape(bytes, at, start, end) > at) {
          at = afterEscape(bytes, at, start, end);
          continue;
        }
        if (!isBoundaryBefore(bytes, at, start) || !mayBegin(bytes, at, end)) {
          at++;
          while (at < end && isDigit(bytes[at]!)) at++;
          continue;
        }
        if (shape.read(bytes, at, start, end) && accepts(shape)) {
          span.start = at;
          span.end = shape.end;
          return true;
        }
        at = Math.max(shape.runEnd, at + 1);
      }
      return false;
    },
  };
}

/** `dddd-dd-dd`: no layout begins like that, and most columns of times do. */
function isIsoDate(bytes: Uint8Array, at: number, end: number): boolean {
  return (
    at + 10 <= end &&
    bytes[at + 4] === DASH &&
    bytes[at + 7] === DASH &&
    isDigit(bytes[at + 3]!) &&
    isDigit(bytes[at + 5]!) &&
    isDigit(bytes[at + 6]!)
  );
}

/** A parenthesis, or fewer than `digits` digits in a row. */
function isShortGroup(bytes: Uint8Array, at: number, end: number, digits: number): boolean {
  if (bytes[at] === OPEN) return true;
  for (let index = 1; index < digits; index++) if (!isDigit(byteAt(bytes, at + index, end))) return true;
  return false;
}

/** 3-3-4, or 1-3-3-4, not with spaces alone unless the area code is in parentheses. */
function isNorthAmericanLayout(shape: PhoneShape): boolean {
  const { digits, groups, groupCount, separators } = shape;
  const first = groupCount === 4 && groups[0] === 1 && digits[0] === 1 ? 1 : 0;
  if (groupCount !== first + 3 || shape.digitCount !== first + 10) return false;
  const isGrouped = groups[first] === 3 && groups[first + 1] === 3;
  const isSpaced = separators === Separator.space && shape.parenthesized !== first;
  return isGrouped && !isSpaced && isNorthAmericanNumber(digits, first);
}

/** 0d and four more pairs (France and others). */
function isPairsLayout(shape: PhoneShape): boolean {
  const { digits, groups, groupCount } = shape;
  if (groupCount !== 5 || shape.digitCount !== 10 || digits[0] !== 0 || digits[1] === 0) return false;
  for (let group = 0; group < groupCount; group++) if (groups[group] !== 2) return false;
  return true;
}

/** An area code with its trunk zero in parentheses. */
function isAreaCodeLayout(shape: PhoneShape): boolean {
  const { digits, digitCount, groups } = shape;
  const isArea = shape.parenthesized === 0 && groups[0]! >= 2 && groups[0]! <= 6;
  return isArea && digits[0] === 0 && digits[1] !== 0 && digitCount >= 8 && digitCount <= 12;
}

/** A trunk zero, then ten or eleven digits in all between spaces: no amount begins with a zero. */
function isTrunkLayout(shape: PhoneShape): boolean {
  const { digits, digitCount, groupCount, groups, separators } = shape;
  if (separators !== Separator.space || shape.parenthesized >= 0 || groupCount < 3) return false;
  if (digits[0] !== 0 || digits[1] === 0 || digitCount < 10 || digitCount > 11) return false;
  for (let group = 0; group < groupCount; group++) if (groups[group]! < 2) return false;
  return true;
}

/** Year, month and day in some order: 2024-05-17, 17.05.2024; also with what follows them. */
function isDateLayout(shape: PhoneShape): boolean {
  const { digits, groups, groupCount } = shape;
  if (groupCount < 3) return false;
  if (groups[0] === 4 && groups[1]! <= 2 && groups[2]! <= 2) return isYear(digits, 0);
  const yearAt = groups[0]! + groups[1]!;
  return groups[0]! <= 2 && groups[1]! <= 2 && groups[2] === 4 && isYear(digits, yearAt);
}

/** Four groups of up to three digits between dots: an IPv4 address, or nothing that is dialled. */
function isAddressLayout(shape: PhoneShape): boolean {
  const { groups, groupCount, separators } = shape;
  if (groupCount !== 4 || separators !== Separator.dot) return false;
  return groups[0]! <= 3 && groups[1]! <= 3 && groups[2]! <= 3 && groups[3]! <= 3;
}

function isYear(digits: Uint8Array, at: number): boolean {
  const century = digits[at]! * 10 + digits[at + 1]!;
  return century >= 18 && century <= 20;
}
