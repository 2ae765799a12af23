import { describe, expect, it } from 'vitest';
import { createDetectionEngine } from '../../src/detect/create-detection-engine.ts';
import { type FieldKind, FindingList } from '../../src/detect/detector.ts';
import { loadRe2 } from '../../src/detect/re2.ts';
import { compileRulePacks } from '../../src/detect/rule-pack.ts';
import { loadValidators } from '../../src/detect/validators/registry.ts';
import { found, scanIn, shippedRules, textField } from './support/scan.ts';

const engine = createDetectionEngine({ rules: shippedRules });

const validators = await loadValidators([]);

describe('the scanner of a field', () => {
  it.each<FieldKind>(['boolean', 'temporal', 'uuid'])('does not exist for %s', (kind) => {
    expect(engine.scannerFor({ name: 'ssn', path: ['password'], kind })).toBeUndefined();
  });

  it.each<FieldKind>(['text', 'document', 'binary'])('looks for everything in %s', (kind) => {
    expect(found('ada@example.com', { name: 'x', path: [], kind })).toEqual(['email ada@example.com']);
  });

  it('exists for a number only when its name gives context', () => {
    expect(
      engine.scannerFor({ name: 'id', path: ['public', 'orders', 'id'], kind: 'number' }),
    ).toBeUndefined();
    const card = { name: 'number', path: ['public', 'credit_cards', 'number'], kind: 'number' } as const;
    expect(found('4111111111111111', card)).toEqual(['payment-card 4111111111111111']);
  });

  it('finds addresses in network fields', () => {
    expect(found('203.0.113.7/32', { name: 'x', path: [], kind: 'network' })).toEqual([
      'ipv4-address 203.0.113.7/32',
    ]);
  });

  it('is the same one each time, and another one for another field', () => {
    expect(engine.scannerFor(textField('city'))).toBe(engine.scannerFor(textField('city')));
    expect(engine.scannerFor(textField('city'))).not.toBe(engine.scannerFor(textField('password')));
  });

  it('is still right after more names than are kept', () => {
    for (let index = 0; index < 10_000; index++) engine.scannerFor(textField(`column${index}`));
    expect(found('hunter2', textField('password'))).toEqual(['password-field hunter2']);
  });

  it.each([
    ['password', 'hunter2', true],
    ['Password', 'hunter2', true],
    ['user_password', 'hunter2', true],
    ['userPassword', 'hunter2', true],
    ['user-password-2', 'hunter2', true],
    ['password2', 'hunter2', true],
    ['DB PASSWORD', 'hunter2', true],
    ['passwordless', 'hunter2', false],
    ['password_updated_at', 'hunter2', false],
    ['api_key', '9f3b7c2e8a1d4f60', true],
    ['X-Api-Key', '9f3b7c2e8a1d4f60', true],
    ['APIKey', '9f3b7c2e8a1d4f60', true],
    ['apiKeyId', '0123456789abcdef', false],
    ['session_id', '9f3b7c2e8a1d4f60', true],
    ['api_key_hash', '0123456789abcdef', false],
    ['keyboard', '0123456789abcdef', false],
  ])('reads the name %s', (name, value, isFound) => {
    expect(found(value, textField(name)).length > 0).toBe(isFound);
  });

  it('takes the last name on the path for an element without a name', () => {
    expect(found('hunter2', textField('', ['doc', 'passwords', '']))).toEqual(['password-field hunter2']);
  });

  it('keeps values of neighbours apart: bytes around the range have no part', () => {
    const bytes = Buffer.from('password=ada@example.comghp_');
    const findings = new FindingList();
    const scan = (start: number, end: number): number => {
      findings.clear();
      engine.scannerFor(textField())!.scan(bytes, start, end, findings, { remaining: 1e6 });
      return findings.length;
    };
    expect(scan(9, 12)).toBe(0);
    expect(scan(9, 21)).toBe(0);
    expect(scan(9, 24)).toBe(1);
    expect([findings.starts[0], findings.ends[0]]).toEqual([9, 24]);
  });

  it('appends to what the list already holds', () => {
    const findings = new FindingList();
    const bytes = Buffer.from('ada@example.com');
    const scanner = engine.scannerFor(textField())!;
    scanner.scan(bytes, 0, bytes.length, findings, { remaining: 1e6 });
    scanner.scan(bytes, 0, bytes.length, findings, { remaining: 1e6 });
    expect(findings.length).toBe(2);
  });
});

