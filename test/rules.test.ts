import { describe, expect, it } from 'vitest';
import { createDetectionEngine } from '../src/detect/create-detection-engine.ts';
import { FindingList } from '../src/detect/detector.ts';
import { loadRe2 } from '../src/detect/re2.ts';
import { type CompiledRule, compileRulePacks, type RuleExample } from '../src/detect/rule-pack.ts';
import { loadRulePacks, rulePackNames } from '../src/rule-pack-files.ts';

const rules = compileRulePacks(await loadRulePacks(await rulePackNames()), await loadRe2());

function scan(used: readonly CompiledRule[], example: RuleExample): { id: string; text: string }[] {
  const engine = createDetectionEngine({ rules: used });
  const bytes = Buffer.from(example.text);
  const findings = new FindingList();
  const scanner = engine.scannerFor({ name: example.field, path: [], kind: example.kind });
  const isComplete = scanner?.scan(bytes, 0, bytes.length, findings, { remaining: 1 << 20 }) ?? true;
  expect(isComplete).toBe(true);
  return Array.from({ length: findings.length }, (_, index) => ({
    id: engine.rules[findings.rules[index]!]!.id,
    text: bytes.subarray(findings.starts[index]!, findings.ends[index]!).toString(),
  }));
}

describe('shipped rules', () => {
  it('are there', () => {
    expect(new Set(rules.map((rule) => rule.pack))).toEqual(new Set(['pii', 'secrets']));
    expect(rules.length).toBeGreaterThanOrEqual(20);
  });

  it.each(rules.map((rule) => [rule.id, rule] as const))('%s finds its examples', (id, rule) => {
    for (const example of rule.examples) {
      expect(scan([rule], example)).toEqual([{ id, text: example.finds ?? example.text }]);
    }
  });

  it.each(rules.map((rule) => [rule.id, rule] as const))(
    '%s leaves its counter-examples alone',
    (_id, rule) => {
      for (const example of rule.counterExamples)
        expect([example.text, scan([rule], example)]).toEqual([example.text, []]);
    },
  );

  it.each(rules.map((rule) => [rule.id, rule] as const))(
    '%s covers its examples when every other rule is on',
    (_id, rule) => {
      for (const example of rule.examples) {
        const found = scan(rules, example).map((finding) => finding.text);
        expect(found.some((text) => text.includes(example.finds ?? example.text))).toBe(true);
      }
    },
  );

  // A counter-example of one rule may be a find of another: this one is.
  const findsOfOthers = new Map<string, string>([['https://ada@example.com/', 'email']]);

  it.each(rules.map((rule) => [rule.id, rule] as const))(
    'counter-examples of %s are left alone by every other rule',
    (_id, rule) => {
      for (const example of rule.counterExamples) {
        const expected = findsOfOthers.get(example.text) ?? '';
        const found = scan(rules, example).map((finding) => finding.id);
        expect([example.text, found.join()]).toEqual([example.text, expected]);
      }
    },
  );
});
