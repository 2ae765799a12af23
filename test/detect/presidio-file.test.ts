import { describe, expect, it } from 'vitest';
import type { CompiledRule } from '../../src/detect/compiled-rule.ts';
import { createDetectionEngine } from '../../src/detect/create-detection-engine.ts';
import { predefinedRecognizers } from '../../src/detect/presidio-recognizers.ts';
import { loadRe2 } from '../../src/detect/re2.ts';
import { compileRulePacks } from '../../src/detect/rule-pack.ts';
import { loadValidators } from '../../src/detect/validators/registry.ts';
import { PolicyError } from '../../src/errors.ts';
import { scanIn, textField } from './support/scan.ts';

const re2 = await loadRe2();
const validators = await loadValidators([]);
const compile = (text: string): readonly CompiledRule[] =>
  compileRulePacks([{ pack: 'user', file: 'own.yaml', text }], { re2, validators });

/** What is wrong with a file: `line path: message`. */
function problemsOf(text: string): readonly string[] {
  try {
    compile(text);
  } catch (error) {
    expect(error).toBeInstanceOf(PolicyError);
    return (error as PolicyError).problems.map(({ line, path, message }) => `${line} ${path}: ${message}`);
  }
  return [];
}

/** Texts found, whatever their score. */
function found(rules: readonly CompiledRule[], text: string, name = '', threshold = 0): readonly string[] {
  const value = Buffer.from(text);
  return scanIn(createDetectionEngine({ rules, threshold }), textField(name), value)!.map(
    ({ rule, start, end, score }) => `${rule} ${score} ${value.subarray(start, end).toString()}`,
  );
}

const registry = String.raw`
supported_languages: [en, nl]
global_regex_flags: 26
recognizers:
  - name: LoyaltyCardRecognizer
    supported_entity: LOYALTY_CARD
    supported_languages:
      - language: en
        context: [loyalty, points]
      - language: nl
        context: [klantenkaart]
      - language: fr
        context: [fidelite]
    patterns:
      - name: with prefix
        regex: "\\blc-\\d{6}\\b"
        score: 0.6
      - { name: bare, regex: '\b\d{6}\Z', score: 0.2 }
  - name: 'Ship names'
    supported_language: en
    supported_entity: SHIP
    deny_list: [Argo, 'Argo II', H.M.S.]
  - name: Warehouse code
    supported_languages: [fr]
    supported_entity: WAREHOUSE
    patterns: [{ name: all, regex: 'W\d+', score: 1 }]
  - name: Switched off
    enabled: false
    supported_entity: OFF
    patterns: [{ name: all, regex: '(?<=a)b', score: 1 }]
  - name: Ship names
    country_code: uk
    type: custom
    supported_entities: [Ship Name]
    context:
    deny_list: [Endurance]
    deny_list_score: 0.4
    patterns: [{ name: all, regex: 'MV \w+', score: 0.7 }]
  - CreditCardRecognizer
  - { name: EmailRecognizer, type: predefined, supported_languages: [{ language: en, context: [mail] }] }
  - { name: Mine, class_name: IbanRecognizer, supported_entity: IBAN_CODE }
  - { name: SpacyRecognizer, type: predefined, enabled: false }
`;

describe('a recognizer registry', () => {
  const rules = compile(registry);

  it('becomes one rule for each recognizer of its languages', () => {
    const named = rules.map(({ id, entity, title, country, pack }) => [id, entity, title, country, pack]);
    expect(named).toEqual([
      ['loyalty-card-recognizer', 'LOYALTY_CARD', 'LoyaltyCardRecognizer', '', 'user'],
      ['ship-names', 'SHIP', 'Ship names', '', 'user'],
      ['ship-names-2', 'SHIP_NAME', 'Ship names', 'gb', 'user'],
    ]);
    const [card] = rules;
    expect(card!.patterns.map(({ name, score }) => [name, score])).toEqual([
      ['with prefix', 0.6],
      ['bare', 0.2],
    ]);
    expect(card!.contextPhrases).toEqual([' loyalty ', ' points ', ' klantenkaart ']);
  });

  it('finds in any case, line by line, and raises scores by 0.35 for context', () => {
    expect(found(rules, 'LC-123456')).toEqual(['loyalty-card-recognizer 0.6 LC-123456']);
    expect(found(rules, '654321')).toEqual(['loyalty-card-recognizer 0.2 654321']);
    expect(found(rules, '654321', 'loyalty_no')).toEqual(['loyalty-card-recognizer 0.55 654321']);
    expect(found(rules, 'klantenkaart 654321', '', 0.5)).toEqual(['loyalty-card-recognizer 0.55 654321']);
    expect(found(rules, 'fidelite 654321', '', 0.5)).toEqual([]);
  });

  it('finds what is on a deny list, as whole words, the longest first', () => {
    expect(found(rules, 'the argo ii and Argo!')).toEqual(['ship-names 1 argo ii', 'ship-names 1 Argo']);
    expect(found(rules, 'Argo Argo')).toEqual(['ship-names 1 Argo', 'ship-names 1 Argo']);
    expect(found(rules, 'Argonauts, cargo')).toEqual([]);
    expect(found(rules, 'on H.M.S. Beagle')).toEqual(['ship-names 1 H.M.S.']);
    expect(found(rules, 'Endurance')).toEqual(['ship-names-2 0.4 Endurance']);
  });

  it('takes letters of every script for parts of words', () => {
    expect(found(rules, 'MV Grönland')).toEqual(['ship-names-2 0.7 MV Grönland']);
  });

  it('has the flags the registry asks for', () => {
    const flagged = (flags: number): readonly CompiledRule[] =>
      compile(`global_regex_flags: ${flags}
recognizers:
  - { name: A, supported_entity: A, patterns: [{ name: a, regex: '^ab.$', score: 1 }] }
`);
    expect(found(flagged(0), 'AB!')).toEqual([]);
    expect(found(flagged(2), 'AB!')).toEqual(['a 1 AB!']);
    expect(found(flagged(8), 'x\nab!\ny')).toEqual(['a 1 ab!']);
    expect(found(flagged(16), 'ab\n')).toEqual(['a 1 ab\n']);
    expect(problemsOf('global_regex_flags: 64\nrecognizers: []')).toEqual([
      expect.stringMatching(/^1 own.yaml: global_regex_flags: has flags RE2 has not/),
    ]);
  });
});

