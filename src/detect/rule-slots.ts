import { type AutomatonTables, LiteralAutomaton, LiteralHits } from '../scan/literal-automaton.ts';
import { DIGITS_MAX, HITS_SIZE_MAX, ShapeFlag } from '../scan/shape.ts';
import { CompiledCondition, type ShapeCondition } from '../scan/shape-condition.ts';
import { type CompiledPattern, type CompiledRule, scoreOf } from './compiled-rule.ts';
import type { SweepMatcher } from './matchers/matcher.ts';
import { PhraseSet } from './phrase-set.ts';

// More than any value has: a flag for "at least 31 digits", too.
const ALL_FLAGS = -1;

/** How a pattern is tried in a field. */
export const Tried: {
  readonly never: 0;
  /** On every value of a fitting shape. */
  readonly always: 1;
  /** On values that hold one of its literals. */
  readonly byLiteral: 2;
  /** On values that hold a word of its rule's context. */
  readonly byContext: 3;
} = { never: 0, always: 1, byLiteral: 2, byContext: 3 };

/** What a candidate scores in a field whose name is already considered. */
export interface SlotPlan {
  readonly score: number;
  /** Of a candidate that a validator accepts. */
  readonly scoreValidated: number;
  /** The same with context in the value. */
  readonly scoreWithContext: number;
  readonly scoreValidatedWithContext: number;
  readonly condition: ShapeCondition;
  readonly compiledCondition: CompiledCondition;
  readonly tried: (typeof Tried)[keyof typeof Tried];
}

/** One pattern of one rule, with everything that does not depend on a field. */
export interface Slot {
  /** Index in `DetectionEngine.rules`. */
  readonly index: number;
  readonly rule: CompiledRule;
  readonly pattern: CompiledPattern;
  /** The context phrases of the rule. */
  readonly context: PhraseSet;
  /** What a finding has to reach. */
  readonly threshold: number;
  /** Where the field's name gives no context, and where it does. */
  readonly plain: SlotPlan;
  readonly named: SlotPlan;
}

/** Slots by literal: those of literal k are `slots[starts[k] .. starts[k + 1])`. */
export interface SlotLists {
  readonly starts: Int32Array;
  readonly slots: Int32Array;
}

/** All patterns of an engine, and one automaton for all their literals. Shared by the plans of all fields. */
export class RuleSlots {
  readonly slots: readonly Slot[];
  /** By slot: its matcher, where it goes through whole values. */
  readonly sweeps: readonly (SweepMatcher | undefined)[];
  readonly automaton: LiteralAutomaton;
  readonly tables: AutomatonTables;
  readonly byLiteral: SlotLists;
  /** Slots that need a context word in the value, by the literals that are such words. */
  readonly byContext: SlotLists;
  // Scratch of whoever scans.
  readonly hits: LiteralHits = new LiteralHits(HITS_SIZE_MAX);
  // Per slot:
  /** Slots to try once all literals are known. */
  readonly pending: Int32Array;
  /**
   * Up to where its last candidate reaches: a literal inside it says nothing new. For a pattern, the part of
   * the value it is to be tried on.
   */
  readonly coveredFrom: Int32Array;
  readonly coveredTo: Int32Array;
  /** The scan of which they speak. */
  readonly coveredIn: Int32Array;
  scanId = 0;

  // Slots of rules by the first word of every phrase they know.
  readonly #byWord = new Map<string, number[]>();

  constructor(rules: readonly CompiledRule[], thresholdOf: (rule: CompiledRule) => number) {
    this.slots = rules.flatMap((rule, index) => {
      const threshold = thresholdOf(rule);
      const words = contextWordsOf(rule);
      const context = new PhraseSet(rule.contextPhrases);
      return rule.patterns.map((pattern) => {
        const planWith = (hasContext: boolean): SlotPlan =>
          planSlot(rule, pattern, threshold, hasContext, words.length > 0);
        return { index, rule, pattern, context, threshold, plain: planWith(false), named: planWith(true) };
      });
    });
    this.sweeps = this.slots.map(({ pattern: { matcher } }) =>
      matcher.how === 'sweep' ? matcher : undefined,
    );
    const own = this.slots.map(({ pattern }) => literalsOf(pattern).map((literal) => literal.toLowerCase()));
    const words = this.slots.map(({ rule, plain }) =>
      plain.tried === Tried.byContext ? contextWordsOf(rule) : [],
    );
    const literals = [...new Set([...own.flat(), ...words.flat()])];
    const positions = new Map(literals.map((literal, position) => [literal, position]));
    this.automaton = new LiteralAutomaton(literals);
    this.tables = this.automaton.tables;
    this.byLiteral = listSlots(own, positions);
    this.byContext = listSlots(words, positions);
    for (const [slot, { rule }] of this.slots.entries()) this.#noteWords(rule, slot);
    this.pending = new Int32Array(this.slots.length);
    this.coveredFrom = new Int32Array(this.slots.length);
    this.coveredTo = new Int32Array(this.slots.length);
    this.coveredIn = new Int32Array(this.slots.length);
  }

