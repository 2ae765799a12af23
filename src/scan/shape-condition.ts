import {
  DIGITS_MAX,
  FLAGS_COUNT,
  FLAGS_SHIFT,
  GROUPED_SHIFT,
  LENGTH_BITS,
  LENGTH_SHIFT,
  LENGTH_STEPS,
  RUN_SHIFT,
  SEPARATORS_BITS,
  SEPARATORS_MAX,
} from './shape.ts';
import type { WordLayout } from './word-layout.ts';

/** What a value must have for a rule to be able to fire: a necessary condition, never a sufficient one. */
export interface ShapeCondition {
  readonly digitsMin?: number;
  /** Letters, digits, `_` and `-` in a row. */
  readonly tokenRunMin?: number;
  readonly dotsMin?: number;
  readonly colonsMin?: number;
  readonly dashesMin?: number;
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
  /** Lengths of words, that is letters and digits in a row, that must all be there; below 31. */
  readonly words?: readonly number[];
  /** Lengths of words of nothing but digits that must all be there; below 31. */
  readonly digitWords?: readonly number[];
  /** Letters and digits in a row. */
  readonly wordMin?: number;
  /** One of these bits must be there, see `Opening`; 0 = no such demand. */
  readonly opening?: number;
}

/** A condition as numbers, for shapes one by one. */
export class CompiledCondition {
  readonly #digitsMin: number;
  readonly #groupedMin: number;
  readonly #tokenRunMin: number;
  readonly #lengthClass: number;
  readonly #all: number;
  readonly #any: number;
  readonly #words: number;
  readonly #digitWords: number;
  readonly #longWords: number;
  readonly #openings: number;

  constructor(condition: ShapeCondition) {
    const { digitsMin = 0, groupedDigitsMin = 0, lengthMin = 0, all = 0, any = 0 } = condition;
    const { words = [], digitWords = [], wordMin = 0, opening = 0 } = condition;
    this.#words = setOf(words);
    this.#digitWords = setOf(digitWords);
    this.#longWords = wordMin === 0 ? 0 : -1 << Math.min(wordMin, DIGITS_MAX);
    this.#openings = opening;
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

  /** @returns `false` when no value with words of this kind can fulfil the condition. */
  allowsWords({ lengths, digitLengths, openings }: WordLayout): boolean {
    return (
      (lengths & this.#words) === this.#words &&
      (digitLengths & this.#digitWords) === this.#digitWords &&
      (this.#longWords === 0 || (lengths & this.#longWords) !== 0) &&
      (this.#openings === 0 || (openings & this.#openings) !== 0)
    );
  }
}

function setOf(lengths: readonly number[]): number {
  return lengths.reduce((set, length) => set | (1 << Math.min(length, DIGITS_MAX)), 0);
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
    const { dotsMin = 0, colonsMin = 0, dashesMin = 0, equalSeparatorsMin = 0 } = condition;
    const reaches = (count: number, min: number): boolean => count >= Math.min(min, SEPARATORS_MAX);
    for (let entry = 0; entry < this.#bySeparators.length; entry++) {
      const dots = entry & SEPARATORS_MAX;
      const colons = (entry >> SEPARATORS_BITS) & SEPARATORS_MAX;
      const dashes = entry >> (2 * SEPARATORS_BITS);
      const isAllowed =
        reaches(dots, dotsMin) &&
        reaches(colons, colonsMin) &&
        reaches(dashes, dashesMin) &&
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
