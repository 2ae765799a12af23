import fc from 'fast-check';
import { types } from 'pg';
import { describe, expect, it } from 'vitest';
import type { MaskerSpec } from '../../../../src/mask/masker.ts';
import { codecFor } from '../../../../src/wire/postgres/types/codec-for.ts';
import { serverArrays, serverRanges, serverScalars } from '../../../wire/postgres/types/server-values.ts';
import { type CellSetup, maskCell, maskText, oidOf, typeOf } from './cell-support.ts';

const redact: MaskerSpec = { mask: 'redact' };
const last4: MaskerSpec = { mask: 'partial', keepLast: 4 };
const hash: MaskerSpec = { mask: 'keyed-hash', key: Buffer.from('key') };
const nullify: MaskerSpec = { mask: 'nullify' };
const binary: CellSetup = { formatCode: 1 };

function hexOf(spec: MaskerSpec, typeName: string, hex: string, setup: CellSetup = {}): string | null {
  const masked = maskCell(spec, typeName, Buffer.from(hex, 'hex'), { formatCode: 1, ...setup });
  return masked === null ? null : masked.toString('hex');
}

describe('compileCellMasker on scalar types', () => {
  const redacted: Record<string, readonly [text: string, binaryHex: string]> = {
    bool: ['f', '00'],
    int2: ['0', '0000'],
    int4: ['0', '00000000'],
    int8: ['0', '0000000000000000'],
    oid: ['0', '00000000'],
    xid: ['0', '00000000'],
    xid8: ['0', '0000000000000000'],
    float4: ['0', '00000000'],
    float8: ['0', '0000000000000000'],
    numeric: ['0', '0000000000000000'],
    money: ['$0.00', '0000000000000000'],
    text: ['[masked]', '5b6d61736b65645d'],
    varchar: ['[masked]', '5b6d61736b65645d'],
    name: ['[masked]', '5b6d61736b65645d'],
    char: ['[', '5b'],
    bytea: ['\\x5b6d61736b65645d', '5b6d61736b65645d'],
    uuid: ['00000000-0000-0000-0000-000000000000', '00000000000000000000000000000000'],
    json: ['"[masked]"', '225b6d61736b65645d22'],
    jsonb: ['"[masked]"', '01225b6d61736b65645d22'],
    date: ['1970-01-01', 'ffffd533'],
    time: ['00:00:00', '0000000000000000'],
    timetz: ['00:00:00+00', '000000000000000000000000'],
    timestamp: ['1970-01-01 00:00:00', 'fffca2fec4c82000'],
    timestamptz: ['1970-01-01 00:00:00+00', 'fffca2fec4c82000'],
    interval: ['00:00:00', '00000000000000000000000000000000'],
    inet: ['0.0.0.0', '0220000400000000'],
    cidr: ['0.0.0.0/32', '0220010400000000'],
    macaddr: ['00:00:00:00:00:00', '000000000000'],
    macaddr8: ['00:00:00:00:00:00:00:00', '0000000000000000'],
    varbit: ['0', '0000000100'],
    bit: ['0', '0000000100'],
    point: ['(0,0)', '00000000000000000000000000000000'],
    tsvector: ["'[masked]'", '000000015b6d61736b65645d000000'],
  };

  it.each(serverScalars)('redacts %s %j in both formats', (name, text, hex) => {
    const expected = redacted[name];
    expect(maskText(redact, name, text)).toBe(expected?.[0]);
    expect(hexOf(redact, name, hex)).toBe(expected?.[1]);
  });

  it.each(serverScalars)('%s %j: partial and replace give a value of the type or NULL', (name, text, hex) => {
    const type = typeOf(oidOf(name));
    const codec = type && codecFor(type);
    for (const spec of [last4, hash, { mask: 'replace', value: '12' } as const]) {
      const inText = maskText(spec, name, text);
      const inBinary = hexOf(spec, name, hex);
      expect(inText === null).toBe(inBinary === null);
      if (inText === null || inBinary === null) continue;
      // Both formats hold the same value: also the parity of the keyed hash.
      expect(codec?.toText(Buffer.from(inBinary, 'hex'))).toBe(
        name === 'bytea' ? inText : codec?.toText(codec.fromText(inText)),
      );
    }
    expect(maskText(nullify, name, text)).toBeNull();
    expect(hexOf(nullify, name, hex)).toBeNull();
  });

  it('the pg client reads every redacted value', () => {
    const read = (name: string, text: string): unknown =>
      types.getTypeParser(oidOf(name), 'text')(maskText(redact, name, text) as string);
    expect(read('bool', 't')).toBe(false);
    expect(read('int4', '7')).toBe(0);
    expect(read('float8', '7')).toBe(0);
    expect(read('bytea', '\\x00')).toEqual(Buffer.from('[masked]'));
    expect(read('jsonb', '{"a":1}')).toBe('[masked]');
    expect(read('timestamptz', '2026-01-01 00:00:00+00')).toEqual(new Date(0));
    expect(read('point', '(1,2)')).toEqual({ x: 0, y: 0 });
    expect(read('interval', '1 day')).toEqual({});
    expect(read('_text', '{a,NULL}')).toEqual(['[masked]', null]);
    expect(read('_int4', '{1,2}')).toEqual([0, 0]);
  });

  it('keeps text within the column length, and fills char(n) up', () => {
    expect(maskText(redact, 'varchar', 'secret', { typeModifier: 4 + 4 })).toBe('[mas');
    expect(maskText(redact, 'bpchar', 'secret    ', { typeModifier: 10 + 4 })).toBe('[masked]  ');
    expect(maskText(redact, 'bpchar', 'sec', { typeModifier: 3 + 4 })).toBe('[ma');
    expect(maskText(last4, 'bpchar', '123-45-6789    ', { typeModifier: 15 + 4 })).toBe('***-**-6789    ');
    expect(hexOf(redact, 'bit', '0000000380', { typeModifier: 3 })).toBe('0000000300');
    expect(maskText(hash, 'numeric', '12.50', { typeModifier: ((5 << 16) | 2) + 4 })).toMatch(
      /^\d{1,3}\.\d\d$/,
    );
  });

  it('hashes char(n) as its value without the padding', () => {
    expect(maskText(hash, 'bpchar', 'bob   ')).toBe(maskText(hash, 'text', 'bob'));
  });

  it('a type that nobody knows becomes NULL, whatever the masker', () => {
    for (const spec of [redact, last4, hash, nullify]) {
      expect(maskText(spec, 'geometry', '0101000020')).toBeNull();
      expect(maskText(spec, 'loop', 'x')).toBeNull();
      expect(maskText(spec, 'path', '((0,0),(1,1))')).toBeNull();
      expect(maskText(spec, 'record', '(a,b)')).toBeNull();
    }
  });

  it('an enum becomes NULL unless the rule names one of its labels', () => {
    expect(maskText(redact, 'mood', 'happy')).toBeNull();
    expect(maskText({ mask: 'replace', value: 'sad' }, 'mood', 'happy')).toBe('sad');
    expect(maskText({ mask: 'replace', value: 'mad' }, 'mood', 'happy')).toBeNull();
  });

  it('a domain is masked as its base type', () => {
    expect(maskText(last4, 'email', '123-45-6789')).toBe('***-**-6789');
  });

  it('text dates become NULL when the client has another DateStyle; binary ones do not', () => {
    const german: CellSetup = { isDateStyleIso: false };
    expect(maskText(redact, 'date', '20.11.2026', german)).toBeNull();
    expect(maskText(redact, 'timestamptz', '20.11.2026 08:00:00 UTC', german)).toBeNull();
    expect(maskText(redact, '_date', '{20.11.2026}', german)).toBeNull();
    expect(maskText(redact, 'time', '08:00:00', german)).toBe('00:00:00');
    expect(hexOf(redact, 'date', '0000265c', german)).toBe('ffffd533');
  });

  it('a value that cannot be read is redacted', () => {
    expect(maskCell(last4, 'text', Buffer.from('3132ff34353637383930', 'hex'))?.toString()).toBe('[masked]');
    expect(maskCell(hash, 'text', Buffer.from([0xff]))?.toString()).toBe('[masked]');
    expect(hexOf(hash, 'int4', '0000')).toBe('00000000');
    expect(hexOf(hash, 'jsonb', '027b7d')).toBe('01225b6d61736b65645d22');
    expect(hexOf(hash, 'numeric', 'ff')).toBe('0000000000000000');
  });

  it('an xml replacement is never markup', () => {
    expect(maskText({ mask: 'replace', value: '<evil/>' }, 'xml', '<a/>')).toBeNull();
    expect(maskText(redact, 'xml', '<a/>')).toBe('<masked/>');
  });
});

