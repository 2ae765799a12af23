// A shape word describes a value in 32 bits, found in one pass over its bytes. Every rule states what a
// value must have for the rule to fire at all; most values are dismissed by the shape word alone.
//
//   bits 0..4    number of digits, 31 = "31 or more"
//   bits 5..16   flags, see ShapeFlag
//   bits 17..20  length class: how many of LENGTH_STEPS the length reaches
//   bits 21..25  number of digits in the longest run of digits, spaces and dashes, 31 = "31 or more"

/** Names of the flags of a shape word. */
export interface ShapeFlags {
  readonly at: number;
  readonly dot: number;
  readonly colon: number;
  readonly slash: number;
  readonly dash: number;
  /** `=` or `>`. */
  readonly assign: number;
  readonly upper: number;
  readonly lower: number;
  readonly space: number;
  /** A run of 16 or more letters, digits, `_` and `-`. */
  readonly longToken: number;
  /** A byte of 0x80 or above. */
  readonly high: number;
  readonly underscore: number;
}

/** Flags of a shape word: what occurs in the value at least once. */
export const ShapeFlag: ShapeFlags = {
  at: 1 << 5,
  dot: 1 << 6,
  colon: 1 << 7,
  slash: 1 << 8,
  dash: 1 << 9,
  assign: 1 << 10,
  upper: 1 << 11,
  lower: 1 << 12,
  space: 1 << 13,
  longToken: 1 << 14,
  high: 1 << 15,
  underscore: 1 << 16,
};

const DIGITS_MAX = 31;
const FLAGS_SHIFT = 5;
const FLAGS_COUNT = 12;
const LENGTH_SHIFT = 17;
const LENGTH_BITS = 0xf;
const GROUPED_SHIFT = 21;
const LENGTH_STEPS: readonly number[] = [4, 6, 7, 8, 9, 11, 13, 14, 15, 16, 20, 24, 32, 40, 64];
const LONG_TOKEN = 16;

// Per byte: its flag, plus bit 0 for a digit, bit 1 for a token byte and bit 2 for what groups digits.
const IS_DIGIT = 1;
const IS_TOKEN = 2;
const IS_GROUPED = 4;
const MARKS: number = IS_DIGIT | IS_TOKEN | IS_GROUPED;
const BYTES: Int32Array = buildBytes();
const LENGTH_CLASSES: Uint8Array = buildLengthClasses();

function buildBytes(): Int32Array {
  const table = new Int32Array(256);
  for (let byte = 0x80; byte < 0x100; byte++) table[byte] = ShapeFlag.high;
  for (let byte = 0x30; byte <= 0x39; byte++) table[byte] = MARKS;
  for (let byte = 0x41; byte <= 0x5a; byte++) table[byte] = ShapeFlag.upper | IS_TOKEN;
  for (let byte = 0x61; byte <= 0x7a; byte++) table[byte] = ShapeFlag.lower | IS_TOKEN;
  for (const byte of [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20]) table[byte] = ShapeFlag.space;
  table[0x40] = ShapeFlag.at;
  table[0x2e] = ShapeFlag.dot;
  table[0x3a] = ShapeFlag.colon;
  table[0x2f] = ShapeFlag.slash;
  table[0x20] = ShapeFlag.space | IS_GROUPED;
  table[0x2d] = ShapeFlag.dash | IS_TOKEN | IS_GROUPED;
  table[0x3d] = ShapeFlag.assign;
  table[0x3e] = ShapeFlag.assign;
  table[0x5f] = ShapeFlag.underscore | IS_TOKEN;
  return table;
}

function buildLengthClasses(): Uint8Array {
  const longest = LENGTH_STEPS[LENGTH_STEPS.length - 1]!;
  return Uint8Array.from(
    { length: longest + 1 },
    (_, length) => LENGTH_STEPS.filter((s) => s <= length).length,
  );
}

