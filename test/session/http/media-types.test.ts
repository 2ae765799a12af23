import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SNIFF_SIZE, sniffContent } from '../../../src/session/http/content-sniffing.ts';
import { parseParameterized, trimBlanks } from '../../../src/session/http/header-values.ts';
import {
  type BodyKind,
  bodyDecisionOf,
  bodyKindOf,
  mediaTypes,
} from '../../../src/session/http/media-types.ts';

describe('bodyKindOf', () => {
  test.each<[string | undefined, BodyKind]>([
    [undefined, 'none-given'],
    [' \t', 'none-given'],
    ['application/json', 'json'],
    ['APPLICATION/Json;Charset="UTF-8"', 'json'],
    ['application/json; charset=utf8;', 'json'],
    ['application/json;profile="a;charset=utf-16"', 'json'],
    ['text/json', 'json'],
    ['application/problem+json', 'json'],
    ['application/vnd.api+JSON; ext="https://example.com/a,b"', 'json'],
    ['application/x-amz-json-1.1', 'json'],
    ['application/x-ndjson', 'json-sequence'],
    ['application/ndjson; charset=utf-8', 'json-sequence'],
    ['application/jsonl', 'json-sequence'],
    ['application/jsonlines', 'json-sequence'],
    ['application/json-seq', 'json-sequence'],
    ['application/geo+json-seq', 'json-sequence'],
    ['application/stream+json', 'json-sequence'],
    ['text/event-stream;charset=utf-8', 'sse'],
    ['application/x-www-form-urlencoded', 'form'],
    ['text/csv; header=present', 'csv'],
    ['text/tab-separated-values', 'csv'],
    ['text/plain', 'text'],
    ['text/html; charset=ISO-8859-1', 'text'],
    ['text/plain; charset="windows\\-1252"', 'text'],
    ['text/x-unheard-of', 'text'],
    ['application/xml', 'text'],
    ['image/svg+xml', 'text'],
    ['application/openapi+yaml', 'text'],
    ['application/javascript', 'text'],
    ['application/graphql', 'text'],
    ['image/png', 'unmaskable'],
    ['application/octet-stream', 'unmaskable'],
    ['multipart/form-data; boundary=x', 'unmaskable'],
    ['multipart/byteranges; boundary=x', 'unmaskable'],
    ['application/pdf', 'unmaskable'],
    ['application/grpc', 'unmaskable'],
    ['application/x-protobuf', 'unmaskable'],
    ['application/vnd.ms-excel', 'unmaskable'],
    ['application/jsonp', 'unmaskable'],
  ])('%j is %s', (contentType, kind) => {
    expect(bodyKindOf(contentType)).toBe(kind);
  });

  test.each([
    'application/json; charset=utf-16',
    'application/json; charset=iso-8859-1',
    'application/x-ndjson; charset=utf-32le',
    'text/event-stream; charset=utf-16',
    'text/plain; charset=utf-16le',
    'text/plain; charset=shift_jis',
    'text/plain; charset=utf-7',
    'text/plain; charset=""',
    'text/csv; charset=ebcdic-cp-us',
    'text/plain; charset=utf-8; charset=utf-8',
    'text/plain; charset=utf-8; CHARSET=utf-16',
    'application/json, text/plain',
    'application/json; charset=utf-8, text/plain',
    'application/json charset=utf-8',
    'application/json; charset =utf-8',
    'application/json; charset="utf-8',
    'application/json; charset=utf-8 ; =',
    'application',
    '/json',
    'application/json/x',
    'application/json\u00a0',
    '; charset=utf-8',
    '*',
  ])('%j is unmaskable', (contentType) => {
    expect(bodyKindOf(contentType)).toBe('unmaskable');
  });

  test('every row of the table is reached by its own types, and gives its reason', () => {
    for (const { types, kind, reason } of mediaTypes) {
      for (const type of types) {
        const example = type.replace('*/*', 'font/x').replace('/*', '/x').replace('*', 'x');
        if (type !== '*/*') expect(bodyDecisionOf(example)).toEqual({ kind, reason });
      }
    }
    expect(mediaTypes.at(-1)?.types).toEqual(['*/*']);
    expect(bodyKindOf('application/x')).toBe('unmaskable');
  });

  test.each<[string | undefined, string, BodyKind]>([
    [undefined, '{"ssn":1}', 'json-sequence'],
    [undefined, 'hello', 'text'],
    [undefined, '', 'text'],
    ['text/plain', ' \r\n[{"ssn":1}]', 'json-sequence'],
    ['text/html', '\u00ef\u00bb\u00bf{ "a":1}', 'json-sequence'],
    ['text/csv', '["a","b"]', 'json-sequence'],
    ['text/event-stream', '{"a":1}', 'json-sequence'],
    ['application/x-www-form-urlencoded', '{"a":1}', 'json-sequence'],
    ['text/plain', ')]}\',\n{"a":1}', 'json-sequence'],
    ['text/plain', '[2026-11-20 10:00:00] started', 'text'],
    ['text/plain', '{', 'text'],
    ['text/event-stream', 'data: {"a":1}\n\n', 'sse'],
    ['text/csv', 'a,b\n1,2\n', 'csv'],
    ['text/plain', '\u00ff\u00fea\u0000', 'unmaskable'],
    ['text/csv', 'a\u0000b\u0000', 'unmaskable'],
    [undefined, '\u0000{\u0000"', 'unmaskable'],
    ['application/json', 'hello', 'json'],
    ['application/json', '{\u0000', 'json'],
    ['application/octet-stream', '{"a":1}', 'unmaskable'],
    ['image/png', '{"a":1}', 'unmaskable'],
  ])('%j that begins with %j is %s', (contentType, first, kind) => {
    expect(bodyKindOf(contentType, Buffer.from(first, 'latin1'))).toBe(kind);
  });

  test('white space that does not end is JSON, so that nothing hides behind it', () => {
    expect(bodyKindOf('text/plain', Buffer.alloc(SNIFF_SIZE - 1, ' '))).toBe('text');
    expect(bodyKindOf('text/plain', Buffer.alloc(SNIFF_SIZE, ' '))).toBe('json-sequence');
    expect(bodyKindOf('text/plain', Buffer.from(`${' '.repeat(SNIFF_SIZE)}hello`))).toBe('json-sequence');
  });
});