describe('the work budget', () => {
  it('is spent by length, and by more where more is looked at', () => {
    const cost = (text: string): number => {
      const budget = { remaining: 1e6 };
      const bytes = Buffer.from(text);
      engine.scannerFor(textField('x'))!.scan(bytes, 0, bytes.length, new FindingList(), budget);
      return 1e6 - budget.remaining;
    };
    // Once for its shape, once for literals.
    expect(cost('abc')).toBe(6);
    expect(cost('ada@example.com')).toBeGreaterThan(15);
    expect(cost('ada@example.com')).toBeLessThan(400);
  });

  it('stops the scan when it is used up, at any point', () => {
    const text = Buffer.from(
      'ada@example.com password=hunter2 ghp_16C7e42F292c6912E7710c838347Ae178B4a'.repeat(20),
    );
    let wasComplete = false;
    for (let remaining = 0; remaining < 1_500_000; remaining += 4_999) {
      const isComplete = scanIn(engine, textField(), text, remaining) !== undefined;
      expect(wasComplete && !isComplete).toBe(false);
      wasComplete = isComplete;
    }
    expect(wasComplete).toBe(true);
    expect(scanIn(engine, textField(), text, 0)).toBeUndefined();
  });
});

describe('scores', () => {
  it('keep rules below the threshold from firing', () => {
    expect(found('203.0.113.7 ada@example.com', textField(), { threshold: 0.75 })).toEqual([
      'email ada@example.com',
    ]);
    expect(found('card 4222222222222', textField())).toEqual(['payment-card-uncommon 4222222222222']);
    expect(found('card 4222222222222', textField(), { threshold: 0.9 })).toEqual([]);
  });

  it('rise with a word before the candidate, a whole one and a near one', () => {
    expect(found('ssn 536904399')).toEqual(['us-ssn-digits 536904399']);
    expect(found('lessn 536904399')).toEqual([]);
    expect(found(`ssn ${'. '.repeat(20)}536904399`)).toEqual([]);
    expect(found(`ssn${' '.repeat(38)}536904399`)).toEqual([]);
    expect(found(`ssn${' '.repeat(37)}536904399`)).toEqual(['us-ssn-digits 536904399']);
  });

  it('rise with a word in the name or on the path', () => {
    expect(found('536904399', textField('employeeSSN'))).toEqual(['us-ssn-digits 536904399']);
    expect(found('536904399', textField('value', ['person', 'social-security', 'value']))).toHaveLength(1);
  });
});

describe('rules from a file', () => {
  const acme = async (lines: string): Promise<ReturnType<typeof createDetectionEngine>> => {
    const text = `pack: acme
rules:
  - id: acme
    entity: ACME
    score: 1
    examples: [a, b]
    counterExamples: [c, d]
    ${lines}
`;
    return createDetectionEngine({
      rules: compileRulePacks([{ pack: 'acme', file: 'acme.yaml', text }], {
        re2: await loadRe2(),
        validators,
      }),
    });
  };
  const spans = async (lines: string, text: string): Promise<number[][]> =>
    scanIn(await acme(lines), textField(), Buffer.from(text))!.map(({ start, end }) => [start, end]);

  it('give the span of their group, in bytes', async () => {
    expect(await spans("pattern: 'no ([0-9]+)'\n    group: 1", 'é no 12 no 3')).toEqual([
      [6, 8],
      [12, 13],
    ]);
  });

  it('are tried only where a keyword stands', async () => {
    expect(await spans("pattern: '[0-9]+'\n    keywords: [acme]", '12')).toEqual([]);
    expect(await spans("pattern: '[0-9]+'\n    keywords: [acme]", '12 ACME')).toEqual([[0, 2]]);
  });

  it('respect validators and neighbours', async () => {
    expect(await spans("pattern: '[0-9]+'\n    validate: [luhn]", '18 19')).toEqual([[0, 2]]);
    expect(await spans("pattern: '[0-9]+'\n    notBefore: word\n    notAfter: digit", 'a1 -2 3_')).toEqual([
      [4, 5],
      [6, 7],
    ]);
  });

  it('see the value alone, from its first byte to its last', async () => {
    expect(await spans("pattern: '^abc$'", 'abc')).toEqual([[0, 3]]);
  });
});

it('has more rules than fit into one set of the shape index', async () => {
  const rule = (index: number): string =>
    `  - { id: r${index}, entity: R, pattern: 'k${index}x', score: 1, ` +
    'examples: [a, b], counterExamples: [c, d] }\n';
  const text = `pack: many\nrules:\n${Array.from({ length: 100 }, (_, index) => rule(index)).join('')}`;
  const many = createDetectionEngine({
    rules: compileRulePacks([{ pack: 'many', file: 'many.yaml', text }], {
      re2: await loadRe2(),
      validators,
    }),
  });
  const findings = scanIn(many, textField(), Buffer.from('k0x k31x k32x k99x k100x'))!;
  expect(findings.map(({ rule: id }) => id)).toEqual(['r0', 'r31', 'r32', 'r99']);
});
