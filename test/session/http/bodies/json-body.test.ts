import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DetectionEngine } from '../../../../src/detect/detector.ts';
import { loadRe2 } from '../../../../src/detect/re2.ts';
import { loadEngine } from '../../../../src/load-engine.ts';
import { compilePolicy } from '../../../../src/policy/compile-policy.ts';
import type { FieldRuleOptions, MaskingOptions } from '../../../../src/policy/masking-rule.ts';
import { JsonBody } from '../../../../src/session/http/bodies/json-body.ts';
import { defaultHttpLimits, HttpContext } from '../../../../src/session/http/http-context.ts';
import { MaskCounts } from '../../../../src/session/mask-report.ts';
import { ValueScan } from '../../../../src/session/value-scan.ts';
import { outputsOf, run } from './support.ts';

const engine = (await loadEngine({}, await loadRe2())) as DetectionEngine;
const detect = { mask: 'redact' } as const;

interface Set {
  readonly options?: MaskingOptions;
  readonly isSequence?: boolean;
  readonly limits?: Partial<typeof defaultHttpLimits>;
}

/** Bodies under one policy; places and keys are shared as in a listener. */
function bodies({ options = {}, isSequence = false, limits = {} }: Set): () => JsonBody {
  const policy = compilePolicy(options, options.detect === undefined ? undefined : engine);
  const context = new HttpContext(policy, { ...defaultHttpLimits, ...limits });
  return () => new JsonBody(new ValueScan(policy, new MaskCounts()), context.json, isSequence);
}

const rule = (target: object): FieldRuleOptions => ({ ...target, mask: 'redact' }) as FieldRuleOptions;

/** The one output of a body, however it is cut. */
function masked(set: Set, body: string): string {
  const outputs = outputsOf(bodies(set), body);
  expect(outputs).toHaveLength(1);
  return outputs[0]!;
}

describe('field rules', () => {
  const cases: readonly (readonly [string, object, string, string])[] = [
    ['a path', { path: '$.a.ssn' }, '{"a":{"ssn":"1"},"ssn":"2"}', '{"a":{"ssn":"[masked]"},"ssn":"2"}'],
    [
      'any depth',
      { path: '$..ssn' },
      '[{"ssn" : "1"} ,{"x":{"ssn":"2"}}]',
      '[{"ssn" : "[masked]"} ,{"x":{"ssn":"[masked]"}}]',
    ],
    [
      'elements',
      { path: '$.u[*].p' },
      '{"u":[{"p":"1"},{"p":"2"}]}',
      '{"u":[{"p":"[masked]"},{"p":"[masked]"}]}',
    ],
    ['one element', { path: '$[1]' }, '["a","b","c"]', '["a","[masked]","c"]'],
    ['a name', { name: '*token*' }, '{"accessToken":"x","to":"y"}', '{"accessToken":"[masked]","to":"y"}'],
    ['an object', { path: '$.a' }, '{"a":{"b":[1,{"c":2}]},"d":3}', '{"a":"[masked]","d":3}'],
    ['an array', { name: 'a' }, '{"a":[1,[2]],"d":[]}', '{"a":"[masked]","d":[]}'],
    ['a number', { path: '$.n' }, '{"n":-12.50e3,"m":1}', '{"n":0,"m":1}'],
    ['true and null', { path: '$[*]' }, '[true,null,false]', '[null,null,null]'],
    ['an escaped key', { path: '$.ssn' }, '{"\\u0073\\u0073n":"1"}', '{"\\u0073\\u0073n":"[masked]"}'],
    ['the same key twice', { path: '$.a' }, '{"a":"1","a":"2"}', '{"a":"[masked]","a":"[masked]"}'],
    [
      'JSON in a string',
      { path: '$..ssn' },
      '{"b":"{\\"ssn\\":\\"1\\"}"}',
      '{"b":"{\\"ssn\\":\\"[masked]\\"}"}',
    ],
    [
      'rows before their columns',
      { name: 'ssn' },
      '{"a":1,"rows":[[1,"2",{"x":[3]}],[3,"4"]],"total":2,"cols":[{"name":"id"},{"name":"ssn"}]}',
      '{"a":1,"rows":[[1,"[masked]",{"x":[3]}],[3,"[masked]"]],"total":2,"cols":[{"name":"id"},{"name":"ssn"}]}',
    ],
    [
      'rows whose columns stand in an object behind them',
      { name: 'ssn' },
      '{"rows":[["2"]],"value":"v","meta":{"columns":["ssn"]}, "z":[1]}',
      '{"rows":[["[masked]"]],"value":"v","meta":{"columns":["ssn"]}, "z":[1]}',
    ],
    ['rows without columns', { name: 'ssn' }, '[{"rows":[[ 1 ],[2]] }]', '[{"rows":[[ 1 ],[2]] }]'],
    ['rows of objects', { name: 'ssn' }, '{"rows":[{"ssn":"1"}]}', '{"rows":[{"ssn":"[masked]"}]}'],
    [
      'a name behind its value',
      { path: '$..ssn' },
      '[{"value":"1","n":2,"name":"ssn"},{"data":"3"}]',
      '[{"value":"[masked]","n":2,"name":"ssn"},{"data":"3"}]',
    ],
    [
      'a name beside its value',
      { path: '$..ssn' },
      '[{"name":"ssn","value":"1"}]',
      '[{"name":"ssn","value":"[masked]"}]',
    ],
    [
      'columns and rows',
      { name: 'ssn' },
      '{"columns":["id","ssn"],"rows":[[1,"2"],[3,"4"]]}',
      '{"columns":["id","ssn"],"rows":[[1,"[masked]"],[3,"[masked]"]]}',
    ],
    [
      'columns as objects',
      { name: 'ssn' },
      '{"m":{"fields":[{"name":"ssn"}]},"data":[["2"]]}',
      '{"m":{"fields":[{"name":"ssn"}]},"data":[["[masked]"]]}',
    ],
  ];

  it.each(cases)('mask %s', (_, target, body, expected) => {
    expect(masked({ options: { fields: [rule(target)] } }, body)).toBe(expected);
  });

  it('keep the parts a partial masker keeps, and null what is nullified', () => {
    const fields: FieldRuleOptions[] = [
      { path: '$.a', mask: 'partial', keepLast: 2 },
      { path: '$.b', mask: 'nullify' },
    ];
    const out = masked({ options: { fields } }, '{"a":"abcdef","b":"x"}');
    expect(out).toBe('{"a":"****ef","b":null}');
  });
});