/** @returns The shape word of `bytes[start, end)`. */
export function shapeOf(bytes: Uint8Array, start: number, end: number): number {
  let flags = 0;
  let digits = 0;
  let run = 0;
  let longest = 0;
  let grouped = 0;
  let mostGrouped = 0;
  for (let at = start; at < end; at++) {
    const byte = BYTES[bytes[at]!]!;
    flags |= byte;
    digits += byte & IS_DIGIT;
    run = (byte & IS_TOKEN) === 0 ? 0 : run + 1;
    longest = Math.max(run, longest);
    grouped = (byte & IS_GROUPED) === 0 ? 0 : grouped + (byte & IS_DIGIT);
    mostGrouped = Math.max(grouped, mostGrouped);
  }
  const length = end - start;
  const lengthClass = length < LENGTH_CLASSES.length ? LENGTH_CLASSES[length]! : LENGTH_STEPS.length;
  return (
    Math.min(digits, DIGITS_MAX) |
    (flags & ~MARKS) |
    (longest >= LONG_TOKEN ? ShapeFlag.longToken : 0) |
    (lengthClass << LENGTH_SHIFT) |
    (Math.min(mostGrouped, DIGITS_MAX) << GROUPED_SHIFT)
  );
}

/** What a value must have for a rule to be able to fire: a necessary condition, never a sufficient one. */
export interface ShapeCondition {
  readonly digitsMin?: number;
  /** Digits in one run of digits, spaces and dashes. */
  readonly groupedDigitsMin?: number;
  /** In bytes. */
  readonly lengthMin?: number;
  /** Flags that must all be there. */
  readonly all?: number;
  /** Flags of which one must be there; 0 = no such demand. */
  readonly any?: number;
}

/** @returns `false` when no value of this shape can fulfil the condition. */
export function shapeAllows(shape: number, condition: ShapeCondition): boolean {
  const { digitsMin = 0, groupedDigitsMin = 0, lengthMin = 0, all = 0, any = 0 } = condition;
  const lengthClass = LENGTH_STEPS.filter((step) => step <= lengthMin).length;
  return (
    (shape & DIGITS_MAX) >= Math.min(digitsMin, DIGITS_MAX) &&
    ((shape >>> GROUPED_SHIFT) & DIGITS_MAX) >= Math.min(groupedDigitsMin, DIGITS_MAX) &&
    ((shape >>> LENGTH_SHIFT) & LENGTH_BITS) >= lengthClass &&
    (shape & all) === all &&
    (any === 0 || (shape & any) !== 0)
  );
}

/**
 * Conditions as look-up tables: four reads tell which of them a shape allows, as a bit set. Holds at
 * most 32 conditions, so that a set is one number.
 */
export class ShapeIndex {
  static readonly conditionsMax = 32;
  readonly #byDigits = new Int32Array(DIGITS_MAX + 1);
  readonly #byFlags = new Int32Array(1 << FLAGS_COUNT);
  readonly #byLength = new Int32Array(LENGTH_BITS + 1);
  readonly #byGrouped = new Int32Array(DIGITS_MAX + 1);

  constructor(conditions: readonly ShapeCondition[]) {
    if (conditions.length > ShapeIndex.conditionsMax)
      throw new RangeError('too many conditions for one index');
    conditions.forEach((condition, index) => {
      const { digitsMin = 0, groupedDigitsMin = 0, lengthMin = 0, all = 0, any = 0 } = condition;
      fill(this.#byDigits, 0, { digitsMin }, index);
      fill(this.#byFlags, FLAGS_SHIFT, { all, any }, index);
      fill(this.#byLength, LENGTH_SHIFT, { lengthMin }, index);
      fill(this.#byGrouped, GROUPED_SHIFT, { groupedDigitsMin }, index);
    });
  }

  /** @returns Bit `i` set when condition `i` may hold for a value of this shape. */
  candidates(shape: number): number {
    return (
      this.#byDigits[shape & DIGITS_MAX]! &
      this.#byFlags[(shape >>> FLAGS_SHIFT) & ((1 << FLAGS_COUNT) - 1)]! &
      this.#byLength[(shape >>> LENGTH_SHIFT) & LENGTH_BITS]! &
      this.#byGrouped[shape >>> GROUPED_SHIFT]!
    );
  }
}

/** Sets bit `index` in every entry whose part of the shape word the condition allows. */
function fill(table: Int32Array, shift: number, condition: ShapeCondition, index: number): void {
  for (let entry = 0; entry < table.length; entry++) {
    if (shapeAllows(entry << shift, condition)) table[entry]! |= 1 << index;
  }
}
