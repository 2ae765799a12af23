// A shape word describes a value in 32 bits, found in one pass over its bytes. Every rule states what a
// value must have for the rule to fire at all; most values are dismissed by the shape word alone.
//
//   bits 0..4    number of digits, 31 = "31 or more"
//   bits 5..16   flags, see ShapeFlag
//   bits 17..20  length class: how many of LENGTH_STEPS the length reaches
//   bits 21..25  most digits in one run of digits and what groups them (space - . / ( ) +), 31 = "31 or more"
//   bits 26..30  length of the longest run of letters, digits, `_` and `-`, 31 = "31 or more"
//
// Beside it, how often the separators of addresses occur: see `separatorsOf`; and where there are digits
// enough, what its words look like: see `wordLayout`.

import type { AutomatonTables, LiteralHits } from './literal-automaton.ts';
import { WordLayout } from './word-layout.ts';

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

/** Counts in a shape word end here. */
export const DIGITS_MAX: number = 31;
/** First bit of the flags. */
export const FLAGS_SHIFT: number = 5;
/** How many flags there are. */
export const FLAGS_COUNT: number = 12;
/** First bit of the length class. */
export const LENGTH_SHIFT: number = 17;
/** The length class, once shifted. */
export const LENGTH_BITS: number = 0xf;
/** First bit of the grouped digits. */
export const GROUPED_SHIFT: number = 21;
/** First bit of the longest run. */
export const RUN_SHIFT: number = 26;
/** In bytes: a length class is how many of these a value reaches. */
export const LENGTH_STEPS: readonly number[] = [4, 6, 7, 8, 9, 11, 13, 14, 15, 16, 20, 24, 32, 40, 64];
const LONG_TOKEN = 16;

// Per byte: its flag, plus a bit for a token byte.
const IS_TOKEN = 1;
const BYTES: Int32Array = buildBytes();

// Four counters of a byte each in one number, which may not run over: what is added in one go is a block.
const DOT_SHIFT = 8;
const COLON_SHIFT = 16;
const DASH_SHIFT = 24;
const BLOCK_SIZE = 127;
const COUNTS: Int32Array = buildCounts();

// Fewer digits than that are not worth a second pass over the value.
const LAYOUT_DIGITS_MIN = 6;
/** Counts of separators end here. */
export const SEPARATORS_MAX: number = 7;
/** Bits per separator in `separatorsOf`. */
export const SEPARATORS_BITS: number = 3;
const LENGTH_CLASSES: Uint8Array = buildLengthClasses();

function buildBytes(): Int32Array {
  const table = new Int32Array(256);
  for (let byte = 0x80; byte < 0x100; byte++) table[byte] = ShapeFlag.high;
  for (let byte = 0x30; byte <= 0x39; byte++) table[byte] = IS_TOKEN;
  for (let byte = 0x41; byte <= 0x5a; byte++) table[byte] = ShapeFlag.upper | IS_TOKEN;
  for (let byte = 0x61; byte <= 0x7a; byte++) table[byte] = ShapeFlag.lower | IS_TOKEN;
  for (const byte of [0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20]) table[byte] = ShapeFlag.space;
  table[0x40] = ShapeFlag.at;
  table[0x2e] = ShapeFlag.dot;
  table[0x3a] = ShapeFlag.colon;
  table[0x2f] = ShapeFlag.slash;
  table[0x2d] = ShapeFlag.dash | IS_TOKEN;
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

/** Of the value last given to `shapeOf`; of one with few digits it says nothing. */
export const wordLayout: WordLayout = new WordLayout();

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
      counts = (counts + COUNTS[value]!) | 0;
      // Without a branch: 1.7 ns a byte instead of 2.3.
      run = (run + 1) & -(byte & IS_TOKEN);
      longest = Math.max(run, longest);
    }
    digits += counts & 0xff;
    dots += (counts >>> DOT_SHIFT) & 0xff;
    colons += (counts >>> COLON_SHIFT) & 0xff;
    dashes += counts >>> DASH_SHIFT;
  }
  noteSeparators(dots, colons, dashes);
  return shapeWord(bytes, start, end, flags, longest, digits);
}

/** Values up to this size fit `shapeAndHitsOf`. */
export const HITS_SIZE_MAX: number = BLOCK_SIZE;

/**
 * The same, and the literals on the way: one loop waits for memory where two would wait one after the other.
 *
 * @param end - At most `HITS_SIZE_MAX` after `start`.
 * @param hits - Receives where literals end.
 */
export function shapeAndHitsOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  { classOf, next, firstAccepting }: AutomatonTables,
  hits: LiteralHits,
): number {
  let flags = 0;
  let counts = 0;
  let run = 0;
  let longest = 0;
  let state = 0;
  let count = 0;
  for (let at = start; at < end; at++) {
    const value = bytes[at]!;
    state = next[state + classOf[value]!]!;
    const byte = BYTES[value]!;
    flags |= byte;
    counts = (counts + COUNTS[value]!) | 0;
    run = (run + 1) & -(byte & IS_TOKEN);
    longest = Math.max(run, longest);
    if (state >= firstAccepting) {
      hits.states[count] = state;
      hits.ends[count++] = at + 1;
    }
  }
  hits.count = count;
  noteSeparators((counts >>> DOT_SHIFT) & 0xff, (counts >>> COLON_SHIFT) & 0xff, counts >>> DASH_SHIFT);
  return shapeWord(bytes, start, end, flags, longest, counts & 0xff);
}

function noteSeparators(dots: number, colons: number, dashes: number): void {
  separators =
    Math.min(dots, SEPARATORS_MAX) |
    (Math.min(colons, SEPARATORS_MAX) << SEPARATORS_BITS) |
    (Math.min(dashes, SEPARATORS_MAX) << (2 * SEPARATORS_BITS));
}

function shapeWord(
  bytes: Uint8Array,
  start: number,
  end: number,
  flags: number,
  longest: number,
  digits: number,
): number {
  if (digits < LAYOUT_DIGITS_MIN) wordLayout.clear();
  const grouped = digits < LAYOUT_DIGITS_MIN ? digits : wordLayout.read(bytes, start, end);
  const length = end - start;
  const lengthClass = length < LENGTH_CLASSES.length ? LENGTH_CLASSES[length]! : LENGTH_STEPS.length;
  return (
    Math.min(digits, DIGITS_MAX) |
    (flags & ~IS_TOKEN) |
    (longest >= LONG_TOKEN ? ShapeFlag.longToken : 0) |
    (lengthClass << LENGTH_SHIFT) |
    (Math.min(grouped, DIGITS_MAX) << GROUPED_SHIFT) |
    (Math.min(longest, DIGITS_MAX) << RUN_SHIFT)
  );
}
