import { describe, expect, it } from 'vitest';
import { createMasker } from '../../../src/masker.ts';
import {
  bodyOf,
  chunked,
  get,
  httpSessions,
  ok,
  play,
  refusalOf,
  sized,
} from '../../support/http-session.ts';

const open = await httpSessions({
  fields: [
    { path: ['$..ssn', '$.users[*].password'], mask: 'redact' },
    { name: '*token*', mask: 'partial', keepLast: 2 },
  ],
  detect: { mask: 'redact', label: '[gone]' },
});

const mail = 'canary@qz7vkp.com';
const masked = (body: string | Uint8Array): string => bodyOf(open, sized(ok('application/json'), body));
const refused = (body: string | Uint8Array): string =>
  refusalOf(open, [
    ['client', get],
    ['server', sized(ok('application/json'), body)],
  ]);

describe('JSON: what is not masked stays, byte by byte', () => {
  it.each([
    ['numbers', '[1.0,-0,1e400,1E+2,9007199254740993,0.10,-1.5e-10,12345678901234567890123]'],
    ['spaces', ' {\t"b" :\r\n[ ] ,"a":{ } , "c" : [ 1 ,2 ] }\n '],
    ['escapes', '"\\u0041\\/\\b\\f\\n\\r\\t\\"\\\\\\u00e4"'],
    ['surrogates', '["\\ud83d\\ude00","\\ud83d","\\ude00\\ud83d","\\uD83Dx","😀"]'],
    ['duplicate keys', '{"a":1,"a":2,"":3,"":4}'],
    ['order of keys', '{"z":1,"a":2,"2":3,"1":4,"__proto__":5,"constructor":6}'],
    ['literals', '[true,false,null]'],
    ['a string', '"a"'],
    ['a number', '-0'],
    ['JSON in strings', '{"a":"{\\"b\\":\\"{\\\\\\"c\\\\\\":1}\\"}","d":"[1, 2"}'],
  ])('%s', (_, body) => {
    expect(masked(body)).toBe(body);
  });

  it('bytes that are no UTF-8, in a string', () => {
    const bytes = Buffer.concat([Buffer.from('["a'), Buffer.from([0xff, 0xc3]), Buffer.from('"]')]);
    expect(masked(bytes)).toBe(bytes.toString('latin1'));
  });
});

describe('JSON: what is masked', () => {
  it.each([
    ['a key in escapes', '{"\\u0073\\u0073\\u006e":"canary"}', '{"\\u0073\\u0073\\u006e":"[masked]"}'],
    ['both of two keys', '{"ssn":"canary","ssn":"canary"}', '{"ssn":"[masked]","ssn":"[masked]"}'],
    ['a value in escapes', `{"a":"c\\u0061nary@qz7vkp.com"}`, '{"a":"[gone]"}'],
    ['a value beside a solidus', `{"a":"\\/\\/${mail}\\/"}`, /^\{"a":".*\[gone\].*"\}$/],
    ['a value behind a lone surrogate', `{"a":"\\ud83d ${mail}"}`, /^\{"a":".* \[gone\]"\}$/],
    ['a number under a name', '{"ssn":123456789,"n":123}', '{"ssn":0,"n":123}'],
    ['a boolean under a name', '{"ssn":true,"x":false}', '{"ssn":null,"x":false}'],
    ['null under a name', '{"ssn":null}', '{"ssn":null}'],
    ['an object under a name', '{"ssn":{"a":["canary"]},"b":1}', '{"ssn":"[masked]","b":1}'],
    ['an empty array under a name', '{"ssn":[ ],"b":1}', '{"ssn":"[masked]","b":1}'],
    ['elements', '{"users":[{"password":"canary"},{"id":1,"password":"canary"}]}', /^[^c]*$/],
    ['a part', '{"accessToken":"canary42"}', /^\{"accessToken":"[^a-z]+42"\}$/],
    ['a value that is a key', `{"${mail}":1,"b":2}`, '{"[gone]":1,"b":2}'],
    ['pairs', '[{"name":"ssn","value":"canary"}]', '[{"name":"ssn","value":"[masked]"}]'],
    ['rows', '{"columns":["id","ssn"],"rows":[[1,"canary"]]}', /"rows":\[\[1,"\[masked\]"\]\]/],
    ['JSON in a string', '{"a":"{\\"ssn\\":\\"canary\\"}"}', '{"a":"{\\"ssn\\":\\"[masked]\\"}"}'],
  ])('%s', (_, body, expected) => {
    const out = masked(body);
    if (typeof expected === 'string') expect(out).toBe(expected);
    else expect(out).toMatch(expected);
    expect(out).not.toContain('canary');
    expect(() => JSON.parse(out)).not.toThrow();
  });

  it('JSON in a string in a string, three deep', () => {
    const nest = (depth: number): string =>
      depth === 0 ? '{"ssn":"canary","n":1.0}' : JSON.stringify({ a: nest(depth - 1) });
    for (const depth of [1, 2, 3]) {
      const out = masked(nest(depth));
      expect(out).toBe(nest(depth).replace('canary', '[masked]'));
    }
  });

  it('an SSN as a number: its name is the context detectors need', async () => {
    const detecting = await httpSessions({ detect: { mask: 'redact' } });
    for (const body of ['{"ssn":536904399}', '{"data":{"customer":{"ssn":536904399}}}']) {
      const out = bodyOf(detecting, sized(ok('application/json'), body));
      expect(out).toBe(body.replace('536904399', '0'));
    }
  });
});

