import { describe, expect, it } from 'vitest';
import type { CompiledRule } from '../../src/detect/compiled-rule.ts';
import { loadRe2 } from '../../src/detect/re2.ts';
import { compileRulePacks } from '../../src/detect/rule-pack.ts';
import { loadValidators } from '../../src/detect/validators/registry.ts';
import { PolicyError, type PolicyProblem } from '../../src/errors.ts';

const re2 = await loadRe2();
const validators = await loadValidators([]);
const compile = (text: string): readonly CompiledRule[] =>
  compileRulePacks([{ pack: 'pii', file: 'pii/test.yaml', text }], { re2, validators, isEager: true });

function problemsOf(text: string): readonly PolicyProblem[] {
  try {
    compile(text);
  } catch (error) {
    expect(error).toBeInstanceOf(PolicyError);
    expect((error as PolicyError).code).toBe('WIREMASK_ERR_RULE_FILE');
    return (error as PolicyError).problems;
  }
  return [];
}

const rule = (lines: string): string => `pack: pii
rules:
  - id: acme
    entity: ACME
    score: 1
    examples: [a, b]
    counterExamples: [c, d]
    ${lines}
`;

describe('rule files', () => {
  it('compile to rules with their defaults', () => {
    const [compiled] = compile(rule(`pattern: 'acme_([0-9]{4})'\n    group: 1\n    keywords: [acme_]`));
    expect(compiled).toMatchObject({ id: 'acme', entity: 'ACME', pack: 'pii', kinds: ['text'] });
    expect(compiled).toMatchObject({ title: '', country: '', contextPhrases: [], scoreValidated: 1 });
    expect(compiled?.patterns).toMatchObject([{ name: '', score: 1, matcher: { how: 'pattern', group: 1 } }]);
  });

  it('report every problem at once, with file, line and column', () => {
    const problems = problemsOf(`pack: secrets
rules:
  - id: Acme One
    entity: acme
    matcher: no-such
    colour: red
    score: 2
    examples: [a]
    counterExamples: [c, d]
  - id: other
`);
    const at = problems.map(({ path, file, line, column }) => `${file} ${line}:${column} ${path}`);
    expect(at).toEqual([
      'pii/test.yaml 1:7 pii/test.yaml: pack',
      'pii/test.yaml 6:5 pii/test.yaml: Acme One.colour',
      'pii/test.yaml 3:9 pii/test.yaml: Acme One.id',
      'pii/test.yaml 4:13 pii/test.yaml: Acme One.entity',
      'pii/test.yaml 7:12 pii/test.yaml: Acme One.score',
      'pii/test.yaml 8:15 pii/test.yaml: Acme One.examples',
      'pii/test.yaml 10:5 pii/test.yaml: other.entity',
      'pii/test.yaml 10:5 pii/test.yaml: other.matcher',
      'pii/test.yaml 10:5 pii/test.yaml: other.score',
      'pii/test.yaml 10:5 pii/test.yaml: other.examples',
      'pii/test.yaml 10:5 pii/test.yaml: other.counterExamples',
      'pii/test.yaml 5:14 pii/test.yaml: Acme One.matcher',
    ]);
  });

  it.each([
    ['matcher: email\n    pattern: a', 'one of matcher, pattern, patterns and denyList'],
    ["pattern: '(a'", 'no RE2 syntax'],
    ["pattern: '(?=a)b'", 'no RE2 syntax'],
    ["pattern: 'a*'", 'matches the empty text'],
    ['pattern: a\n    group: 1', 'has 0 groups'],
    ['matcher: email\n    group: 1', 'belongs to a pattern'],
    ['matcher: email\n    requires: [dot]', 'belongs to a pattern'],
    ['matcher: email\n    keywords: [a]', 'brings its own'],
    ['matcher: keyed-token', 'needs keywords'],
    ['matcher: password-field', 'needs context words'],
    ['pattern: a\n    keywords: [é]', 'printable ASCII'],
    ['pattern: a\n    validate: [crc]', 'luhn'],
    ['pattern: a\n    requires: [sparkle]', 'longToken'],
    ['pattern: a\n    notAfter: vowel', 'alnum'],
    ['pattern: a\n    kinds: [boolean]', 'boolean is not one of'],
    ['pattern: a\n    scoreWithContext: 1', 'needs context words'],
    ['pattern: a\n    context: ["-"]\n    scoreWithContext: 1', 'without a letter or digit'],
    ['pattern: a\n    context: x\n    scoreWithContext: 1', 'must be a list'],
    ['pattern: a\n    keywords: [[x]]', 'must be text'],
    ['pattern: 1', 'must be text'],
  ])('refuse %j', (lines, message) => {
    expect(problemsOf(rule(lines)).map((problem) => problem.message)).toContainEqual(
      expect.stringContaining(message),
    );
  });

  it.each([
    ['', 'must be a map'],
    ['- a', 'must be a map'],
    ['pack: pii', 'is missing'],
    ['pack: pii\nrules: [1]', 'must be a map'],
    ['pack: pii\npack: pii\nrules: []', 'unique'],
    ['pack: [pii\nrules: []', 'Flow sequence'],
    ['pack: pii\nrules: []\nextra: 1', 'unknown key'],
  ])('refuse the file %j', (text, message) => {
    expect(problemsOf(text).map((problem) => problem.message)).toContainEqual(
      expect.stringContaining(message),
    );
  });

  it('refuse an id that is used twice, also across files', () => {
    const text = rule('matcher: email');
    const sources = ['a.yaml', 'b.yaml'].map((file) => ({ pack: 'pii', file, text }));
    expect(() => compileRulePacks(sources, { re2, validators })).toThrow('is used by another rule');
  });
});
