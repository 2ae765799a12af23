import { describe, expect, it } from 'vitest';
import { loadRe2 } from '../src/detect/re2.ts';
import { createDetector, createMasker, PolicyError } from '../src/index.ts';
import { type EngineOptions, loadEngine } from '../src/load-engine.ts';

const re2 = await loadRe2();

async function problemsOf(options: unknown): Promise<readonly string[]> {
  const error = await loadEngine(options as EngineOptions, re2).catch((thrown: unknown) => thrown);
  if (!(error instanceof PolicyError)) return [];
  expect(error.code).toBe('WIREMASK_ERR_POLICY');
  return error.problems.map(({ path, message }) => `${path}: ${message}`);
}

const score = 'must be a number from 0 to 1';

describe('options that would switch detection off without a word', () => {
  it.each([2, -0.1, Number.NaN, 'high', '0.5', null])('threshold %s', async (threshold) => {
    expect(await problemsOf({ threshold })).toEqual([`detect.threshold: ${score}`]);
  });

  it.each([1.5, Number.NaN, '0.5', null, undefined])('threshold %s of one rule', async (threshold) => {
    expect(await problemsOf({ thresholds: { email: threshold } })).toEqual([
      `detect.thresholds.email: ${score}`,
    ]);
  });

  it('no entities at all', async () => {
    expect(await problemsOf({ entities: [] })).toEqual([
      'detect.entities: is empty, so no rule would be on; leave it out for all entities',
    ]);
  });

  it('names there are not, and names the known ones', async () => {
    const problems = await problemsOf({ treshold: 0.4, allow: { value: [] }, toString: 1 });
    expect(problems).toEqual([
      expect.stringMatching(/^detect\.treshold: is no option; known: packs, .*\bthreshold, .*\blabel$/),
      'detect.allow.value: is no option; known: values, patterns',
      expect.stringMatching(/^detect\.toString: is no option/),
    ]);
  });

  it('detection that is null, or no rule packs and a threshold nothing reaches', async () => {
    for (const detect of [null, 'pii', { mask: 'redact', packs: [], threshold: 2 }]) {
      const made = createMasker({ masking: { detect: detect as never } });
      await expect(made).rejects.toMatchObject({ code: 'WIREMASK_ERR_POLICY' });
    }
  });
});

describe('options of another shape than their type says', () => {
  it.each([
    ['packs', 'pii'],
    ['packs', { 0: 'pii' }],
    ['countries', 'de'],
    ['disable', 'email'],
    ['entities', 'EMAIL_ADDRESS'],
    ['dangerouslySkipColumns', 'a.b.c'],
    ['packs', null],
  ])('%s: %j is not an array', async (key, value) => {
    expect(await problemsOf({ [key]: value })).toEqual([
      expect.stringMatching(`^detect\\.${key}: must be an array of strings, as in \\['`),
    ]);
  });

  it.each(['packs', 'countries', 'disable', 'entities', 'dangerouslySkipColumns'])(
    '%s holds something else than strings',
    async (key) => {
      expect(await problemsOf({ [key]: [7, null] })).toEqual([
        expect.stringMatching(`^detect\\.${key}\\[0\\]: must be a string, as in`),
        expect.stringMatching(`^detect\\.${key}\\[1\\]: must be a string, as in`),
      ]);
    },
  );

  it('allow lists, rule files and thresholds', async () => {
    const problems = await problemsOf({
      allow: { values: 'x', patterns: [/x/] },
      rules: ['rules.yaml', { file: 'a', text: Buffer.from('') }],
      thresholds: [0.5],
    });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'detect.allow.values',
      'detect.allow.patterns[0]',
      'detect.rules[0]',
      'detect.rules[1]',
      'detect.thresholds',
    ]);
    expect(await problemsOf({ rules: 'rules.yaml', allow: ['x'] })).toEqual([
      expect.stringMatching(/^detect\.rules: must be an array of \{ file, text \}/),
      'detect.allow: must be an object; its keys: values, patterns',
    ]);
  });

  it('no object at all', async () => {
    for (const options of [null, [], 'pii']) {
      expect(await problemsOf(options)).toEqual([
        expect.stringMatching(/^detect: must be an object; its keys/),
      ]);
    }
    await expect(createDetector(null as never)).rejects.toBeInstanceOf(PolicyError);
  });

  it('but takes options that are undefined, or belong to the masker', async () => {
    const options = { packs: ['pii'], threshold: undefined, allow: { values: undefined }, mask: 'partial' };
    expect(await problemsOf({ ...options, keepFirst: 1, keepLast: 1, key, value: 'x', label: 'x' })).toEqual(
      [],
    );
  });
});

const key = Buffer.from('a key of at least 16 bytes');

describe('allow lists', () => {
  it.each([
    ['x)|(?:.+', 'is no RE2 syntax'],
    ['x)(', 'is no RE2 syntax'],
    ['.*', 'matches the empty text'],
    ['.+', 'allows anything'],
    ['(?s).', 'is taken'],
    ['[^x]+', 'allows anything'],
    ['.{6,}', 'allows anything'],
    ['\\S{6,}', 'allows anything'],
    ['.*@example\\.com', 'is taken'],
    ['\\d+', 'is taken'],
  ])('%s: %s', async (pattern, verdict) => {
    const problems = await problemsOf({ packs: [], allow: { patterns: [pattern] } });
    if (verdict === 'is taken') expect(problems).toEqual([]);
    else expect(problems).toEqual([expect.stringContaining(`detect.allow.patterns[0]: ${verdict}`)]);
  });
});

it('refuses more keywords than the automaton holds', async () => {
  const keywords = Array.from({ length: 20_000 }, (_, index) =>
    Buffer.from(`${index}${index * 7919}${index * 104_729}`).toString('hex'),
  );
  const pattern = '[0-9a-f]{8,80}';
  const examples = { examples: keywords.slice(0, 2), counterExamples: ['a', 'b'] };
  const rule = { id: 'many', entity: 'MANY', pattern, keywords, score: 0.9, ...examples };
  const text = JSON.stringify({ pack: 'user', rules: [rule] });
  expect(await problemsOf({ packs: [], rules: [{ file: 'many.yaml', text }] })).toEqual([
    'detect.rules: the rules have too many keywords, or too long ones: use fewer, shorter ones',
  ]);
});