  #noteWords({ contextPhrases, exceptFieldPhrases }: CompiledRule, slot: number): void {
    for (const phrase of [...contextPhrases, ...exceptFieldPhrases]) {
      const [word = ''] = phrase.trim().split(' ');
      const slots = this.#byWord.get(word);
      if (slots === undefined) this.#byWord.set(word, [slot]);
      else if (slots.at(-1) !== slot) slots.push(slot);
    }
  }

  /**
   * @param isTried - Whether a slot is tried in that way.
   * @returns By literal, what every slot asks for that wants it: flags of the shape, all of them when none
   * does;
   *   and digits.
   */
  needsOfLiterals(
    isTried: (slot: number, how: SlotPlan['tried']) => boolean,
    conditionOf: (slot: number) => ShapeCondition,
  ): { readonly flags: Int32Array; readonly digits: Uint8Array } {
    const flags = new Int32Array(this.byLiteral.starts.length - 1).fill(ALL_FLAGS);
    const digits = new Uint8Array(flags.length).fill(DIGITS_MAX);
    const narrow = ({ starts, slots }: SlotLists, how: SlotPlan['tried']): void => {
      for (let literal = 0; literal < flags.length; literal++) {
        for (let at = starts[literal]!; at < starts[literal + 1]!; at++) {
          if (!isTried(slots[at]!, how)) continue;
          const { all = 0, digitsMin = 0 } = conditionOf(slots[at]!);
          flags[literal]! &= all;
          digits[literal] = Math.min(digits[literal]!, digitsMin);
        }
      }
    };
    narrow(this.byLiteral, Tried.byLiteral);
    narrow(this.byContext, Tried.byContext);
    return { flags, digits };
  }

  /** @returns Slots whose rules know one of the words, ascending. */
  slotsOfWords(words: readonly string[]): readonly number[] {
    const slots = new Set(words.flatMap((word) => this.#byWord.get(word) ?? []));
    return [...slots].sort((a, b) => a - b);
  }
}

function planSlot(
  rule: CompiledRule,
  pattern: CompiledPattern,
  threshold: number,
  hasContext: boolean,
  hasWords: boolean,
): SlotPlan {
  const scores = {
    score: scoreOf(rule, pattern, false, hasContext),
    scoreValidated: scoreOf(rule, pattern, true, hasContext),
    scoreWithContext: scoreOf(rule, pattern, false, true),
    scoreValidatedWithContext: scoreOf(rule, pattern, true, true),
  };
  const canValidate = rule.validators.length > 0;
  const needsContext = (canValidate ? scores.scoreValidated : scores.score) < threshold;
  const best = canValidate ? scores.scoreValidatedWithContext : scores.scoreWithContext;
  const isPossible = best >= threshold && !(needsContext && !hasWords);
  const condition = conditionIn(rule, pattern, needsContext);
  return {
    ...scores,
    condition,
    compiledCondition: new CompiledCondition(condition),
    tried: isPossible ? triedHow(pattern, needsContext) : Tried.never,
  };
}

function triedHow(pattern: CompiledPattern, needsContext: boolean): SlotPlan['tried'] {
  if (literalsOf(pattern).length > 0) return Tried.byLiteral;
  return needsContext ? Tried.byContext : Tried.always;
}

/** What has to occur in a value for the pattern to be tried; none: only its shape tells. */
function literalsOf({ matcher }: CompiledPattern): readonly string[] {
  return matcher.how === 'literal' || matcher.how === 'pattern' ? matcher.literals : [];
}

// Words that stand everywhere: the others of a phrase tell more.
const COMMON_WORDS: ReadonlySet<string> = new Set(
  'number numbers num no nr id code date name of the account bank card key registration'.split(' '),
);

/**
 * The longest run of ASCII letters and digits in each context phrase of a rule: wherever the phrase stands,
 * that run stands too. Of a phrase without one its longest word, in the usual cases, as bytes of UTF-8.
 */
function contextWordsOf({ contextPhrases }: CompiledRule): readonly string[] {
  const longest = (parts: readonly string[]): string =>
    parts.reduce((best, part) => (part.length > best.length ? part : best), '');
  return contextPhrases.flatMap((phrase) => {
    const runs: readonly string[] = phrase.match(/[a-z0-9]+/g) ?? [];
    const run = longest(runs.filter((word) => !COMMON_WORDS.has(word))) || longest(runs);
    if (run !== '') return [run];
    const word = longest(phrase.trim().split(' '));
    const cases = [word, word.toUpperCase(), word.slice(0, 1).toUpperCase() + word.slice(1)];
    return [...new Set(cases)].map((text) => Buffer.from(text, 'utf8').toString('latin1'));
  });
}

/** Where only context in the value can lift a candidate, there must be letters for a context word. */
function conditionIn(
  rule: CompiledRule,
  { matcher }: CompiledPattern,
  needsContext: boolean,
): ShapeCondition {
  const { condition } = matcher;
  const hasOther = rule.contextPhrases.some((phrase) => !/[a-z]/.test(phrase));
  if (!needsContext || condition.any !== undefined || hasOther) return condition;
  return { ...condition, any: ShapeFlag.upper | ShapeFlag.lower };
}

function listSlots(
  literals: readonly (readonly string[])[],
  positions: ReadonlyMap<string, number>,
): SlotLists {
  const lists = Array.from(positions, (): number[] => []);
  literals.forEach((own, slot) => {
    for (const literal of new Set(own)) lists[positions.get(literal) as number]?.push(slot);
  });
  const starts = new Int32Array(lists.length + 1);
  lists.forEach((list, literal) => {
    starts[literal + 1] = (starts[literal] as number) + list.length;
  });
  return { starts, slots: Int32Array.from(lists.flat()) };
}
