import type { RuleExample, RuleMask } from './rule-draft.ts';

/**
 * What a field holds, as far as its declared type says. Decides which detectors can fire:
 * `text` is anything free-form; `document` is JSON or XML, whose strings are scanned one by one.
 */
export type FieldKind =
  | 'text'
  | 'number'
  | 'boolean'
  | 'temporal'
  | 'uuid'
  | 'network'
  | 'binary'
  | 'document';

/** A protocol-neutral place of a value: a column, a JSON path, a header. */
export interface Field {
  /** Column name, last key of the path, or header name; '' when there is none. */
  readonly name: string;
  /** The names on the way to it, outermost first: `['public', 'customers', 'email']`. */
  readonly path: readonly string[];
  readonly kind: FieldKind;
}

/** What one rule finds. Its index in `DetectionEngine.rules` is what a finding carries. */
export interface DetectorRule {
  /** Stable id, as in the rule file: `email`, `aws-access-key`. */
  readonly id: string;
  /** Kind of thing, upper case: `EMAIL_ADDRESS` (Presidio's name where it exists). */
  readonly entity: string;
  /** Rule pack: `pii`, `secrets`, `user`. */
  readonly pack: string;
  /** One line that says what it finds; '' when the rule file does not. */
  readonly title: string;
  /** ISO 3166-1 alpha-2, lower case; '' for a rule of no country. */
  readonly country: string;
  /** How findings are masked, where the rule has a way of its own. */
  readonly mask: RuleMask | undefined;
  /** What the rule file says beside that, for people: patterns, keywords, validators, context, scores. */
  readonly facts: RuleFacts;
  readonly examples: readonly RuleExample[];
  readonly counterExamples: readonly RuleExample[];
}

/** Settings of a rule by the names of its file; those left out there are left out here. */
export type RuleFacts = Readonly<Record<string, string | number | readonly string[]>>;

/**
 * Findings of one value, as parallel arrays so that scanning allocates nothing.
 * Spans are half-open `[start, end)`, in bytes of the scanned array. Reused: `clear()` before a value.
 */
export class FindingList {
  length = 0;
  rules: Int32Array = new Int32Array(16);
  starts: Int32Array = new Int32Array(16);
  ends: Int32Array = new Int32Array(16);
  scores: Float64Array = new Float64Array(16);

  clear(): void {
    this.length = 0;
  }

  push(rule: number, start: number, end: number, score: number): void {
    if (this.length === this.rules.length) this.grow();
    const at = this.length++;
    this.rules[at] = rule;
    this.starts[at] = start;
    this.ends[at] = end;
    this.scores[at] = score;
  }

  private grow(): void {
    const size = this.rules.length * 2;
    const copy = <T extends Int32Array | Float64Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.rules = copy(this.rules, new Int32Array(size));
    this.starts = copy(this.starts, new Int32Array(size));
    this.ends = copy(this.ends, new Int32Array(size));
    this.scores = copy(this.scores, new Float64Array(size));
  }
}

/**
 * Work left for the current value and message, in bytes scanned plus the cost of candidates confirmed.
 * A count, not a clock, so that results are deterministic.
 */
export interface WorkBudget {
  /** Detectors subtract what they spend; below zero means: stop, the whole value is to be masked. */
  remaining: number;
}

// Ordinary text costs 2 to 4 times its length, text full of keys about 20 times; a short text may cost more,
// since whatever occurs in it is looked at.
const BUDGET_MIN = 1_048_576;
const BUDGET_PER_BYTE = 64;

/** @returns Work that only values made to be expensive exceed, for a value of `size` bytes. */
export function workBudgetFor(size: number): number {
  return BUDGET_MIN + BUDGET_PER_BYTE * size;
}

/** What one field gets: exactly the rules that can fire there. Compiled once, used for every value. */
export interface FieldScanner {
  /**
   * Appends the findings of `bytes[start, end)` to `findings`, sorted by start, not overlapping.
   *
   * @returns `false` when the work budget ran out: the caller masks the whole value.
   */
  scan(bytes: Uint8Array, start: number, end: number, findings: FindingList, budget: WorkBudget): boolean;
}

/** Compiled rule packs. Immutable; share one between all sessions. */
export interface DetectionEngine {
  readonly rules: readonly DetectorRule[];
  /** @returns The scanner for this field, or `undefined` when no rule can fire there. Cached per field. */
  scannerFor(field: Field): FieldScanner | undefined;
}
