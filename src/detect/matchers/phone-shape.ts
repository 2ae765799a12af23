import { byteAt, byteBefore, isAlnum, isDigit, isWord } from '../../scan/byte-class.ts';

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
const [COLON, DOLLAR, EQUALS, PERCENT] = [0x3a, 0x24, 0x3d, 0x25];

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
   * Reads the run that begins at `at`, with a digit, `+` or `(`.
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
    let isPossible = isBoundaryBefore(bytes, at, start);
    for (;;) {
      const groupEnd = this.#readGroup(bytes, to, end);
      if (groupEnd < 0) {
        isPossible = false;
        to = Math.max(to, -groupEnd);
        break;
      }
      to = groupEnd;
      const next = this.#skipSeparators(bytes, to, end);
      if (next === 0) break;
      to = next;
    }
    this.runEnd = Math.max(to, at + 1);
    this.end = endOfExtension(bytes, to, end);
    return isPossible && isBoundaryAfter(bytes, this.end, end);
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
function isBoundaryBefore(bytes: Uint8Array, at: number, start: number): boolean {
  const before = byteBefore(bytes, at, start);
  if (isWord(before) || before === PLUS || before === DOLLAR || before === SLASH || before === OPEN)
    return before === OPEN && bytes[at] !== OPEN;
  const isJoint = before === DASH || before === DOT || before === COLON || before === 0x2c;
  const beforeThat = byteBefore(bytes, at - 1, start);
  // A later group of digits that were no number.
  if (before === SPACE && isDigit(beforeThat) && isDigit(bytes[at]!)) return false;
  return !(isJoint && (isDigit(beforeThat) || (before === DASH && isAlnum(beforeThat))));
}

function isBoundaryAfter(bytes: Uint8Array, at: number, end: number): boolean {
  const after = byteAt(bytes, at, end);
  if (isWord(after) || after === PERCENT || after === EQUALS || after === PLUS || after === 0x40)
    return false;
  const isJoint = after === DASH || after === DOT || after === COLON || after === SLASH || after === 0x2c;
  return !(isJoint && isAlnum(byteAt(bytes, at + 1, end)));
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