describe('compileCellMasker on arrays', () => {
  it('masks every element and keeps dimensions and NULLs', () => {
    expect(maskText(redact, '_text', '{a,"b c",NULL}')).toBe('{[masked],[masked],NULL}');
    expect(maskText(redact, '_int4', '[0:1]={5,6}')).toBe('[0:1]={0,0}');
    expect(maskText(redact, '_text', '{}')).toBe('{}');
    expect(maskText(last4, '_text', '{{"1234 5678"},{123456789}}')).toBe('{{"**** 5678"},{*****6789}}');
    expect(maskText(redact, '_jsonb', '{"{\\"a\\": 1}"}')).toBe('{"\\"[masked]\\""}');
    expect(maskText(redact, '_varchar', '{secret}', { typeModifier: 8 })).toBe('{[mas}');
    expect(maskText(redact, '_timestamp', '{"2026-01-01 00:00:00"}')).toBe('{"1970-01-01 00:00:00"}');
    expect(maskText(redact, '_int4range', '{"[1,2)"}')).toBe('{empty}');
  });

  it.each(serverArrays)('redacts %s[] %s alike in both formats', (name, text, hex) => {
    const inText = maskText(redact, `_${name}`, text);
    const inBinary = hexOf(redact, `_${name}`, hex);
    const one = name === 'int4' ? '0000000400000000' : '000000085b6d61736b65645d';
    const count = (literal: string): number =>
      (literal.match(/NULL(?!")|\[masked\]|\b0\b(?!:)/g) ?? []).length;
    const elements = inText === null ? 0 : count(inText.replace(/^\[.*?=/, ''));
    expect((inBinary?.split(one).length ?? 0) - 1 + (inBinary?.split('ffffffff').length ?? 0) - 1).toBe(
      elements,
    );
    expect(text === '{}' || elements > 0).toBe(true);
  });

  it('a malformed array becomes NULL', () => {
    for (const literal of ['{a', 'a', '{a,}', '{"a}', ''])
      expect(maskText(redact, '_text', literal)).toBeNull();
    expect(hexOf(redact, '_text', '00')).toBeNull();
    expect(hexOf(redact, '_text', '000000010000000000000019000000017fffffff')).toBeNull();
  });

  it('an array whose elements could only be NULL is NULL', () => {
    expect(maskText(redact, '_mood', '{sad,happy}')).toBeNull();
    expect(maskText(nullify, '_text', '{a}')).toBeNull();
    expect(maskText(redact, '_box', '{(1,1),(0,0)}')).toBeNull();
  });

  it('never shows an element', () => {
    const readArray = types.getTypeParser(oidOf('_text'), 'text');
    // Upper case: labels and tokens are lower case, so nothing is in them by chance.
    const word = fc.stringMatching(/^[A-Z"\\{},]{4,12}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        const literal = `{${words.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
        for (const spec of [redact, hash]) {
          const masked = readArray(maskText(spec, '_text', literal) ?? '{}') as string[];
          expect(masked).toHaveLength(words.length);
          for (const [index, text] of words.entries()) expect(masked[index]).not.toContain(text);
        }
      }),
    );
  });
});

describe('compileCellMasker on composites and ranges', () => {
  const person = '(7,alice@example.com,"{a,""b c""}",2000-02-03,0xff)';

  it('masks each attribute by its type; one of an unknown type becomes NULL', () => {
    expect(maskText(redact, 'person', person)).toBe('(0,[masked],"{[masked],[masked]}",1970-01-01,)');
    expect(maskText(redact, 'person', '(7,,,,)')).toBe('(0,,,,)');
    expect(maskText(redact, '_person', `{"${person.replaceAll('"', '\\"')}"}`)).toBe(
      '{"(0,[masked],\\"{[masked],[masked]}\\",1970-01-01,)"}',
    );
  });

  it('a row with other attributes than known becomes NULL', () => {
    expect(maskText(redact, 'person', '(7,x)')).toBeNull();
    expect(maskText(redact, 'person', '7')).toBeNull();
    expect(maskText(redact, 'pg_class', '(1,2)')).toBeNull();
  });

  it('masks binary attributes by the types that the bytes name', () => {
    const row = '00000002' + '00000017' + '0000000400000007' + '00000019' + '00000003626f62';
    const masked = '00000002' + '00000017' + '0000000400000000' + '00000019' + '000000085b6d61736b65645d';
    expect(hexOf(redact, 'record', row)).toBe(masked);
    expect(hexOf(redact, 'person', row)).toBe(masked);
    const unknown = '00000001' + '0001ffff' + '00000003626f62';
    expect(hexOf(redact, 'record', unknown)).toBe('00000001' + '0001ffff' + 'ffffffff');
    expect(hexOf(redact, 'record', '0000000200000017')).toBeNull();
  });

  it('rows nested deeper than any type become NULL inside, without a crash', () => {
    let row = Buffer.from('00000001' + '00000019' + '00000006' + '736563726574', 'hex');
    for (let depth = 0; depth < 5000; depth++) {
      const head = Buffer.alloc(12);
      head.writeInt32BE(1);
      head.writeInt32BE(2249, 4);
      head.writeInt32BE(row.length, 8);
      row = Buffer.concat([head, row]);
    }
    expect(maskCell(redact, 'record', row, binary)?.includes('secret')).toBe(false);
  });

  it.each(serverRanges)('%s %s becomes empty in both formats', (name, text, hex) => {
    const isMultirange = name.includes('multi');
    expect(maskText(redact, name, text)).toBe(isMultirange ? '{}' : 'empty');
    expect(hexOf(hash, name, hex)).toBe(isMultirange ? '00000000' : '01');
    expect(maskText({ mask: 'replace', value: '1' }, name, text)).toBeNull();
    expect(maskText(nullify, name, text)).toBeNull();
  });
});

describe('compileCellMasker on documents with paths', () => {
  const document =
    '{ "ssn" : "123-45-6789", "n": 1.50, "users": [ {"email":"a@b.c","id":1}, {"email":null} ] }';

  it('replaces the named parts and keeps every other byte', () => {
    expect(maskText(redact, 'json', document, { jsonPaths: ['$.ssn', '$.users[*].email'] })).toBe(
      '{ "ssn" : "[masked]", "n": 1.50, "users": [ {"email":"[masked]","id":1}, {"email":null} ] }',
    );
    expect(maskText(last4, 'json', document, { jsonPaths: ['$..ssn'] })).toBe(
      document.replace('123-45-6789', '***-**-6789'),
    );
    expect(maskText(redact, 'json', document, { jsonPaths: ['$.users', '$.users[0].id'] })).toBe(
      '{ "ssn" : "123-45-6789", "n": 1.50, "users": "[masked]" }',
    );
    expect(maskText(nullify, 'json', document, { jsonPaths: ['$.ssn', '$.n'] })).toBe(
      document.replace('"123-45-6789"', 'null').replace('1.50', 'null'),
    );
  });

  it('finds a key whatever its escapes, and every one of two equal keys', () => {
    expect(maskText(redact, 'json', '{"s\\u0073n":"x","ssn":"y"}', { jsonPaths: ['$.ssn'] })).toBe(
      '{"s\\u0073n":"[masked]","ssn":"[masked]"}',
    );
  });

  it('keeps the version byte of binary jsonb', () => {
    const masked = maskCell(redact, 'jsonb', Buffer.from(`\x01${document}`), {
      formatCode: 1,
      jsonPaths: ['$.n'],
    });
    expect(masked?.toString()).toBe(`\x01${document.replace('1.50', '"[masked]"')}`);
  });

  it('a document that cannot be read is redacted whole', () => {
    const jsonPaths = ['$.a'];
    expect(maskText(redact, 'json', '{"a":1', { jsonPaths })).toBe('"[masked]"');
    expect(maskText(redact, 'json', `${'['.repeat(600)}${']'.repeat(600)}`, { jsonPaths })).toBe(
      '"[masked]"',
    );
    expect(
      maskCell(redact, 'json', Buffer.from('7b2261223a22ff227d', 'hex'), { jsonPaths })?.toString(),
    ).toBe('"[masked]"');
    expect(maskCell(redact, 'jsonb', Buffer.from('{}'), { formatCode: 1, jsonPaths })?.toString()).toBe(
      '\x01"[masked]"',
    );
  });

  it('paths apply inside arrays of documents; other types are masked whole', () => {
    expect(maskText(redact, '_json', '{"{\\"a\\":1,\\"b\\":2}"}', { jsonPaths: ['$.a'] })).toBe(
      '{"{\\"a\\":\\"[masked]\\",\\"b\\":2}"}',
    );
    expect(maskText(redact, 'text', '{"a":1}', { jsonPaths: ['$.b'] })).toBe('[masked]');
  });

  it('stays a document that differs at the path alone', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (rest, secret) => {
        const value = { ...rest, ssn: secret };
        const masked = JSON.parse(
          maskText(redact, 'json', JSON.stringify(value), { jsonPaths: ['$.ssn'] }) as string,
        );
        const expected = JSON.parse(JSON.stringify({ ...value, ssn: secret === null ? null : '[masked]' }));
        expect(masked).toEqual(expected);
      }),
    );
  });
});

describe('compileCellMasker on arbitrary bytes', () => {
  it('never throws, and shows nothing of the value', () => {
    const names = [
      'text',
      'int4',
      'numeric',
      'jsonb',
      '_text',
      '_int4',
      'person',
      'record',
      '_person',
      'inet',
      'tsvector',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.constantFrom<0 | 1>(0, 1),
        fc.uint8Array({ maxLength: 60 }),
        (name, formatCode, bytes) => {
          for (const spec of [redact, hash, last4]) maskCell(spec, name, bytes, { formatCode });
          const masked = maskCell(redact, name, Buffer.concat([bytes, Buffer.from('secret')]), {
            formatCode,
          });
          expect(masked?.includes('secret') ?? false).toBe(false);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
