import { byteAt, byteBefore } from '../scan/byte-class.ts';
import type { LiteralAutomaton, LiteralSink } from '../scan/literal-automaton.ts';
import { type ShapeCondition, ShapeFlag, ShapeIndex, shapeOf } from '../scan/shape.ts';
import { type FieldScanner, FindingList, type WorkBudget } from './detector.ts';
import { hasAnyPhrase, wordsBefore } from './field-words.ts';
import { CandidateSpan } from './matchers/matcher.ts';
import { joinOverlaps } from './overlaps.ts';
import { PatternSpan } from './re2.ts';
import type { CompiledRule, PatternMatcher } from './rule-pack.ts';

/** A rule as one field runs it. */
export interface PlannedRule {
  /** Index in `DetectionEngine.rules`. */
  readonly index: number;
  readonly rule: CompiledRule;
  /** What a candidate scores here, the field's name considered. */
  readonly score: number;
}

/** Literals of all rules of an engine in one automaton. */
export interface SharedLiterals {
  readonly automaton: LiteralAutomaton;
  /** Index of the rule a literal belongs to. */
  readonly ruleOf: readonly number[];
}

// What confirming costs, in bytes scanned. A count, so that the same value always ends the same way.
const CANDIDATE_COST = 16;
const CONTEXT_COST = 64;
const PATTERN_COST_PER_BYTE = 8;

const NEVER = -1;

/** Runs the rules of one plan. Scratch space is shared by all values: scanning is synchronous. */
export class PlannedScanner implements FieldScanner, LiteralSink {
  readonly #slots: readonly PlannedRule[];
  readonly #threshold: number;
  readonly #literals: SharedLiterals;
  readonly #isPrefiltered: boolean;
  readonly #indexes: readonly ShapeIndex[];
  // Per 32 slots, as bit sets: those looked for by sweeping, by literals, by patterns without literals.
  readonly #sweeps: Int32Array;
  readonly #byLiteral: Int32Array;
  readonly #bare: Int32Array;
  readonly #slotOfLiteral: Int32Array;
  readonly #possible: Int32Array;
  readonly #pending: Int32Array;
  /** Per slot: up to where its last candidate reaches; a literal inside it says nothing new. */
  readonly #coveredTo: Int32Array;
  readonly #candidates = new FindingList();
  readonly #span = new CandidateSpan();
  readonly #patternSpan = new PatternSpan();
  // The value being scanned, for `literalFound`.
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #budget: WorkBudget = { remaining: 0 };

