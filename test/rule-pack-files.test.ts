import { describe, expect, it } from 'vitest';
import { PolicyError } from '../src/errors.ts';
import { loadRulePacks, rulePackNames } from '../src/rule-pack-files.ts';

describe('rule pack files', () => {
  it('are found by the names of their folders', async () => {
    expect(await rulePackNames()).toEqual(['pii', 'secrets']);
    const sources = await loadRulePacks(['secrets', 'secrets']);
    expect(new Set(sources.map((source) => source.pack))).toEqual(new Set(['secrets']));
    expect(sources.map((source) => source.file)).toContain('secrets/tokens.yaml');
    expect(new Set(sources.map((source) => source.file)).size).toBe(sources.length);
  });

  it('name every unknown pack and the known ones', async () => {
    const error = await loadRulePacks(['pii', 'nope', '../src']).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PolicyError);
    expect((error as PolicyError).problems.map((problem) => problem.path)).toEqual([
      'detect.packs[1]',
      'detect.packs[2]',
    ]);
    expect((error as PolicyError).message).toContain('known: pii, secrets');
  });
});