describe('detectors', () => {
  it('find values behind escapes, in keys, in nested JSON and in numbers under a name', () => {
    const out = masked(
      { options: { detect } },
      '{"m":"ada\\u0040example.com","bob@example.com":1,"j":"{\\"m\\":\\"eve\\\\u0040example.com\\"}","ssn":536904399}',
    );
    const label = '[masked:EMAIL_ADDRESS]';
    expect(out).toBe(`{"m":"${label}","${label}":1,"j":"{\\"m\\":\\"${label}\\"}","ssn":0}`);
  });

  it('withhold what waits for a name for too long', () => {
    const set = { options: { fields: [rule({ name: 'ssn' })] }, limits: { valueSizeMax: 100 } };
    const rows = `{"rows":[[1],${'[2],'.repeat(200)}[3]],"b":[]}`;
    expect(run(bodies(set)(), [rows.slice(0, 300), rows.slice(300)])).toBe('{"rows":["[masked]"],"b":[]}');
  });

  it('mask a value larger than the limit whole, whichever way it arrives', () => {
    const body = `{"a":"${'x'.repeat(300)}","b":"y"}`;
    const out = masked({ options: { detect }, limits: { valueSizeMax: 100 } }, body);
    expect(out).toBe('{"a":"[masked]","b":"y"}');
  });
});

describe('every other byte', () => {
  const ordinary =
    ' [ 1.0 , -0 , 1e400 , 123456789012345678901 , "\\/\\u00e9" , "\\ud800" , { "a" : null , "a" : [ ] } ]\n';

  it.each([{}, { detect }, { fields: [rule({ path: '$..nothing' })] }])('stays under %j', (options) => {
    expect(masked({ options }, ordinary)).toBe(ordinary);
  });

  it('stays in any document', () => {
    const create = bodies({ options: { detect, fields: [rule({ path: '$..nothing' })] } });
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.integer({ min: 1, max: 40 }), (text, size) => {
        const bytes = Buffer.from(text);
        const chunks: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        expect(run(create(), chunks)).toBe(bytes.toString('latin1'));
      }),
      { numRuns: 200 },
    );
  });

  it('of lines, and of texts behind each other, stays', () => {
    const lines = '{"a":1}\n{"ssn":"1"}\r\n\n[2] 3 "x"\n\x1e{"ssn":"4"}\n';
    const out = masked({ options: { fields: [rule({ path: '$.ssn' })] }, isSequence: true }, lines);
    expect(out).toBe(lines.replace('"1"', '"[masked]"').replace('"4"', '"[masked]"'));
  });
});

describe('what is no JSON', () => {
  it.each(['{"a":tru}', '{"a":1}x', '[1,]', '{a:1}', '["\n"]', '[01]', '"\\x"', '\ufeff{}'])(
    '%j is refused, and nothing from there on leaves',
    (text) => {
      expect(() => run(bodies({ options: { detect } })(), [text])).toThrow(/^JSON: .* at offset \d+$/);
    },
  );

  it('nor is what is nested too deep, or is cut', () => {
    const deep = '['.repeat(10_000);
    expect(() => run(bodies({})(), [deep])).toThrow('deeper than 512');
    expect(() => run(bodies({})(), ['{"a":'])).toThrow('ends at offset 5');
  });
});
