import { LiteralAutomaton } from '../scan/literal-automaton.ts';
import type { DetectionEngine, DetectorRule, Field, FieldKind, FieldScanner } from './detector.ts';
import { type PlannedRule, PlannedScanner, type SharedLiterals } from './field-scanner.ts';
import { allWordsOf, hasAnyPhrase, ownNameOf, wordsOf } from './field-words.ts';
import type { CompiledRule } from './rule-pack.ts';

/** Score from which a candidate becomes a finding, unless told otherwise. */
export const defaultThreshold = 0.5;

/** Which rules to run, and how sure they have to be. */
export interface DetectionEngineOptions {
  readonly rules: readonly CompiledRule[];
  /** 0 to 1; `defaultThreshold` when left out. */
  readonly threshold?: number;
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
 * A scan spends from its budget: the value's length once, once more per rule whose shape condition
 * holds, 16 per candidate, 64 where a candidate's context is read, and 8 per byte for each pattern whose
 * keyword occurs. Ordinary text costs 3 to 4 times its length, text full of keys about 20 times; a
 * budget of 4 KiB plus 64 times the length ends only what was made to be expensive.
 */
export function createDetectionEngine(options: DetectionEngineOptions): DetectionEngine {
  return new Engine(options);
}

class Engine implements DetectionEngine {
  readonly rules: readonly DetectorRule[];
  readonly #compiled: readonly CompiledRule[];
  readonly #threshold: number;
  readonly #isPrefiltered: boolean;
  readonly #literals: SharedLiterals;
  readonly #byField = new Map<string, FieldScanner | undefined>();
  // Many fields share the same rules and scores, and so the same plan.
  readonly #byPlan = new Map<string, FieldScanner>();

  constructor(options: DetectionEngineOptions) {
    this.#compiled = options.rules;
    this.rules = options.rules.map(({ id, entity, pack }) => ({ id, entity, pack }));
    this.#threshold = options.threshold ?? defaultThreshold;
    this.#isPrefiltered = options.isPrefiltered ?? true;
    const owned = options.rules.flatMap(({ matcher }, rule) =>
      matcher.how === 'literal' || matcher.how === 'pattern'
        ? matcher.literals.map((literal) => ({ literal, rule }))
        : [],
    );
    this.#literals = {
      automaton: new LiteralAutomaton(owned.map(({ literal }) => literal)),
      ruleOf: owned.map(({ rule }) => rule),
    };
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
    const ownWords = wordsOf(ownNameOf(field));
    const allWords = allWordsOf(field);
    const planned: PlannedRule[] = [];
    this.#compiled.forEach((rule, index) => {
      const score = this.#scoreIn(rule, kind, ownWords, allWords);
      if (score !== undefined) planned.push({ index, rule, score });
    });
    if (planned.length === 0) return undefined;
    const key = planned.map(({ index, score }) => `${index}:${score}`).join(' ');
    const known = this.#byPlan.get(key);
    if (known !== undefined) return known;
    const scanner = new PlannedScanner(planned, this.#threshold, this.#literals, this.#isPrefiltered);
    if (this.#byPlan.size >= PLANS_MAX) this.#byPlan.clear();
    this.#byPlan.set(key, scanner);
    return scanner;
  }

  /**
   * @returns What a candidate of the rule scores in such a field; `undefined` when it can never reach the
   * threshold.
   */
  #scoreIn(rule: CompiledRule, kind: FieldKind, ownWords: string, allWords: string): number | undefined {
    if (!rule.kinds.includes(kind) || hasAnyPhrase(ownWords, rule.exceptFieldPhrases)) return undefined;
    const isWhole = rule.matcher.how === 'whole';
    const hasContext = hasAnyPhrase(isWhole ? ownWords : allWords, rule.contextPhrases);
    // Digits of a number say nothing by themselves, and hold no words: only the name can.
    const needsName = isWhole || kind === 'number';
    const score = hasContext ? rule.scoreWithContext : rule.score;
    const best = needsName ? (hasContext ? score : 0) : rule.scoreWithContext;
    return best >= this.#threshold ? score : undefined;
  }
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
