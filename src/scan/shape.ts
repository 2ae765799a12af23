// A shape word describes a value in 32 bits, found in one pass over its bytes. Every rule states what a
// value must have for the rule to fire at all; most values are dismissed by the shape word alone.
//
//   bits 0..4    number of digits, 31 = "31 or more"
//   bits 5..16   flags, see ShapeFlag
//   bits 17..20  length class: how many of LENGTH_STEPS the length reaches
//   bits 21..25  most digits in one run of digits and what groups them (space - . / ( ) +), 31 = "31 or more"
//   bits 26..30  length of the longest run of letters, digits, `_` and `-`, 31 = "31 or more"
//
// Beside it, how often the separators of addresses occur: see `separatorsOf`.

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
const RUN_SHIFT = 26;
const LENGTH_STEPS: readonly number[] = [4, 6, 7, 8, 9, 11, 13, 14, 15, 16, 20, 24, 32, 40, 64];
const LONG_TOKEN = 16;

// Per byte: its flag, plus bits for a digit, a token byte, and what groups digits.
const IS_DIGIT = 1;
const IS_TOKEN = 2;
const IS_GROUPED = 4;
const MARKS: number = IS_DIGIT | IS_TOKEN | IS_GROUPED;
const BYTES: Int32Array = buildBytes();

// Four counters of a byte each in one number, which may not run over: what is added in one go is a block.
const DOT_SHIFT = 8;
const COLON_SHIFT = 16;
const DASH_SHIFT = 24;
const BLOCK_SIZE = 127;
const COUNTS: Int32Array = buildCounts();

// Fewer digits than that are not worth a second pass over them.
const GROUPED_PASS_MIN = 7;
const SEPARATORS_MAX = 7;
const SEPARATORS_BITS = 3;
const LENGTH_CLASSES: Uint8Array = buildLengthClasses();

