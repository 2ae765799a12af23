import { compileAllowList } from './detect/allow-list.ts';
import type { CompiledRule } from './detect/compiled-rule.ts';
import { createDetectionEngine, type DetectionEngineOptions } from './detect/create-detection-engine.ts';
import type { DetectionEngine } from './detect/detector.ts';
import type { Re2Engine } from './detect/re2.ts';
import { compileRulePacks } from './detect/rule-pack.ts';
import { loadValidators } from './detect/validators/registry.ts';
import { PolicyError, type PolicyProblem } from './errors.ts';
import { detectOptionProblems } from './policy/check-detect-options.ts';
import type { DetectOptions } from './policy/masking-rule.ts';
import { loadRulePacks } from './rule-pack-files.ts';

/** Packs that are on unless others are asked for. */
export const defaultPacks: readonly string[] = ['pii', 'secrets'];

/** Which rules an engine has: what options of detection say beside the masker. */
export type EngineOptions = Omit<
  DetectOptions,
  'mask' | 'keepFirst' | 'keepLast' | 'key' | 'value' | 'label'
>;

/**
 * Reads rule files and compiles them to an engine.
 *
 * @returns `undefined` when the options leave no rule.
 * @throws {PolicyError} With every problem of rule files and options.
 */
export async function loadEngine(
  options: EngineOptions,
  re2: Re2Engine,
): Promise<DetectionEngine | undefined> {
  const problems = [...detectOptionProblems(options)];
  // What has another shape than its type says cannot be looked at further.
  if (problems.length > 0) throw new PolicyError(problems);
  const rules = chooseRules(await loadRules(options, re2), options, problems);
  const allowList = compileAllowList(options.allow ?? {}, re2, problems);
  const ids = new Set(rules.map(({ id }) => id));
  for (const id of Object.keys(options.thresholds ?? {})) {
    const path = `detect.thresholds.${id}`;
    if (!ids.has(id)) problems.push({ path, message: 'there is no such rule among those that are on' });
  }
  if (problems.length > 0) throw new PolicyError(problems);
  if (rules.length === 0) return undefined;
  const { threshold, thresholds } = options;
  const settings: DetectionEngineOptions = {
    rules,
    allowList,
    ...(threshold !== undefined && { threshold }),
    ...(thresholds !== undefined && { thresholds }),
  };
  return createEngine(settings);
}

function createEngine(settings: DetectionEngineOptions): DetectionEngine {
  try {
    return createDetectionEngine(settings);
  } catch (cause) {
    // The size of the automaton that looks for keywords has a limit, which only rules of one's own can reach.
    if (!(cause instanceof RangeError)) throw cause;
    const message = 'the rules have too many keywords, or too long ones: use fewer, shorter ones';
    throw new PolicyError([{ path: 'detect.rules', message }]);
  }
}

/** Reads and compiles the rule files options ask for, also rules that are switched off. */
export async function loadRules(
  options: Pick<EngineOptions, 'packs' | 'countries' | 'rules'>,
  re2: Re2Engine,
  isEager = false,
): Promise<readonly CompiledRule[]> {
  const countries = options.countries ?? [];
  const shipped = await loadRulePacks(options.packs ?? defaultPacks, countries);
  const own = (options.rules ?? []).map(({ file, text }) => ({ pack: 'user', file, text, countries }));
  const validators = await loadValidators(countries);
  return compileRulePacks([...shipped, ...own], { re2, validators, isEager });
}

function chooseRules(
  rules: readonly CompiledRule[],
  { disable = [], entities }: EngineOptions,
  problems: PolicyProblem[],
): readonly CompiledRule[] {
  const ids = new Set(rules.map(({ id }) => id));
  const known = new Set(rules.map(({ entity }) => entity));
  disable.forEach((id, index) => {
    if (!ids.has(id))
      problems.push({ path: `detect.disable[${index}]`, message: `there is no rule "${id}"` });
  });
  entities?.forEach((entity, index) => {
    if (known.has(entity)) return;
    const message = `no rule of the chosen packs and countries finds "${entity}"`;
    problems.push({ path: `detect.entities[${index}]`, message });
  });
  return rules.filter(
    ({ id, entity }) => !disable.includes(id) && (entities === undefined || entities.includes(entity)),
  );
}