  constructor(
    rules: readonly PlannedRule[],
    threshold: number,
    literals: SharedLiterals,
    isPrefiltered: boolean,
  ) {
    this.#slots = rules;
    this.#threshold = threshold;
    this.#literals = literals;
    this.#isPrefiltered = isPrefiltered;
    const words = Math.ceil(rules.length / ShapeIndex.conditionsMax);
    this.#indexes = Array.from({ length: words }, (_, word) => {
      const part = rules.slice(word * ShapeIndex.conditionsMax, (word + 1) * ShapeIndex.conditionsMax);
      return new ShapeIndex(part.map((planned) => conditionIn(planned, threshold)));
    });
    this.#sweeps = new Int32Array(words);
    this.#byLiteral = new Int32Array(words);
    this.#bare = new Int32Array(words);
    this.#possible = new Int32Array(words);
    this.#pending = new Int32Array(words);
    this.#coveredTo = new Int32Array(rules.length);
    const slotOfRule = new Map(rules.map((planned, slot) => [planned.index, slot]));
    this.#slotOfLiteral = Int32Array.from(literals.ruleOf, (rule) => slotOfRule.get(rule) ?? NEVER);
    rules.forEach((planned, slot) => {
      setBit(this.#setFor(planned), slot);
    });
  }

  #setFor(planned: PlannedRule): Int32Array {
    const { matcher } = planned.rule;
    switch (matcher.how) {
      case 'sweep':
      case 'whole':
        return this.#sweeps;
      case 'literal':
        return this.#byLiteral;
      case 'pattern':
        return matcher.literals.length > 0 ? this.#byLiteral : this.#bare;
      default: {
        const unknown: never = matcher;
        return unknown;
      }
    }
  }

  scan(bytes: Uint8Array, start: number, end: number, findings: FindingList, budget: WorkBudget): boolean {
    budget.remaining -= end - start;
    if (budget.remaining < 0) return false;
    const shape = shapeOf(bytes, start, end);
    let anything = 0;
    for (let word = 0; word < this.#indexes.length; word++) {
      const possible = this.#isPrefiltered ? this.#indexes[word]!.candidates(shape) : -1;
      this.#possible[word] = possible;
      anything |= possible;
    }
    if (anything === 0) return true;
    this.#candidates.clear();
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#budget = budget;
    const isComplete = this.#sweepAll() && this.#searchLiterals() && this.#searchPatterns();
    return isComplete && joinOverlaps(this.#candidates, findings);
  }

  #sweepAll(): boolean {
    for (let word = 0; word < this.#sweeps.length; word++) {
      for (let bits = this.#sweeps[word]! & this.#possible[word]!; bits !== 0; bits &= bits - 1) {
        if (!this.#sweep((word << 5) + lowestBit(bits))) return false;
      }
    }
    return true;
  }

  #sweep(slot: number): boolean {
    const { matcher } = this.#slots[slot]!.rule;
    this.#budget.remaining -= this.#end - this.#start;
    if (this.#budget.remaining < 0) return false;
    const span = this.#span;
    if (matcher.how === 'whole') {
      return (
        !matcher.accepts(this.#bytes, this.#start, this.#end, span) || this.#offer(slot, span.start, span.end)
      );
    }
    if (matcher.how !== 'sweep') return true;
    let from = this.#start;
    while (from < this.#end && matcher.next(this.#bytes, from, this.#start, this.#end, span)) {
      from = span.end;
      if (!this.#offer(slot, span.start, span.end)) return false;
    }
    return true;
  }

  #searchLiterals(): boolean {
    let wanted = 0;
    for (let word = 0; word < this.#byLiteral.length; word++) {
      wanted |= this.#byLiteral[word]! & this.#possible[word]!;
      this.#pending[word] = this.#bare[word]! & this.#possible[word]!;
    }
    if (wanted === 0) return true;
    this.#coveredTo.fill(this.#start);
    this.#budget.remaining -= this.#end - this.#start;
    if (this.#budget.remaining < 0) return false;
    return this.#literals.automaton.scan(this.#bytes, this.#start, this.#end, this);
  }

  literalFound(literal: number, literalEnd: number): boolean {
    const slot = this.#slotOfLiteral[literal]!;
    if (slot === NEVER || (this.#possible[slot >> 5]! & (1 << (slot & 31))) === 0) return true;
    const { matcher } = this.#slots[slot]!.rule;
    if (matcher.how === 'pattern') {
      setBit(this.#pending, slot);
      return true;
    }
    const literalStart = literalEnd - this.#literals.automaton.lengthOf(literal);
    if (matcher.how !== 'literal' || literalStart < this.#coveredTo[slot]!) return true;
    this.#budget.remaining -= CANDIDATE_COST;
    const span = this.#span;
    const isFound = matcher.at(this.#bytes, literalStart, literalEnd, this.#start, this.#end, span);
    if (!isFound) return this.#budget.remaining >= 0;
    this.#coveredTo[slot] = span.end;
    this.#budget.remaining -= span.end - literalStart;
    return this.#offer(slot, span.start, span.end);
  }

  #searchPatterns(): boolean {
    for (let word = 0; word < this.#pending.length; word++) {
      for (let bits = this.#pending[word]!; bits !== 0; bits &= bits - 1) {
        const slot = (word << 5) + lowestBit(bits);
        const { matcher } = this.#slots[slot]!.rule;
        if (matcher.how === 'pattern' && !this.#searchPattern(slot, matcher)) return false;
      }
    }
    return true;
  }

  #searchPattern(slot: number, matcher: PatternMatcher): boolean {
    // The binding sees the value alone: what lies around it in the array is another value.
    const value = this.#bytes.subarray(this.#start, this.#end);
    const span = this.#patternSpan;
    let from = 0;
    while (from < value.length) {
      const isFound = matcher.pattern.find(value, from, matcher.group, span);
      const to = isFound ? Math.max(span.matchEnd, from + 1) : value.length;
      this.#budget.remaining -= CANDIDATE_COST + (to - from) * PATTERN_COST_PER_BYTE;
      if (this.#budget.remaining < 0) return false;
      if (!isFound) return true;
      if (span.end > span.start && !this.#offer(slot, this.#start + span.start, this.#start + span.end))
        return false;
      from = to;
    }
    return true;
  }

  /**
   * Takes a candidate in when its neighbours, validators and score allow. @returns `false` when the budget
   * ran out.
   */
  #offer(slot: number, from: number, to: number): boolean {
    this.#budget.remaining -= CANDIDATE_COST;
    if (this.#budget.remaining < 0) return false;
    const { index, rule, score } = this.#slots[slot]!;
    if (rule.isBarredBefore?.(byteBefore(this.#bytes, from, this.#start)) === true) return true;
    if (rule.isBarredAfter?.(byteAt(this.#bytes, to, this.#end)) === true) return true;
    for (const isValid of rule.validators) if (!isValid(this.#bytes, from, to)) return true;
    if (score >= this.#threshold) {
      this.#candidates.push(index, from, to, score);
      return true;
    }
    this.#budget.remaining -= CONTEXT_COST;
    if (hasAnyPhrase(wordsBefore(this.#bytes, from, this.#start), rule.contextPhrases)) {
      this.#candidates.push(index, from, to, rule.scoreWithContext);
    }
    return this.#budget.remaining >= 0;
  }
}

/**
 * A rule that only context in the value can lift over the threshold needs letters there, for a context
 * word.
 */
function conditionIn({ rule, score }: PlannedRule, threshold: number): ShapeCondition {
  const { condition } = rule.matcher;
  if (score >= threshold || condition.any !== undefined || rule.contextPhrases.some(lacksLetters))
    return condition;
  return { ...condition, any: ShapeFlag.upper | ShapeFlag.lower };
}

function lacksLetters(phrase: string): boolean {
  return !/[a-z]/.test(phrase);
}

function setBit(set: Int32Array, slot: number): void {
  set[slot >> 5]! |= 1 << (slot & 31);
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
