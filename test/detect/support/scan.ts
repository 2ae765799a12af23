import type { CompiledRule } from '../../../src/detect/compiled-rule.ts';
import {
  createDetectionEngine,
  type DetectionEngineOptions,
} from '../../../src/detect/create-detection-engine.ts';
import { type DetectionEngine, type Field, FindingList } from '../../../src/detect/detector.ts';
import { loadRe2 } from '../../../src/detect/re2.ts';
import { loadRules } from '../../../src/load-engine.ts';
import { rulePackNames } from '../../../src/rule-pack-files.ts';

/** Every rule this package ships. */
export const shippedRules: readonly CompiledRule[] = await loadRules(
  { packs: await rulePackNames() },
  await loadRe2(),
);

/** A finding with names instead of indices. */
export interface NamedFinding {
  readonly rule: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

export function textField(name = '', path: readonly string[] = []): Field {
  return { name, path, kind: 'text' };
}

/** Scans `value` with some other bytes around it; `undefined` when the budget ran out. */
export function scanIn(
  engine: DetectionEngine,
  field: Field,
  value: Uint8Array,
  remaining: number = 1 << 30,
): readonly NamedFinding[] | undefined {
  const before = Buffer.from('4 1a@');
  const bytes = Buffer.concat([before, value, Buffer.from('.com9 1')]);
  const findings = new FindingList();
  const end = before.length + value.length;
  const isComplete =
    engine.scannerFor(field)?.scan(bytes, before.length, end, findings, { remaining }) ?? true;
  if (!isComplete) return undefined;
  return Array.from({ length: findings.length }, (_, index) => ({
    rule: engine.rules[findings.rules[index]!]!.id,
    start: findings.starts[index]! - before.length,
    end: findings.ends[index]! - before.length,
    score: findings.scores[index]!,
  }));
}

/** Texts found in `text`, with the rule that found each: `['email ada@example.com']`. */
export function found(
  text: string,
  field: Field = textField(),
  options: Partial<DetectionEngineOptions> = {},
): string[] {
  const engine = createDetectionEngine({ rules: shippedRules, ...options });
  const value = Buffer.from(text);
  return scanIn(engine, field, value)!.map(
    (finding) => `${finding.rule} ${value.subarray(finding.start, finding.end).toString()}`,
  );
}
