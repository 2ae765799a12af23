import { type CompiledRule, scoreOf } from '../../src/detect/compiled-rule.ts';
import { createDetectionEngine } from '../../src/detect/create-detection-engine.ts';
import { type DetectionEngine, FindingList } from '../../src/detect/detector.ts';
import { loadRe2, type Re2Engine } from '../../src/detect/re2.ts';
import type { RuleExample } from '../../src/detect/rule-draft.ts';
import { loadRules } from '../../src/load-engine.ts';
import { ruleCountries, rulePackNames } from '../../src/rule-pack-files.ts';

/** A finding with what its rule is. */
export interface ShownFinding {
  readonly id: string;
  readonly entity: string;
  readonly score: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The score from which on a candidate is a finding, where nobody says otherwise. */
const defaultThreshold = 0.5;

/** Whether a rule stays silent unless its threshold is lowered. */
export function isOnRequest(rule: CompiledRule): boolean {
  const canValidate = rule.validators.length > 0;
  return rule.patterns.every((pattern) => scoreOf(rule, pattern, canValidate, true) < defaultThreshold);
}

/** Every rule this package ships, of every country. */
export async function loadShippedRules(
  re2?: Re2Engine,
  isEager: boolean = false,
): Promise<readonly CompiledRule[]> {
  const options = { packs: await rulePackNames(), countries: await ruleCountries() };
  return loadRules(options, re2 ?? (await loadRe2()), isEager);
}

/** Engines over parts of the shipped rules, each built once. */
export class RuleEngines {
  readonly rules: readonly CompiledRule[];
  readonly #engines = new Map<string, DetectionEngine>();

  constructor(rules: readonly CompiledRule[]) {
    this.rules = rules;
  }

  /** One rule alone, with a threshold at which it can find something. */
  ofRule(rule: CompiledRule): DetectionEngine {
    return this.#engine(`rule ${rule.id}`, () => [rule], isOnRequest(rule) ? 0 : defaultThreshold);
  }

  /** What an example of a rule is scanned with: all that is on there, or what was asked for. */
  forExamplesOf(rule: CompiledRule): DetectionEngine {
    return isOnRequest(rule) ? this.ofRule(rule) : this.withCountry(rule.country);
  }

  /** What is on without asking, and the rules of a country where one is given. */
  withCountry(country: string): DetectionEngine {
    const isOn = (rule: CompiledRule): boolean => rule.country === '' || rule.country === country;
    return this.#engine(`with ${country}`, () => this.rules.filter(isOn));
  }

  /** The rules of one country alone; for '', those of no country. */
  ofCountry(country: string): DetectionEngine {
    return this.#engine(`of ${country}`, () => this.rules.filter((rule) => rule.country === country));
  }

  #engine(
    name: string,
    rules: () => readonly CompiledRule[],
    threshold: number = defaultThreshold,
  ): DetectionEngine {
    const known = this.#engines.get(name);
    if (known !== undefined) return known;
    const engine = createDetectionEngine({ rules: rules(), threshold });
    this.#engines.set(name, engine);
    return engine;
  }
}

const findings = new FindingList();

/** What an engine finds in an example. */
export function scanExample(engine: DetectionEngine, example: RuleExample): readonly ShownFinding[] {
  const bytes = Buffer.from(example.text);
  findings.clear();
  const scanner = engine.scannerFor({ name: example.field, path: [], kind: example.kind });
  const isComplete = scanner?.scan(bytes, 0, bytes.length, findings, { remaining: 1 << 20 }) ?? true;
  if (!isComplete) throw new Error(`over the budget: ${example.text}`);
  return Array.from({ length: findings.length }, (_, index) => {
    const { id, entity } = engine.rules[findings.rules[index]!]!;
    const [start, end] = [findings.starts[index]!, findings.ends[index]!];
    const text = bytes.subarray(start, end).toString();
    return { id, entity, score: findings.scores[index]!, start, end, text };
  });
}