describe('a pattern RE2 cannot run', () => {
  const refusal = (regex: string): string | undefined =>
    problemsOf(`recognizers:
  - name: Part
    supported_entity: PART
    patterns:
      - { name: a, score: 1, regex: '${regex}' }
`)[0];

  it('is refused with its line, the reason and the rewrite', () => {
    expect(refusal(String.raw`(?<!\d)\d{5}(?!\w)`)).toBe(
      String.raw`5 own.yaml: Part.patterns[0].regex: is no RE2 syntax: RE2 has no look-around: for (?<!\d) write ` +
        String.raw`notBefore: digit, for (?!\w) write notAfter: word; the pattern is then '\d{5}'`,
    );
  });

  it('can be written with the keys of the rewrite beside it', () => {
    const rules = compile(String.raw`
recognizers:
  - name: Part
    supported_entity: PART
    not_before: digit
    notAfter: word
    validate: [luhn]
    patterns: [{ name: a, regex: '\d{5}', score: 0.3 }]
`);
    expect(found(rules, 'x18002 y')).toEqual(['part 1 18002']);
    expect(found(rules, '118002')).toEqual([]);
    expect(found(rules, '18002y')).toEqual([]);
    expect(found(rules, '18003')).toEqual([]);
  });

  it.each([
    [String.raw`(a)-\1`, 'no back-references'],
    ['a++b', 'no possessive quantifiers: write + for ++'],
    ['(?>a)', 'no atomic groups'],
    ['(a)?(?(1)b|c)', 'no conditionals'],
    ['(?x)a b', 'no verbose patterns'],
    ['a(?R)?b', 'no recursion'],
    ['(a', 'missing closing )'],
  ])('%s', (regex, reason) => {
    expect(refusal(regex)).toContain(reason);
  });
});

describe('predefined recognizers', () => {
  it('are refused when no rule stands for them', () => {
    const problems = problemsOf(`recognizers:
  - SpacyRecognizer
  - { name: Mine, class_name: AzureAILanguageRecognizer, type: predefined }
  - NobodyRecognizer
  - { name: UrlRecognizer, supported_entity: LINK }
  - { name: UrlRecognizer, type: predefined, deny_list: [a] }
  - 7
`);
    expect(problems).toEqual([
      expect.stringMatching(/^2 .*SpacyRecognizer needs a language model/),
      expect.stringMatching(/^3 .*AzureAILanguageRecognizer needs a language model/),
      expect.stringMatching(/^4 .*NobodyRecognizer is no recognizer/),
      expect.stringMatching(/^5 .*supported_entity: must be URL/),
      expect.stringMatching(/^6 .*denyList: belongs to type: custom/),
      expect.stringMatching(/^7 .*must be a map, or the name of a recognizer/),
    ]);
  });

  it('are known under the name of their class', () => {
    expect(predefinedRecognizers.get('NhsRecognizer')).toEqual({ entity: 'UK_NHS', country: 'gb' });
    expect(predefinedRecognizers.get('EmailRecognizer')).toEqual({ entity: 'EMAIL_ADDRESS', country: '' });
  });
});

describe('a registry with mistakes', () => {
  it('reports all of them', () => {
    const problems = problemsOf(`extra: 1
recognizers:
  - { name: A, type: custom }
  - { supported_entity: B, patterns: [{ name: b, regex: b }] }
  - { name: C, type: remote }
  - { name: D, supported_entity: D, deny_list: [d], allow_list: [e], score: 2 }
`);
    expect(problems).toEqual([
      expect.stringMatching(/^1 .*extra: unknown key/),
      expect.stringMatching(/^3 .*supportedEntity: is missing/),
      expect.stringMatching(/^3 .*needs patterns or deny_list/),
      expect.stringMatching(/^4 .*name: is missing/),
      expect.stringMatching(/^4 .*score: is missing/),
      expect.stringMatching(/^5 .*type: must be custom or predefined/),
      expect.stringMatching(/^6 .*allow_list: unknown key/),
      expect.stringMatching(/^6 .*score: unknown key/),
    ]);
  });

  it('refuses one that is no list', () => {
    expect(problemsOf('recognizers: 1')).toEqual([expect.stringContaining('must be a list')]);
  });
});
