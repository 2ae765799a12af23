import { describe, expect, it } from 'vitest';
import { maskEmbeddedJson } from '../../../src/session/http/embedded-json.ts';
import { bodyOf, httpSessions, ok, sized } from '../../support/http-session.ts';

const open = await httpSessions({
  fields: [
    { name: 'ssn', mask: 'redact' },
    { path: '$.result.content[*].text[*].code', mask: 'redact' },
  ],
  detect: { mask: 'redact', label: '[gone]' },
});

/** What becomes of a text inside a document. */
const masked = (text: string): string => {
  const body = bodyOf(
    open,
    sized(ok('application/json'), JSON.stringify({ result: { content: [{ text }] } })),
  );
  return (JSON.parse(body) as { result: { content: { text: string }[] } }).result.content[0]!.text;
};

describe('JSON inside of text inside of a string', () => {
  it.each([
    ['Found 1 row:\n{"ssn": "canary", "n":1.0}', 'Found 1 row:\n{"ssn": "[masked]", "n":1.0}'],
    ['```json\n[ {"code":"canary"} ]\n```\nDone.', '```json\n[ {"code":"[masked]"} ]\n```\nDone.'],
    ['a {"ssn":"canary"} b {"x":{"ssn":["canary"]}} c', 'a {"ssn":"[masked]"} b {"x":{"ssn":"[masked]"}} c'],
    ['see {"n": "}{", "ssn":"canary \\" }"}!', 'see {"n": "}{", "ssn":"[masked]"}!'],
    ['js: { "a": f({"ssn":"canary"}), } end', 'js: { "a": f({"ssn":"[masked]"}), } end'],
    ['log {"a":{"ssn":"canary"},"cut', 'log {"a":{"ssn":"[masked]"},"cut'],
    ['ask ada@canary.org: {"m":"ada@canary.org"}', 'ask [gone]: {"m":"[gone]"}'],
    [
      'data: {"ssn":"canary"}\r\ndata: {"ssn":"canary"}',
      'data: {"ssn":"[masked]"}\r\ndata: {"ssn":"[masked]"}',
    ],
    ['in a string: {"s":"{\\"ssn\\":\\"canary\\"}"}', 'in a string: {"s":"{\\"ssn\\":\\"[masked]\\"}"}'],
    [`long: {"${'k'.repeat(500)}":1,"ssn":"canary"}`, `long: {"${'k'.repeat(500)}":1,"ssn":"[masked]"}`],
    [`wide: {${' '.repeat(500)}"ssn":"canary"}`, `wide: {${' '.repeat(500)}"ssn":"[masked]"}`],
    ['deep: [[[[[{"ssn":"canary"}]]]]]', 'deep: [[[[[{"ssn":"[masked]"}]]]]]'],
    ['callback({"ssn":"canary"});', 'callback({"ssn":"[masked]"});'],
  ])('%j becomes %j', (text, result) => {
    expect(masked(text)).toBe(result);
  });

  it.each(['if (a) { "use strict"; }', 'a { b: "c" } {"n": 1.0, "m" : [ ] } [{}]', 'set {"a", "b"} of {'])(
    '%j stays as it is',
    (text) => {
      expect(masked(text)).toBe(text);
    },
  );

  it('fails closed where looking takes too long', () => {
    const text = Buffer.from(`x ${'{"a":'.repeat(20_000)}`);
    expect(maskEmbeddedJson(text, () => undefined)).toBeUndefined();
    expect(masked(`x ${'{"a":'.repeat(20_000)}`)).toBe('[masked]');
  });

  it('gives the very same text back when nothing changes', () => {
    const text = Buffer.from('a {"b":1} c');
    expect(maskEmbeddedJson(text, (document) => document)).toBe(text);
    expect(maskEmbeddedJson(text, () => undefined)).toBe(text);
  });
});
