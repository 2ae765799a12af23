import { afterEscape, byteAt, byteBefore, isAlnum } from '../scan/byte-class.ts';
import type { LiteralSink } from '../scan/literal-automaton.ts';
import {
  DIGITS_MAX,
  HITS_SIZE_MAX,
  separatorsOf,
  shapeAndHitsOf,
  shapeOf,
  wordLayout,
} from '../scan/shape.ts';
import { ShapeIndex } from '../scan/shape-condition.ts';
import type { AllowList } from './allow-list.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { type FieldScanner, FindingList, type WorkBudget } from './detector.ts';
import { contextBytesMax } from './field-words.ts';
import { containsText, hasDigits, shannonEntropy } from './finding-conditions.ts';
import { CandidateSpan, type SweepMatcher } from './matchers/matcher.ts';
import { joinOverlaps } from './overlaps.ts';
import { type AnchoredPattern, PatternSpan } from './re2.ts';
import { type RuleSlots, type Slot, type SlotPlan, Tried } from './rule-slots.ts';
import { ACCEPT, REJECT, UNKNOWN, type Verdict } from './validators/verdict.ts';

// What confirming costs, in bytes scanned. A count, so that the same value always ends the same way.
const SWEEP_COST_SHIFT = 2;
const CANDIDATE_COST = 16;
const LITERAL_COST = 192;
const CONTEXT_COST = 64;

// A match longer than this around its literal is found when a part of that length is a match already: a gap
// or a token without end is searched further only where it has begun.
const ELASTIC_LENGTH = 512;

/** What became of a candidate. */
const TAKEN = 1;
const REJECTED = 0;
const OUT_OF_BUDGET = -1;
type Offered = typeof TAKEN | typeof REJECTED | typeof OUT_OF_BUDGET;

/** Which slots a field tries, and how. */
export interface FieldPlan {
  /** By slot; `undefined`: never. */
  readonly plans: readonly (SlotPlan | undefined)[];
}

/** Runs the rules of one plan. Scratch space is shared by all values: scanning is synchronous. */
export class PlannedScanner implements FieldScanner, LiteralSink {
  readonly #table: RuleSlots;
  readonly #slots: readonly Slot[];
  readonly #plans: readonly (SlotPlan | undefined)[];
  readonly #allowList: AllowList | undefined;
  readonly #isPrefiltered: boolean;
  /** By slot: see `Tried`. */
  readonly #tried: Uint8Array;
  // Slots that are tried on every value of a fitting shape, 32 to an index.
  readonly #eager: Int32Array;
  readonly #indexes: readonly ShapeIndex[];
  readonly #possible: Int32Array;
  readonly #hasLiterals: boolean;
  /** By literal: flags and digits of the shape without which no slot wants it. */
  readonly #literalNeeds: { readonly flags: Int32Array; readonly digits: Uint8Array };
  #pendingCount = 0;
  readonly #candidates = new FindingList();
  readonly #span = new CandidateSpan();
  readonly #patternSpan = new PatternSpan();
  // The value being scanned, for `literalFound`.
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  #shape = 0;
  #budget: WorkBudget = { remaining: 0 };

