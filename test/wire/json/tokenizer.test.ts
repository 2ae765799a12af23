import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonPathStep } from '../../../src/wire/json/json-path.ts';
import { decodeJsonText } from '../../../src/wire/json/string-literal.ts';
import { type JsonVisitor, walkJson } from '../../../src/wire/json/tokenizer.ts';
import { everyTruncation, expectOnlyWiremaskErrors, mutations } from '../../support/properties.ts';

function utf8(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

function walk(document: Uint8Array, visitor: JsonVisitor = {}, depthMax = 64): void {
  walkJson(document, 0, document.length, visitor, depthMax);
}

function codeOf(text: string, depthMax = 64): string | undefined {
  return expectOnlyWiremaskErrors(() => walk(utf8(text), {}, depthMax));
}

// One line per call: what, which bytes, and the path.
function trace(text: string): string[] {
  const bytes = utf8(text);
  const cut = (start: number, end: number) => Buffer.from(bytes.subarray(start, end)).toString();
  const at = (path: readonly JsonPathStep[]) => JSON.stringify(path);
  const lines: string[] = [];
  walk(bytes, {
    enter: (container, start, path) => lines.push(`enter ${container} ${start} ${at(path)}`),
    leave: (container, start, end, path) => lines.push(`leave ${container} ${cut(start, end)} ${at(path)}`),
    key: (name, start, end, path) => lines.push(`key ${name} ${cut(start, end)} ${at(path)}`),
    scalar: (type, start, end, path) => lines.push(`${type} ${cut(start, end)} ${at(path)}`),
  });
  return lines;
}

// Builds the value the walker describes, to be compared with JSON.parse.
function build(document: Uint8Array): unknown {
  const open: { value: unknown[] | Map<string, unknown> }[] = [{ value: [] }];
  let key = '';
  const keys: string[] = [];
  const add = (value: unknown) => {
    const top = open.at(-1)!.value;
    if (Array.isArray(top)) top.push(value);
    else top.set(key, value);
  };
  walk(document, {
    enter: (container) => {
      keys.push(key);
      open.push({ value: container === 'array' ? [] : new Map() });
    },
    leave: () => {
      const closed = open.pop()!.value;
      key = keys.pop()!;
      add(Array.isArray(closed) ? closed : Object.fromEntries(closed));
    },
    key: (name) => {
      key = name;
    },
    scalar: (type, start, end) => {
      const text = Buffer.from(document.subarray(start, end)).toString();
      if (type === 'string') add(decodeJsonText(document, start, end));
      else add(type === 'number' ? Number(text) : { true: true, false: false, null: null }[type]);
    },
  });
  return (open[0]!.value as unknown[])[0];
}

// Documents at the border of the grammar, on both sides of it.
const borderlineDocuments = [
  '',
  ' ',
  '{',
  '}',
  '[',
  ']',
  '[1',
  '[1,',
  '[1,]',
  '[,1]',
  '{"a"}',
  '{"a":}',
  '{"a":1,}',
  '{a:1}',
  "{'a':1}",
  '[1 2]',
  '[1}',
  '{"a":1]',
  '01',
  '-',
  '-01',
  '1.',
  '.5',
  '1e',
  '1e+',
  '+1',
  '1.0',
  '0',
  '-0',
  '1e5',
  '1E-5',
  'tru',
  'true',
  'trueX',
  'nul',
  'null',
  'False',
  'NaN',
  '"',
  '"a',
  '"\\"',
  '"\\x"',
  '"\\u12"',
  '"\\u12g4"',
  '"\\u1234"',
  '"\t"',
  '"\\t"',
  '""',
  '[]',
  '{}',
  '[[]]',
  '{"a":{}}',
  '[{}',
  'true false',
  '1 1',
  '\ufeff1',
  '[1]]',
  '/**/1',
  '{"a":1 "b":2}',
  '{"a" 1}',
  '{1:1}',
  '\v1',
  '\u00a01',
  '[1\n,\r\t2 ]',
];

describe('walkJson', () => {
  it('reports keys, scalars and containers with their bytes and paths', () => {
    expect(trace(' {"a" : [1, "x\\"", {}], "b":{"c":null}} ')).toEqual([
      'enter object 1 []',
      'key a "a" ["a"]',
      'enter array 8 ["a"]',
      'number 1 ["a",0]',
      'string "x\\"" ["a",1]',
      'enter object 19 ["a",2]',
      'leave object {} ["a",2]',
      'leave array [1, "x\\"", {}] ["a"]',
      'key b "b" ["b"]',
      'enter object 28 ["b"]',
      'key c "c" ["b","c"]',
      'null null ["b","c"]',
      'leave object {"c":null} ["b"]',
      'leave object {"a" : [1, "x\\"", {}], "b":{"c":null}} []',
    ]);
  });

  it('reports a scalar document, and doubled keys one by one', () => {
    expect(trace('"x"')).toEqual(['string "x" []']);
    expect(trace('-1.5E+3')).toEqual(['number -1.5E+3 []']);
    expect(trace('{"a":true,"a":false}').filter((line) => line.includes('e ['))).toEqual([
      'true true ["a"]',
      'false false ["a"]',
    ]);
  });

  it('decodes keys', () => {
    expect(trace('{"\\u0061\\n\\ud83d\\ude00":0}')[2]).toBe('number 0 ["a\\n\u{1f600}"]');
  });

  it('keeps within its window', () => {
    const bytes = utf8('[[1]]');
    const seen: number[] = [];
    walkJson(bytes, 1, 4, { scalar: (_type, start) => seen.push(start) }, 8);
    expect(seen).toEqual([2]);
    expect(expectOnlyWiremaskErrors(() => walkJson(bytes, 1, 3, {}, 8))).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });

  it('describes the same value as JSON.parse', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(undefined, 1, '\t'), (text, indent) => {
        const parsed: unknown = JSON.parse(text);
        expect(build(utf8(JSON.stringify(parsed, null, indent)))).toEqual(parsed);
      }),
    );
  });

  it('refuses exactly what JSON.parse refuses', () => {
    for (const text of borderlineDocuments) {
      const expected = isJson(text) ? undefined : 'WIREMASK_ERR_MESSAGE_BODY';
      expect(codeOf(text), JSON.stringify(text)).toBe(expected);
    }
  });

  it('agrees with JSON.parse on damaged documents', () => {
    const document = utf8('{"a":[1,-2.5e3,"x\\u0041\\n",true,false,null,{}],"b c":{"d":[[],{"e":""}]}}');
    let accepted = 0;
    for (const damaged of [...everyTruncation(document), ...mutations(document, 8, 5000)]) {
      const code = expectOnlyWiremaskErrors(() => walk(damaged));
      const text = Buffer.from(damaged).toString('utf8');
      // A key that is not UTF-8 is refused; JSON.parse only sees it replaced.
      if (code === 'WIREMASK_ERR_VALUE_ENCODING') continue;
      expect(code === undefined, text).toBe(isJson(text));
      if (code === undefined) accepted++;
    }
    expect(accepted).toBeGreaterThan(0);
  });

  it('refuses a key that is not UTF-8', () => {
    const document = Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x30, 0x7d);
    expect(expectOnlyWiremaskErrors(() => walk(document))).toBe('WIREMASK_ERR_VALUE_ENCODING');
  });

  it('counts depth by containers, and does not run out of stack', () => {
    expect(codeOf('[[[]]]', 3)).toBeUndefined();
    expect(codeOf('[[[]]]', 2)).toBe('WIREMASK_ERR_MESSAGE_BODY');
    expect(codeOf('{"a":{"b":1}}', 1)).toBe('WIREMASK_ERR_MESSAGE_BODY');
    expect(codeOf('1', 0)).toBeUndefined();
    expect(codeOf('['.repeat(200_000) + ']'.repeat(200_000), 200_000)).toBeUndefined();
    expect(codeOf('['.repeat(200_000), 100)).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });

  it('names no content in its errors', () => {
    expect(() => walk(utf8('{"secret":hunter2}'))).toThrow(/^JSON: value expected at offset 10$/);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
