import type { AllowList } from './allow-list.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { DetectionEngine, Field, FieldKind, FieldScanner } from './detector.ts';
import { PlannedScanner } from './field-scanner.ts';
import { allWordsOf, hasAnyPhrase, ownNameOf, wordsOf } from './field-words.ts';
import { RuleSlots, type Slot, Tried } from './rule-slots.ts';

/** Score from which a candidate becomes a finding, unless told otherwise. */
export const defaultThreshold = 0.5;

/** Which rules to run, and how sure they have to be. */
export interface DetectionEngineOptions {
  readonly rules: readonly CompiledRule[];
  /** 0 to 1; `defaultThreshold` when left out. */
  readonly threshold?: number;
  /** Thresholds of single rules, by id. */
  readonly thresholds?: Readonly<Record<string, number>>;
  /** Findings that are none. */
  readonly allowList?: AllowList | undefined;
  /**
   * `false` runs every rule on every value instead of asking the shape first: slower, with the same
   * findings. Exists to be compared with.
   */
  readonly isPrefiltered?: boolean;
}

// Names come from the other side of the wire, so what is kept per name has a limit.
const FIELDS_MAX = 4096;
const PLANS_MAX = 256;

/**
 * Makes an engine of compiled rules.
 *
 * A scan spends from its budget: the value's length once, once more where literals are looked for, a
 * quarter of it per matcher that goes through it, 16 per candidate, 64 where a candidate's context is
 * read, and 32 per byte a pattern is tried on. See `workBudgetFor`.
 */
export function createDetectionEngine(options: DetectionEngineOptions): DetectionEngine {
  return new Engine(options);
}

class Engine implements DetectionEngine {
  readonly rules: readonly CompiledRule[];
  readonly #isPrefiltered: boolean;
  readonly #allowList: AllowList | undefined;
  readonly #table: RuleSlots;
  readonly #byField = new Map<string, FieldScanner | undefined>();
  // Many fields share the same rules and scores, and so the same plan.
  readonly #byPlan = new Map<string, FieldScanner>();

  constructor(options: DetectionEngineOptions) {
    const { rules, threshold = defaultThreshold, thresholds = {} } = options;
    this.rules = rules;
    this.#isPrefiltered = options.isPrefiltered ?? true;
    this.#allowList = options.allowList;
    this.#table = new RuleSlots(rules, ({ id }) => thresholds[id] ?? threshold);
  }

  scannerFor(field: Field): FieldScanner | undefined {
    const key = `${field.kind}\n${field.name}\n${field.path.join('\n')}`;
    const known = this.#byField.get(key);
    if (known !== undefined || this.#byField.has(key)) return known;
    const scanner = this.#plan(field);
    if (this.#byField.size >= FIELDS_MAX) this.#byField.clear();
    this.#byField.set(key, scanner);
    return scanner;
  }

  #plan(field: Field): FieldScanner | undefined {
    const kind = scannedKind(field.kind);
    if (kind === undefined) return undefined;
    const own = wordsOf(ownNameOf(field));
    const all = allWordsOf(field);
    const choices = this.#table.slots.map((slot) => choosePlan(slot, kind, own, all));
    if (choices.every((choice) => choice === NEVER)) return undefined;
    const key = choices.join('');
    const known = this.#byPlan.get(key);
    if (known !== undefined) return known;
    const plans = this.#table.slots.map((slot, index) =>
      choices[index] === NEVER ? undefined : choices[index] === NAMED ? slot.named : slot.plain,
    );
    const scanner = new PlannedScanner(this.#table, { plans }, this.#isPrefiltered, this.#allowList);
    if (this.#byPlan.size >= PLANS_MAX) this.#byPlan.clear();
    this.#byPlan.set(key, scanner);
    return scanner;
  }
}

const NEVER = 0;
const PLAIN = 1;
const NAMED = 2;

/** How a slot takes part in such a field: with the context its name gives, without, or not at all. */
function choosePlan(
  { rule, pattern, threshold, plain, named }: Slot,
  kind: FieldKind,
  own: string,
  all: string,
): typeof NEVER | typeof PLAIN | typeof NAMED {
  if (!rule.kinds.includes(kind) || hasAnyPhrase(own, rule.exceptFieldPhrases)) return NEVER;
  const isWhole = pattern.matcher.how === 'whole';
  const hasContext = hasAnyPhrase(isWhole ? own : all, rule.contextPhrases);
  // Digits of a number say nothing by themselves, and hold no words: only the name can.
  const needsName = isWhole || (kind === 'number' && threshold > 0);
  if (hasContext) return named.tried === Tried.never ? NEVER : NAMED;
  return needsName || plain.tried === Tried.never ? NEVER : PLAIN;
}

/** Kinds whose values are looked into, and as what: a document or bytes we cannot type may hold any text. */
function scannedKind(kind: FieldKind): FieldKind | undefined {
  switch (kind) {
    case 'text':
    case 'document':
    case 'binary':
      return 'text';
    case 'number':
    case 'network':
      return kind;
    case 'boolean':
    case 'temporal':
    case 'uuid':
      return undefined;
    default: {
      const unknown: never = kind;
      return unknown;
    }
  }
}