function buildBytes(): Int32Array {
  const table = new Int32Array(256);
  for (let byte = 0x80; byte < 0x100; byte++) table[byte] = ShapeFlag.high;
  for (let byte = 0x30; byte <= 0x39; byte++) table[byte] = MARKS;
  for (let byte = 0x41; byte <= 0x5a; byte++) table[byte] = ShapeFlag.upper | IS_TOKEN;
  for (let byte = 0x61; byte <= 0x7a; byte++) table[byte] = ShapeFlag.lower | IS_TOKEN;
  for (const byte of [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20]) table[byte] = ShapeFlag.space;
  table[0x40] = ShapeFlag.at;
  table[0x2e] = ShapeFlag.dot | IS_GROUPED;
  table[0x3a] = ShapeFlag.colon;
  table[0x2f] = ShapeFlag.slash | IS_GROUPED;
  for (const byte of [0x28, 0x29, 0x2b]) table[byte] = IS_GROUPED;
  // A no-break space in UTF-8.
  for (const byte of [0xc2, 0xa0]) table[byte] = ShapeFlag.high | IS_GROUPED;
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

function buildCounts(): Int32Array {
  const table = new Int32Array(256);
  for (let byte = 0x30; byte <= 0x39; byte++) table[byte] = 1;
  table[0x2e] = 1 << DOT_SHIFT;
  table[0x3a] = 1 << COLON_SHIFT;
  table[0x2d] = 1 << DASH_SHIFT;
  return table;
}

// Of the value last given to `shapeOf`: three bits each, 7 = "7 or more".
let separators = 0;

/** @returns How many dots, colons and dashes the value last given to `shapeOf` has, as a number below 512. */
export function separatorsOf(): number {
  return separators;
}

/** @returns The shape word of `bytes[start, end)`. */
export function shapeOf(bytes: Uint8Array, start: number, end: number): number {
  let flags = 0;
  let run = 0;
  let longest = 0;
  let digits = 0;
  let dots = 0;
  let colons = 0;
  let dashes = 0;
  for (let block = start; block < end; block += BLOCK_SIZE) {
    const blockEnd = Math.min(end, block + BLOCK_SIZE);
    let counts = 0;
    for (let at = block; at < blockEnd; at++) {
      const value = bytes[at]!;
      const byte = BYTES[value]!;
      flags |= byte;
      counts += COUNTS[value]!;
      // Without a branch: 1.7 ns a byte instead of 2.3.
      run = (run + 1) & -((byte & IS_TOKEN) >> 1);
      longest = Math.max(run, longest);
    }
    digits += counts & 0xff;
    dots += (counts >>> DOT_SHIFT) & 0xff;
    colons += (counts >>> COLON_SHIFT) & 0xff;
    dashes += counts >>> DASH_SHIFT;
  }
  separators =
    Math.min(dots, SEPARATORS_MAX) |
    (Math.min(colons, SEPARATORS_MAX) << SEPARATORS_BITS) |
    (Math.min(dashes, SEPARATORS_MAX) << (2 * SEPARATORS_BITS));
  const grouped = digits < GROUPED_PASS_MIN ? digits : mostGrouped(bytes, start, end);
  const length = end - start;
  const lengthClass = length < LENGTH_CLASSES.length ? LENGTH_CLASSES[length]! : LENGTH_STEPS.length;
  return (
    Math.min(digits, DIGITS_MAX) |
    (flags & ~MARKS) |
    (longest >= LONG_TOKEN ? ShapeFlag.longToken : 0) |
    (lengthClass << LENGTH_SHIFT) |
    (Math.min(grouped, DIGITS_MAX) << GROUPED_SHIFT) |
    (Math.min(longest, DIGITS_MAX) << RUN_SHIFT)
  );
}

function mostGrouped(bytes: Uint8Array, start: number, end: number): number {
  let grouped = 0;
  let most = 0;
  for (let at = start; at < end; at++) {
    const byte = BYTES[bytes[at]!]!;
    grouped = (grouped + (byte & IS_DIGIT)) & -((byte & IS_GROUPED) >> 2);
    most = Math.max(grouped, most);
  }
  return most;
}

/** What a value must have for a rule to be able to fire: a necessary condition, never a sufficient one. */
export interface ShapeCondition {
  readonly digitsMin?: number;
  /** Letters, digits, `_` and `-` in a row. */
  readonly tokenRunMin?: number;
  readonly dotsMin?: number;
  readonly colonsMin?: number;
  /** Of colons or of dashes, whichever there are more of. */
  readonly equalSeparatorsMin?: number;
  /** Digits in one run of digits and what groups them: space - . / ( ) + */
  readonly groupedDigitsMin?: number;
  /** In bytes. */
  readonly lengthMin?: number;
  /** Flags that must all be there. */
  readonly all?: number;
  /** Flags of which one must be there; 0 = no such demand. */
  readonly any?: number;
}

/** A condition as numbers, for shapes one by one. */
export class CompiledCondition {
  readonly #digitsMin: number;
  readonly #groupedMin: number;
  readonly #tokenRunMin: number;
  readonly #lengthClass: number;
  readonly #all: number;
  readonly #any: number;

  constructor(condition: ShapeCondition) {
    const { digitsMin = 0, groupedDigitsMin = 0, lengthMin = 0, all = 0, any = 0 } = condition;
    this.#tokenRunMin = Math.min(condition.tokenRunMin ?? 0, DIGITS_MAX);
    this.#digitsMin = Math.min(digitsMin, DIGITS_MAX);
    this.#groupedMin = Math.min(groupedDigitsMin, DIGITS_MAX);
    this.#lengthClass = LENGTH_STEPS.filter((step) => step <= lengthMin).length;
    this.#all = all;
    this.#any = any;
  }

  /** @returns `false` when no value of this shape can fulfil the condition. */
  allows(shape: number): boolean {
    return (
      (shape & DIGITS_MAX) >= this.#digitsMin &&
      ((shape >>> GROUPED_SHIFT) & DIGITS_MAX) >= this.#groupedMin &&
      ((shape >>> RUN_SHIFT) & DIGITS_MAX) >= this.#tokenRunMin &&
      ((shape >>> LENGTH_SHIFT) & LENGTH_BITS) >= this.#lengthClass &&
      (shape & this.#all) === this.#all &&
      (this.#any === 0 || (shape & this.#any) !== 0)
    );
  }
}

/** @returns `false` when no value of this shape can fulfil the condition. */
export function shapeAllows(shape: number, condition: ShapeCondition): boolean {
  return new CompiledCondition(condition).allows(shape);
}

/**
 * Conditions as look-up tables: six reads tell which of them a shape allows, as a bit set. Holds at
 * most 32 conditions, so that a set is one number.
 */
export class ShapeIndex {
  static readonly conditionsMax = 32;
  readonly #byDigits = new Int32Array(DIGITS_MAX + 1);
  readonly #byFlags = new Int32Array(1 << FLAGS_COUNT);
  readonly #byLength = new Int32Array(LENGTH_BITS + 1);
  readonly #byGrouped = new Int32Array(DIGITS_MAX + 1);
  readonly #byRun = new Int32Array(DIGITS_MAX + 1);
  readonly #bySeparators = new Int32Array(1 << (3 * SEPARATORS_BITS));

  constructor(conditions: readonly ShapeCondition[]) {
    if (conditions.length > ShapeIndex.conditionsMax)
      throw new RangeError('too many conditions for one index');
    conditions.forEach((condition, index) => {
      const { digitsMin = 0, groupedDigitsMin = 0, lengthMin = 0, all = 0, any = 0 } = condition;
      this.#fillSeparators(condition, index);
      fill(this.#byRun, RUN_SHIFT, { tokenRunMin: condition.tokenRunMin ?? 0 }, index);
      fill(this.#byDigits, 0, { digitsMin }, index);
      fill(this.#byFlags, FLAGS_SHIFT, { all, any }, index);
      fill(this.#byLength, LENGTH_SHIFT, { lengthMin }, index);
      fill(this.#byGrouped, GROUPED_SHIFT, { groupedDigitsMin }, index);
    });
  }

  #fillSeparators(condition: ShapeCondition, index: number): void {
    const { dotsMin = 0, colonsMin = 0, equalSeparatorsMin = 0 } = condition;
    const reaches = (count: number, min: number): boolean => count >= Math.min(min, SEPARATORS_MAX);
    for (let entry = 0; entry < this.#bySeparators.length; entry++) {
      const dots = entry & SEPARATORS_MAX;
      const colons = (entry >> SEPARATORS_BITS) & SEPARATORS_MAX;
      const dashes = entry >> (2 * SEPARATORS_BITS);
      const isAllowed =
        reaches(dots, dotsMin) &&
        reaches(colons, colonsMin) &&
        reaches(Math.max(colons, dashes), equalSeparatorsMin);
      if (isAllowed) this.#bySeparators[entry]! |= 1 << index;
    }
  }

  /**
   * @param separators - What `separatorsOf` says of the same value.
   * @returns Bit `i` set when condition `i` may hold for a value of this shape.
   */
  candidates(shape: number, separators: number): number {
    return (
      this.#bySeparators[separators]! &
      this.#byDigits[shape & DIGITS_MAX]! &
      this.#byFlags[(shape >>> FLAGS_SHIFT) & ((1 << FLAGS_COUNT) - 1)]! &
      this.#byLength[(shape >>> LENGTH_SHIFT) & LENGTH_BITS]! &
      this.#byGrouped[(shape >>> GROUPED_SHIFT) & DIGITS_MAX]! &
      this.#byRun[(shape >>> RUN_SHIFT) & DIGITS_MAX]!
    );
  }
}

/** Sets bit `index` in every entry whose part of the shape word the condition allows. */
function fill(table: Int32Array, shift: number, condition: ShapeCondition, index: number): void {
  const compiled = new CompiledCondition(condition);
  for (let entry = 0; entry < table.length; entry++) {
    if (compiled.allows(entry << shift)) table[entry]! |= 1 << index;
  }
}