describe('JSON: sizes', () => {
  it('a string over many chunks', () => {
    const long = `${'word '.repeat(50_000)}${mail}${' word'.repeat(50_000)}`;
    const out = bodyOf(open, chunked(ok('application/json'), `["${long}",1]`, { size: 1000 }));
    expect(out).toBe(`["${long.replace(mail, '[gone]')}",1]`);
  });

  it('a string beyond its limit is masked whole, wherever it is cut', async () => {
    const small = await httpSessions(
      { fields: [{ path: '$.ssn', mask: 'redact' }] },
      { valueSizeMax: 64, depthMax: 5 },
    );
    const body = `{"a":"${'canary'.repeat(20)}","b":"x"}`;
    expect(bodyOf(small, sized(ok('application/json'), body))).toBe('{"a":"[masked]","b":"x"}');
    const { failure } = play(small(), [
      ['client', get],
      ['server', sized(ok('application/json'), '[[[[[[1]]]]]]')],
    ]);
    expect(failure?.code).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });

  it('10,000 deep: refused, or passed where the limit says so', async () => {
    const deep = '['.repeat(10_000) + '"canary"' + ']'.repeat(10_000);
    const turns = [
      ['client', get],
      ['server', sized(ok('application/json'), deep)],
    ] as const;
    const { failure, down } = play(open(), turns);
    expect(failure?.code).toMatch(/^WIREMASK_ERR_(?:MESSAGE_BODY|MESSAGE_SIZE)$/);
    expect(down.includes('canary')).toBe(false);
    const masking = { fields: [{ path: '$..ssn', mask: 'redact' }] } as const;
    const masker = await createMasker({ masking, httpLimits: { depthMax: 20_000 } });
    const objects = '{"a":'.repeat(10_000) + '{"ssn":"canary"}' + '}'.repeat(10_000);
    const body = masker.json();
    const out = Buffer.concat([...body.push(Buffer.from(objects)), ...body.end()]).toString();
    expect(out).toBe(objects.replace('canary', '[masked]'));
  });
});

describe('JSON: what is none', () => {
  it.each([
    ['trailing bytes', '{"ssn":"canary"} x'],
    ['two texts', '[1]["canary"]'],
    ['comments', '{"a":1,/* canary */"b":2}'],
    ['NaN', '[NaN,"canary"]'],
    ['Infinity', '[-Infinity]'],
    ['a trailing comma', '{"ssn":"canary",}'],
    ['a key without quotes', '{ssn:"canary"}'],
    ['single quotes', "{'ssn':'canary'}"],
    ['a leading zero', '[01]'],
    ['a hex number', '[0x1f]'],
    ['control characters', '["a\u0001canary"]'],
    ['an unknown escape', '["\\xcanary"]'],
    ['white space of Unicode', '\u00a0[1]'],
    ['a lone bracket', ']canary'],
  ])('%s', (_, body) => {
    expect(refused(body)).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });

  it.each(['{"ssn":"canary"', '{"ssn":"canary', '["a",', '[1', '{"a"'])(
    'a text without its end: %s',
    (body) => {
      expect(refused(body)).toBe('WIREMASK_ERR_TRUNCATED');
    },
  );
});