describe('sniffContent', () => {
  test.each<[string, ReturnType<typeof sniffContent>]>([
    ['', undefined],
    ['h', undefined],
    ['he', 'text'],
    ['\u00ef\u00bb', undefined],
    ['\u00ef\u00bbx', 'text'],
    ['  ', undefined],
    ['{ \n', undefined],
    ['{}', 'json'],
    ['{a', 'text'],
    ['[ ', undefined],
    ['[[', 'json'],
    ['[]', 'text'],
    ['[ ] buy milk', 'text'],
    ['[12', undefined],
    ['[12,', 'json'],
    ['[-1.5e3 ,', 'json'],
    ['[1] a footnote', 'text'],
    ['[2026-11-20, 10:00] started', 'text'],
    ['[tru', undefined],
    ['[true,', 'json'],
    ['[trust', 'text'],
    ['[INFO] x', 'text'],
    ['\u001e{', 'json'],
    ['while(1);{', 'json'],
    ['wh', undefined],
    ['what', 'text'],
    ['for(;;);', 'json'],
    [')]', undefined],
    ['"a string"', 'text'],
    ['<html>', 'text'],
  ])('%j is %s', (text, expected) => {
    expect(sniffContent(Buffer.from(text, 'latin1'))).toBe(expected);
  });

  test('what is decided stays so, whatever follows', () => {
    const beginning = fc.constantFrom(
      '[12',
      '{ ',
      '[ {',
      '{}',
      '\u001e',
      'while (',
      '[null ',
      '\u00ef\u00bb\u00bf',
    );
    fc.assert(
      fc.property(beginning, fc.string(), (start, rest) => {
        const bytes = Buffer.from(start + rest, 'latin1');
        const verdicts = Array.from({ length: bytes.length + 1 }, (_, size) =>
          sniffContent(bytes.subarray(0, size)),
        );
        const decided = verdicts.findIndex((verdict) => verdict !== undefined);
        if (decided >= 0) expect(new Set(verdicts.slice(decided)).size).toBe(1);
      }),
      { numRuns: 1000 },
    );
  });

  test('JSON with a name in it is recognised, however it is spaced', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(4), (value, indent) => {
        for (const json of [value, [value], [[value]], [null, value]]) {
          expect(sniffContent(Buffer.from(JSON.stringify(json, null, indent)))).toBe('json');
        }
      }),
    );
  });
});

describe('parseParameterized', () => {
  test('reads tokens and quoted strings', () => {
    expect(parseParameterized(' Text/Plain ; A=b;; c="d\\"e;f" ;')).toEqual({
      value: 'text/plain',
      parameters: [
        ['a', 'b'],
        ['c', 'd"e;f'],
      ],
    });
  });

  test('takes time in proportion, whatever it is given', () => {
    for (const part of [' ', ';', ';a=b', ';a="', 'a', '\\"', '; ', '/']) {
      const started = performance.now();
      for (const start of ['a/b', 'a/b;c="', 'a/b;', ''])
        parseParameterized(start + part.repeat(100_000) + '\u0000');
      expect(performance.now() - started).toBeLessThan(1000);
    }
  });
});

describe('trimBlanks', () => {
  test('takes spaces and tabs, nothing else', () => {
    expect(trimBlanks(' \t a \t')).toBe('a');
    expect(trimBlanks('\u00a0a\n')).toBe('\u00a0a\n');
    expect(trimBlanks(' \t')).toBe('');
  });
});
