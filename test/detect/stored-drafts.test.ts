import { expect, it, vi } from 'vitest';
import { factsOfPattern } from '../../src/detect/pattern-facts.ts';
import { readRuleFile } from '../../src/detect/rule-file.ts';
import { readStoredDrafts, storeDrafts } from '../../src/detect/stored-drafts.ts';
import type { PolicyProblem } from '../../src/errors.ts';
import { loadRulePacks, ruleCountries, rulePackNames } from '../../src/rule-pack-files.ts';

// The files themselves are read here, which others get from the store.
vi.unmock('../../src/detect/rule-file.ts');

it('what is stored is what the rule files say', async () => {
  const problems: PolicyProblem[] = [];
  const plain = (drafts: ReturnType<typeof readRuleFile>): unknown =>
    drafts.map((draft) => ({
      ...draft,
      problem: undefined,
      patterns: draft.patterns.map((pattern) => ({
        ...pattern,
        facts: factsOfPattern(pattern.pattern),
        problem: undefined,
      })),
    }));
  for (const source of await loadRulePacks(await rulePackNames(), await ruleCountries())) {
    const drafts = readRuleFile(source, problems);
    const stored = { ...source, text: storeDrafts(drafts), isStored: true };
    expect(plain(readStoredDrafts(stored, problems)), source.file).toEqual(plain(drafts));
  }
  expect(problems).toEqual([]);
});

it('a problem that only compiling shows names file, rule and key', () => {
  const text = `pack: pii
rules:
  - { id: a, entity: A, pattern: '[', score: 1, examples: [x, y], counterExamples: [z, w] }`;
  const problems: PolicyProblem[] = [];
  const drafts = readRuleFile({ pack: 'pii', file: 'pii/a.yaml', text }, problems);
  const source = { pack: 'pii', file: 'pii/a.yaml', text: storeDrafts(drafts), isStored: true };
  readStoredDrafts(source, problems)[0]?.patterns[0]?.problem('is no pattern');
  expect(problems).toEqual([{ path: 'pii/a.yaml: a.pattern', message: 'is no pattern', file: 'pii/a.yaml' }]);
});
