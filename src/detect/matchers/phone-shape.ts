import { byteAt, byteBefore, isAlnum, isDigit, isWord } from '../../scan/byte-class.ts';
import { isNorthAmericanNumber } from './calling-codes.ts';

/** How the groups of a number are separated, as bits of `PhoneShape.separators`. */
export interface Separators {
  readonly space: number;
  readonly dash: number;
  readonly dot: number;
  readonly slash: number;
}

/** Bits of `PhoneShape.separators`. */
export const Separator: Separators = { space: 1, dash: 2, dot: 4, slash: 8 };

const DIGITS_MAX = 18;
const GROUPS_MAX = 8;
const EXTENSION_DIGITS_MAX = 6;
const NO_GROUP = -1;
const [PLUS, OPEN, CLOSE, DASH, DOT, SLASH, SPACE] = [0x2b, 0x28, 0x29, 0x2d, 0x2e, 0x2f, 0x20];
const [COLON, COMMA, DOLLAR, EQUALS, PERCENT] = [0x3a, 0x2c, 0x24, 0x3d, 0x25];

/**
 * Digits in groups, as they stand in the text: the longest run of them with single separators between.
 * Reused by its owner.
 */
export class PhoneShape {
  /** After the last byte of the run, however much of it was a number. */
  runEnd = 0;
  /** After the last digit, or after the extension. */
  end = 0;
  hasPlus = false;
  /** Values of the digits, 0 to 9, without a trunk `(0)` after a country code, and without an extension. */
  readonly digits: Uint8Array = new Uint8Array(DIGITS_MAX + 1);
  digitCount = 0;
  /** Digits per group. */
  readonly groups: Uint8Array = new Uint8Array(GROUPS_MAX + 1);
  groupCount = 0;
  /** Index of the group in parentheses, or -1. */
  parenthesized: number = NO_GROUP;
  /** Which separators occur. */
  separators = 0;

  /**
   * Reads the run that begins at `at`, with a digit, `+` or `(`, where a number may begin.
   *
   * @returns `false` when it cannot be a phone number; `runEnd` says where to go on.
   */
  read(bytes: Uint8Array, at: number, start: number, end: number): boolean {
    this.digitCount = 0;
    this.groupCount = 0;
    this.separators = 0;
    this.parenthesized = NO_GROUP;
    this.hasPlus = bytes[at] === PLUS;
    let to = this.hasPlus ? at + 1 : at;
    let isPossible = true;
    for (;;) {
      const groupEnd = this.#readGroup(bytes, to, end);
      if (groupEnd < 0) {
        isPossible = false;
        to = Math.max(to, -groupEnd);
        break;
      }
      to = groupEnd;
      const next = this.#skipSeparators(bytes, to, end);
      if (next === 0 || this.#isComplete(bytes, to, end)) break;
      to = next;
    }
    this.runEnd = Math.max(to, at + 1);
    this.end = endOfExtension(bytes, to, end);
    return (
      isPossible &&
      isBoundaryAfter(bytes, this.end, end) &&
      !(this.#mayBeAmount() && (isFraction(bytes, this.end, end) || this.#isAfterComma(bytes, at, start)))
    );
  }

  /** Only digits between spaces or dots, as amounts are written too. */
  #mayBeAmount(): boolean {
    return (
      !this.hasPlus &&
      this.parenthesized === NO_GROUP &&
      (this.separators & (Separator.dash | Separator.slash)) === 0 &&
      (this.digits[0] !== 0 || this.groupCount < 3)
    );
  }

  /** After the comma of a number: `1,234 567`, `3,14159265`. Seven digits before it are another number. */
  #isAfterComma(bytes: Uint8Array, at: number, start: number): boolean {
    if (byteBefore(bytes, at, start) !== COMMA) return false;
    let digits = 0;
    while (digits < 7 && isDigit(byteBefore(bytes, at - 1 - digits, start))) digits++;
    return digits > 0 && digits < (this.groupCount === 1 ? 7 : 4);
  }

