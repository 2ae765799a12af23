import type { AllowList } from './allow-list.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { DetectionEngine, Field, FieldKind, FieldScanner } from './detector.ts';
import { PlannedScanner } from './field-scanner.ts';
import { allWordsOf, hasAnyPhrase, ownNameOf, wordsOf } from './field-words.ts';
import { RememberingScanner } from './remembering-scanner.ts';
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
 * read, 32 per byte RE2 goes over and 1 per byte of a linear pattern. See `workBudgetFor`.
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
  readonly #byPlan = new Map<string, FieldScanner | undefined>();
  /** What slots do in a field without a name. */
  readonly #bases = new Map<FieldKind, Uint8Array>();

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
    const planned = this.#plan(field);
    const isRemembering = planned !== undefined && this.#isPrefiltered;
    const scanner = isRemembering ? new RememberingScanner(planned) : planned;
    if (this.#byField.size >= FIELDS_MAX) this.#byField.clear();
    this.#byField.set(key, scanner);
    return scanner;
  }

  #plan(field: Field): FieldScanner | undefined {
    const kind = scannedKind(field.kind);
    if (kind === undefined) return undefined;
    const own = wordsOf(ownNameOf(field));
    const all = allWordsOf(field);
    const base = this.#baseChoices(kind);
    // Only rules that know a word of the name can be tried otherwise than where there is no name.
    const changed = this.#table
      .slotsOfWords(`${own} ${all}`.split(' '))
      .map((slot) => [slot, choosePlan(this.#table.slots[slot] as Slot, kind, own, all)] as const)
      .filter(([slot, choice]) => choice !== base[slot]);
    const key = `${kind} ${changed.map((change) => change.join(':')).join(' ')}`;
    const known = this.#byPlan.get(key);
    if (known !== undefined || this.#byPlan.has(key)) return known;
    const choices = Uint8Array.from(base);
    for (const [slot, choice] of changed) choices[slot] = choice;
    const scanner = this.#scannerOf(choices);
    if (this.#byPlan.size >= PLANS_MAX) this.#byPlan.clear();
    this.#byPlan.set(key, scanner);
    return scanner;
  }

  #baseChoices(kind: FieldKind): Uint8Array {
    let base = this.#bases.get(kind);
    if (base === undefined) {
      base = Uint8Array.from(this.#table.slots, (slot) => choosePlan(slot, kind, '', ''));
      this.#bases.set(kind, base);
    }
    return base;
  }

  #scannerOf(choices: Uint8Array): FieldScanner | undefined {
    if (choices.every((choice) => choice === NEVER)) return undefined;
    const plans = this.#table.slots.map(({ plain, named }, slot) =>
      choices[slot] === NEVER ? undefined : choices[slot] === NAMED ? named : plain,
    );
    return new PlannedScanner(this.#table, { plans }, this.#isPrefiltered, this.#allowList);
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