  /**
   * @param isPrefiltered - `false` tries every pattern on every value, whatever its shape and literals; for
   *   comparison only.
   */
  constructor(
    table: RuleSlots,
    { plans }: FieldPlan,
    isPrefiltered: boolean,
    allowList: AllowList | undefined,
  ) {
    this.#table = table;
    this.#slots = table.slots;
    this.#plans = plans;
    this.#allowList = allowList;
    this.#isPrefiltered = isPrefiltered;
    this.#tried = Uint8Array.from(plans, (plan, slot) => {
      if (plan === undefined || isPrefiltered) return plan?.tried ?? Tried.never;
      return this.#slots[slot]!.pattern.matcher.how === 'literal' ? Tried.byLiteral : Tried.always;
    });
    const eager = plans.flatMap((_, slot) => (this.#tried[slot] === Tried.always ? [slot] : []));
    this.#eager = Int32Array.from(eager);
    const words = Math.ceil(eager.length / ShapeIndex.conditionsMax);
    this.#indexes = Array.from({ length: words }, (_, word) => {
      const part = eager.slice(word * ShapeIndex.conditionsMax, (word + 1) * ShapeIndex.conditionsMax);
      return new ShapeIndex(part.map((slot) => (isPrefiltered ? plans[slot]!.condition : {})));
    });
    this.#possible = new Int32Array(words);
    this.#hasLiterals = this.#tried.some((how) => how === Tried.byLiteral || how === Tried.byContext);
    this.#literalNeeds = this.#table.needsOfLiterals(
      (slot, how) => this.#tried[slot] === how,
      (slot) => plans[slot]!.condition,
    );
  }

  scan(bytes: Uint8Array, start: number, end: number, findings: FindingList, budget: WorkBudget): boolean {
    budget.remaining -= end - start;
    if (budget.remaining < 0) return false;
    const isShort = this.#hasLiterals && end - start <= HITS_SIZE_MAX;
    const { tables, hits } = this.#table;
    const shape = isShort ? shapeAndHitsOf(bytes, start, end, tables, hits) : shapeOf(bytes, start, end);
    const separators = separatorsOf();
    let anything = 0;
    for (let word = 0; word < this.#indexes.length; word++) {
      const possible = this.#indexes[word]!.candidates(shape, separators);
      this.#possible[word] = possible;
      anything |= possible;
    }
    if (anything === 0 && !this.#hasLiterals) return true;
    this.#candidates.clear();
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#shape = shape;
    this.#budget = budget;
    this.#pendingCount = 0;
    this.#table.scanId++;
    const isComplete =
      (anything === 0 || this.#tryEager()) &&
      (!this.#hasLiterals || (this.#searchLiterals(isShort) && this.#tryPending()));
    return isComplete && joinOverlaps(this.#candidates, findings);
  }

  #tryEager(): boolean {
    for (let word = 0; word < this.#possible.length; word++) {
      for (let bits = this.#possible[word]!; bits !== 0; bits &= bits - 1) {
        const slot = this.#eager[(word << 5) + lowestBit(bits)]!;
        if (this.#isPrefiltered && !this.#plans[slot]!.compiledCondition.allowsWords(wordLayout)) continue;
        if (!this.#try(slot)) return false;
      }
    }
    return true;
  }

  #tryPending(): boolean {
    for (let at = 0; at < this.#pendingCount; at++) {
      if (!this.#try(this.#table.pending[at]!)) return false;
    }
    return true;
  }

  #try(slot: number): boolean {
    const sweeping = this.#table.sweeps[slot];
    if (sweeping !== undefined) return this.#sweep(slot, sweeping);
    const { matcher } = this.#slots[slot]!.pattern;
    if (matcher.how !== 'whole') return this.#searchPattern(slot);
    const span = this.#span;
    return (
      this.#pay((this.#end - this.#start) >> SWEEP_COST_SHIFT) &&
      (!matcher.accepts(this.#bytes, this.#start, this.#end, span) ||
        this.#offer(slot, span.start, span.end) !== OUT_OF_BUDGET)
    );
  }

  #pay(cost: number): boolean {
    this.#budget.remaining -= cost;
    return this.#budget.remaining >= 0;
  }

  #sweep(slot: number, matcher: SweepMatcher): boolean {
    const bytes = this.#bytes;
    const start = this.#start;
    const end = this.#end;
    if (!this.#pay((end - start) >> SWEEP_COST_SHIFT)) return false;
    const span = this.#span;
    let from = start;
    while (from < end && matcher.next(bytes, from, start, end, span)) {
      from = span.end;
      if (this.#offer(slot, span.start, span.end) === OUT_OF_BUDGET) return false;
    }
    return true;
  }

  /** @param areKnown - They were met on the way to the shape. */
  #searchLiterals(areKnown: boolean): boolean {
    this.#budget.remaining -= this.#end - this.#start;
    if (this.#budget.remaining < 0) return false;
    if (areKnown) return this.#table.automaton.reportHits(this.#table.hits, this);
    return this.#table.automaton.scan(this.#bytes, this.#start, this.#end, this);
  }

  literalFound(literal: number, literalEnd: number): boolean {
    const { flags, digits } = this.#literalNeeds;
    const needed = flags[literal]!;
    if ((this.#shape & needed) !== needed || (this.#shape & DIGITS_MAX) < digits[literal]!) return true;
    const { byLiteral, byContext } = this.#table;
    for (let at = byLiteral.starts[literal]!; at < byLiteral.starts[literal + 1]!; at++) {
      const slot = byLiteral.slots[at]!;
      if (this.#tried[slot] !== Tried.byLiteral) continue;
      if (!this.#plans[slot]!.compiledCondition.allows(this.#shape)) continue;
      if (!this.#literalOf(slot, literal, literalEnd)) return false;
    }
    const last = byContext.starts[literal + 1]!;
    let at = byContext.starts[literal]!;
    if (at === last || !this.#isWord(literal, literalEnd)) return true;
    for (; at < last; at++) {
      const slot = byContext.slots[at]!;
      if (this.#tried[slot] !== Tried.byContext) continue;
      if (!this.#plans[slot]!.compiledCondition.allows(this.#shape)) continue;
      if (!this.#contextOf(slot, literal, literalEnd)) return false;
    }
    return true;
  }

  // A candidate counts when a word of its context ends not far before it, so nothing else is looked at.
  #contextOf(slot: number, literal: number, literalEnd: number): boolean {
    const { matcher } = this.#slots[slot]!.pattern;
    if (matcher.how !== 'pattern') return this.#widen(slot, this.#start, this.#end);
    const length = Math.min(matcher.lengthMax, ELASTIC_LENGTH);
    const from = literalEnd - this.#table.automaton.lengthOf(literal);
    return this.#widen(slot, from, literalEnd + contextBytesMax + length + 1);
  }

  #isWord(literal: number, end: number): boolean {
    const start = end - this.#table.automaton.lengthOf(literal);
    return (
      !isAlnum(byteBefore(this.#bytes, start, this.#start)) && !isAlnum(byteAt(this.#bytes, end, this.#end))
    );
  }

  /**
   * Adds a part of the value to what a slot's pattern is to be tried on. What lies apart from the new part is
   * tried first, so that one window per slot is all there is to remember.
   */
  #widen(slot: number, from: number, to: number): boolean {
    const { coveredIn, coveredFrom, coveredTo, pending, scanId } = this.#table;
    const first = Math.max(this.#start, from);
    const last = Math.min(this.#end, to);
    if (coveredIn[slot] !== scanId) {
      coveredIn[slot] = scanId;
      pending[this.#pendingCount++] = slot;
    } else if (first <= coveredTo[slot]!) {
      coveredFrom[slot] = Math.min(first, coveredFrom[slot]!);
      coveredTo[slot] = Math.max(last, coveredTo[slot]!);
      return true;
    } else if (!this.#searchPattern(slot)) {
      return false;
    }
    coveredFrom[slot] = first;
    coveredTo[slot] = last;
    return true;
  }

  #literalOf(slot: number, literal: number, literalEnd: number): boolean {
    const { matcher } = this.#slots[slot]!.pattern;
    const { automaton, coveredIn, coveredTo, scanId } = this.#table;
    const literalStart = literalEnd - automaton.lengthOf(literal);
    if (matcher.how === 'pattern') {
      const anchored = matcher.anchored();
      if (anchored !== undefined) return this.#matchAt(slot, anchored, matcher.group, literalStart);
      // One byte more on either side: a boundary is judged by the bytes next to a match.
      const reach = Math.min(matcher.lengthMax, ELASTIC_LENGTH) + 1;
      return this.#widen(slot, literalStart - reach, literalEnd + reach);
    }
    if (matcher.how !== 'literal') return true;
    if (coveredIn[slot] === scanId && literalStart < coveredTo[slot]!) return true;
    this.#budget.remaining -= LITERAL_COST;
    const span = this.#span;
    const isFound = matcher.at(this.#bytes, literalStart, literalEnd, this.#start, this.#end, span);
    if (!isFound) return this.#budget.remaining >= 0;
    coveredIn[slot] = scanId;
    coveredTo[slot] = span.end;
    this.#budget.remaining -= span.end - literalStart;
    return this.#offer(slot, span.start, span.end) !== OUT_OF_BUDGET;
  }

  #matchAt(slot: number, pattern: AnchoredPattern, group: number, at: number): boolean {
    const { coveredIn, coveredTo, scanId } = this.#table;
    if (coveredIn[slot] === scanId && at < coveredTo[slot]!) return true;
    const span = this.#patternSpan;
    const isFound = pattern.at(this.#bytes, at, this.#start, this.#end, group, span);
    this.#budget.remaining -= CANDIDATE_COST + span.work;
    if (this.#budget.remaining < 0) return false;
    if (!isFound) return true;
    const offered = span.end <= span.start ? REJECTED : this.#offer(slot, span.start, span.end);
    coveredIn[slot] = scanId;
    coveredTo[slot] =
      offered === TAKEN ? Math.max(span.end, at + 1) : endOfRun(this.#bytes, at, this.#start, this.#end);
    return offered !== OUT_OF_BUDGET;
  }

  #searchPattern(slot: number): boolean {
    const { matcher } = this.#slots[slot]!.pattern;
    if (matcher.how !== 'pattern') return true;
    const { coveredFrom, coveredTo, coveredIn, scanId } = this.#table;
    const isWindow = coveredIn[slot] === scanId;
    const windowStart = isWindow ? coveredFrom[slot]! : this.#start;
    const windowEnd = isWindow ? coveredTo[slot]! : this.#end;
    // The binding sees the window alone: what lies around the value in the array is another value.
    const value = this.#bytes.subarray(windowStart, windowEnd);
    const pattern = matcher.pattern();
    const span = this.#patternSpan;
    let from = 0;
    while (from < value.length) {
      const isFound = pattern.find(value, from, matcher.group, span);
      this.#budget.remaining -= CANDIDATE_COST + span.work;
      if (this.#budget.remaining < 0) return false;
      if (!isFound) return true;
      // At an edge the window has made, a boundary may be none, and a match may go on.
      const isCutBefore = span.matchStart === 0 && windowStart > this.#start;
      const isCutAfter = span.matchEnd === value.length && windowEnd < this.#end;
      const isCut = isCutBefore || isCutAfter;
      if (isCut && matcher.lengthMax > ELASTIC_LENGTH) {
        const more = 2 * value.length;
        if (isCutBefore) coveredFrom[slot] = Math.max(this.#start, windowStart - more);
        if (isCutAfter) coveredTo[slot] = Math.min(this.#end, windowEnd + more);
        return this.#searchPattern(slot);
      }
      const offered =
        isCut || span.end <= span.start
          ? REJECTED
          : this.#offer(slot, windowStart + span.start, windowStart + span.end);
      if (offered === OUT_OF_BUDGET) return false;
      // What a match takes in after its finding, a separator, may begin the next match; what follows the
      // beginning of a rejected one may be a better one.
      from =
        offered === TAKEN
          ? Math.max(span.end, from + 1)
          : endOfRun(value, Math.max(from, span.matchStart), 0, value.length);
    }
    return true;
  }

  /** Takes a candidate in when its neighbours, validators and score allow. */
  #offer(slot: number, from: number, to: number): Offered {
    this.#budget.remaining -= CANDIDATE_COST;
    if (this.#budget.remaining < 0) return OUT_OF_BUDGET;
    const { rule, context, threshold, index } = this.#slots[slot]!;
    const planned = this.#plans[slot]!;
    const bytes = this.#bytes;
    if (rule.isBarredBefore?.(bytes, from, this.#start) === true) return REJECTED;
    if (rule.isBarredAfter?.(bytes, to, this.#end) === true) return REJECTED;
    if (!meetsConditions(rule, bytes, from, to)) return REJECTED;
    if (this.#allowList?.allows(bytes, from, to) === true) return REJECTED;
    const verdict = judge(rule, bytes, from, to);
    if (verdict === REJECT) return REJECTED;
    const plain = verdict === ACCEPT ? planned.scoreValidated : planned.score;
    const raised = verdict === ACCEPT ? planned.scoreValidatedWithContext : planned.scoreWithContext;
    if (raised < threshold) return REJECTED;
    let score = plain;
    if (raised > plain) {
      this.#budget.remaining -= CONTEXT_COST;
      if (this.#budget.remaining < 0) return OUT_OF_BUDGET;
      if (context.occursBefore(bytes, from, this.#start)) score = raised;
    }
    if (score < threshold) return REJECTED;
    this.#candidates.push(index, from, to, score);
    return TAKEN;
  }
}

/** What is asked of the text of a candidate beside its pattern. */
function meetsConditions(rule: CompiledRule, bytes: Uint8Array, from: number, to: number): boolean {
  if (rule.minDigits > 0 && !hasDigits(bytes, from, to, rule.minDigits)) return false;
  for (const text of rule.ignoreIfContains) if (containsText(bytes, from, to, text)) return false;
  return rule.minEntropy === 0 || shannonEntropy(bytes, from, to) >= rule.minEntropy;
}

/** One rejection rejects, one acceptance accepts. */
function judge(rule: CompiledRule, bytes: Uint8Array, from: number, to: number): Verdict {
  for (const { validate } of rule.invalidators) if (validate(bytes, from, to) === ACCEPT) return REJECT;
  let verdict: Verdict = UNKNOWN;
  for (const { validate } of rule.validators) {
    const own = validate(bytes, from, to);
    if (own === REJECT) return REJECT;
    if (own === ACCEPT) verdict = ACCEPT;
  }
  return verdict;
}

function endOfRun(bytes: Uint8Array, from: number, start: number, end: number): number {
  // The letter of an escape is a part of no word: what follows it may begin one.
  const escapeEnd = afterEscape(bytes, from, start, end);
  if (escapeEnd > from) return escapeEnd;
  let at = from + 1;
  if (!isAlnum(bytes[from]!)) return at;
  while (at < end && isAlnum(bytes[at]!)) at++;
  return at;
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