  /** Whether another number follows after a space: after a North American one, or in `4000 (202) ...`. */
  #isComplete(bytes: Uint8Array, at: number, end: number): boolean {
    if (this.hasPlus || byteAt(bytes, at, end) !== SPACE) return false;
    const { digits, groups, groupCount } = this;
    if (groupCount === 1) return groups[0]! >= 4 && digits[0] !== 0 && byteAt(bytes, at + 1, end) === OPEN;
    const isGrouped = groupCount === 3 && groups[0] === 3 && groups[1] === 3 && groups[2] === 4;
    const isMarked = (this.separators & ~Separator.space) !== 0 || this.parenthesized === 0;
    return isGrouped && isMarked && isNorthAmericanNumber(digits, 0);
  }

  /** @returns After the group at `at`, or minus where reading stopped. */
  #readGroup(bytes: Uint8Array, at: number, end: number): number {
    const isOpen = byteAt(bytes, at, end) === OPEN;
    const from = isOpen ? at + 1 : at;
    let to = from;
    const before = this.digitCount;
    while (isDigit(byteAt(bytes, to, end))) {
      if (this.digitCount <= DIGITS_MAX) this.digits[this.digitCount++] = bytes[to]! - 0x30;
      to++;
    }
    const length = to - from;
    if (length === 0 || this.digitCount > DIGITS_MAX || this.groupCount === GROUPS_MAX) return -(to + 1);
    if (isOpen && (byteAt(bytes, to, end) !== CLOSE || this.parenthesized !== NO_GROUP)) return -(to + 1);
    if (isOpen && this.groupCount > 0 && length === 1 && this.digits[before] === 0) {
      // The trunk zero of +41 (0)44: not dialled from abroad.
      this.digitCount = before;
      return to + 1;
    }
    if (isOpen) this.parenthesized = this.groupCount;
    this.groups[this.groupCount++] = length;
    return isOpen ? to + 1 : to;
  }

  /** @returns Where the next group begins, or 0. */
  #skipSeparators(bytes: Uint8Array, at: number, end: number): number {
    let to = at;
    let seen = 0;
    for (; to < end && to - at < 3; to++) {
      const byte = bytes[to]!;
      if (byte === 0xc2 && byteAt(bytes, to + 1, end) === 0xa0) to++;
      const bit = separatorOf(bytes[to]!);
      // A space may stand on both sides of a dash or slash.
      const isSecondSpace = bit === Separator.space && to > at && bytes[to - 1] !== SPACE;
      if (bit === 0 || ((seen & bit) !== 0 && !isSecondSpace)) break;
      seen |= bit;
    }
    const next = byteAt(bytes, to, end);
    if (!isDigit(next) && !(next === OPEN && isDigit(byteAt(bytes, to + 1, end)))) return 0;
    if (to === at && next !== OPEN && byteBefore(bytes, at, 0) !== CLOSE) return 0;
    // A dot and a space end a sentence.
    if (seen === (Separator.dot | Separator.space)) return 0;
    this.separators |= seen;
    return to;
  }
}

function separatorOf(byte: number): number {
  switch (byte) {
    case SPACE:
    case 0xa0:
      return Separator.space;
    case DASH:
      return Separator.dash;
    case DOT:
      return Separator.dot;
    case SLASH:
      return Separator.slash;
    default:
      return 0;
  }
}

/** Not in a word, a path, an amount, a time or a longer number. */
export function isBoundaryBefore(bytes: Uint8Array, at: number, start: number): boolean {
  const before = byteBefore(bytes, at, start);
  if (isWord(before) || before === PLUS || before === DOLLAR || before === SLASH || before === OPEN)
    return before === OPEN && bytes[at] !== OPEN;
  const isJoint = before === DASH || before === DOT || before === COLON;
  const beforeThat = byteBefore(bytes, at - 1, start);
  // A later group of digits that were no number.
  if (before === SPACE && isDigit(beforeThat) && isDigit(bytes[at]!) && !isNorthAmerican(bytes, at))
    return false;
  return !(isJoint && (isDigit(beforeThat) || (before === DASH && isAlnum(beforeThat))));
}

function isBoundaryAfter(bytes: Uint8Array, at: number, end: number): boolean {
  const after = byteAt(bytes, at, end);
  if (isWord(after) || after === PERCENT || after === EQUALS || after === PLUS || after === 0x40)
    return false;
  const isJoint = after === DASH || after === DOT || after === COLON || after === SLASH;
  return !(isJoint && isAlnum(byteAt(bytes, at + 1, end)));
}

/** `ddd-ddd-dddd` after a space: nothing that began before it goes on like that. */
function isNorthAmerican(bytes: Uint8Array, at: number): boolean {
  const separator = bytes[at + 3];
  return (separator === DASH || separator === DOT) && bytes[at + 7] === separator;
}

/** A comma and up to three digits with which a number ends: `1 234 567,89`. */
function isFraction(bytes: Uint8Array, at: number, end: number): boolean {
  if (byteAt(bytes, at, end) !== COMMA) return false;
  let to = at + 1;
  while (to - at <= 4 && isDigit(byteAt(bytes, to, end))) to++;
  if (to === at + 1 || to - at > 4 || isAlnum(byteAt(bytes, to, end))) return false;
  const after = byteAt(bytes, to, end);
  return after === SPACE || separatorOf(after) === 0 || !isDigit(byteAt(bytes, to + 1, end));
}

/** `x123`, ` ext. 123`, ` ext 123`: what is dialled within the house. */
function endOfExtension(bytes: Uint8Array, at: number, end: number): number {
  let to = at;
  if (byteAt(bytes, to, end) === SPACE) to++;
  const first = byteAt(bytes, to, end) | 0x20;
  if (first === 0x65) {
    if ((byteAt(bytes, to + 1, end) | 0x20) !== 0x78 || (byteAt(bytes, to + 2, end) | 0x20) !== 0x74)
      return at;
    to += 3;
    if (byteAt(bytes, to, end) === DOT) to++;
    if (byteAt(bytes, to, end) === SPACE) to++;
  } else if (first === 0x78) to++;
  else return at;
  const from = to;
  while (to - from <= EXTENSION_DIGITS_MAX && isDigit(byteAt(bytes, to, end))) to++;
  const length = to - from;
  return length > 0 && length <= EXTENSION_DIGITS_MAX ? to : at;
}
