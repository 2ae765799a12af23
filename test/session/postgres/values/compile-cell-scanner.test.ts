import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MaskerSpec } from '../../../../src/mask/masker.ts';
import { codecFor } from '../../../../src/wire/postgres/types/codec-for.ts';
import { serverArrays, serverRanges, serverScalars } from '../../../wire/postgres/types/server-values.ts';
import { oidOf, type ScanSetup, scanCell, scanText, typeOf } from './cell-support.ts';

const email = 'alice@example.com';
const card = '4111111111111111';
const nullify: MaskerSpec = { mask: 'nullify' };

function scanHex(typeName: string, hex: string, setup: ScanSetup = {}): string | null | undefined {
  const { masked } = scanCell(typeName, Buffer.from(hex, 'hex'), { formatCode: 1, ...setup });
  return masked ? masked.toString('hex') : (masked as null | undefined);
}

const hexOf = (text: string): string => Buffer.from(text).toString('hex');

/** Binary text of one type, as a server would send it. */
function binaryOf(typeName: string, text: string): string {
  const type = typeOf(oidOf(typeName));
  return Buffer.from((type && codecFor(type)?.fromText(text)) ?? []).toString('hex');
}

describe('compileCellScanner on values without findings', () => {
  const clean = [...serverScalars, ...serverRanges].filter(([, text]) => !text.includes('4111'));

  it.each(clean)('leaves %s %j as it is in both formats', (name, text, hex) => {
    for (const result of [scanCell(name, text), scanCell(name, Buffer.from(hex, 'hex'), { formatCode: 1 })]) {
      expect(result).toEqual({ masked: undefined, found: [], failedClosed: [] });
    }
  });

  it.each(serverArrays)('leaves %s[] %s as it is in both formats', (name, text, hex) => {
    expect(scanCell(`_${name}`, text)).toEqual({ masked: undefined, found: [], failedClosed: [] });
    expect(scanHex(`_${name}`, hex)).toBeUndefined();
  });
});

describe('compileCellScanner on text', () => {
  it.each(['text', 'varchar', 'bpchar', 'unknown', 'email', 'cstring'])(
    'masks findings inside %s',
    (name) => {
      const value = `to ${email}, ${card} é`;
      const expected = 'to [masked:EMAIL_ADDRESS], [masked:CREDIT_CARD] é';
      expect(scanText(name, value)).toBe(expected);
      expect(scanHex(name, hexOf(value))).toBe(hexOf(expected));
      expect(scanCell(name, value).found).toEqual([0, 1]);
    },
  );

  it('keeps the column length, and fills char(n) up', () => {
    expect(scanText('varchar', `to ${email}`, { typeModifier: 20 + 4 })).toBe('to [masked:EMAIL_ADD');
    expect(
      scanText('bpchar', `${card}    `, { typeModifier: 20 + 4, spec: { mask: 'replace', value: 'x' } }),
    ).toBe(`x${' '.repeat(19)}`);
  });

  it('a masker sees the finding alone', () => {
    expect(scanText('text', `card ${card}!`, { spec: { mask: 'partial', keepLast: 4 } })).toBe(
      'card ************1111!',
    );
  });

  it('nullify makes the whole value NULL', () => {
    expect(scanText('text', `to ${email}`, { spec: nullify })).toBeNull();
  });

  it('text that is not UTF-8 is replaced whole, wherever the byte stands', () => {
    for (const size of [0, 1, 127, 128, 5000]) {
      const value = Buffer.concat([Buffer.alloc(size, 'a'), Buffer.of(0xff), Buffer.from('b')]);
      const result = scanCell('text', value);
      expect(result).toEqual({ masked: Buffer.from('[masked]'), found: [], failedClosed: ['encoding'] });
    }
  });

  it('a value over its budget is replaced whole by the fallback', () => {
    expect(scanCell('text', 'a long value', { budget: 5 })).toEqual({
      masked: Buffer.from('[masked]'),
      found: [],
      failedClosed: ['budget'],
    });
    expect(scanText('text', 'a long value', { budget: 5, fallback: nullify })).toBeNull();
    expect(scanText('text', 'a long value', { budget: 5, fallback: { mask: 'partial' } })).toBe('[masked]');
  });
});

describe('compileCellScanner on types without room for a label', () => {
  it.each([
    ['int8', card, '0'],
    ['numeric', card, '0'],
    ['numeric', `-${card}.50`, '0'],
    ['float8', card, '0'],
    ['oid', '1', undefined],
    ['tsvector', `'${email}':1`, "'[masked:EMAIL_ADDRESS]'"],
  ])('%s %s becomes %s in both formats', (name, value, expected) => {
    expect(scanText(name, value)).toBe(expected);
    const inBinary = scanHex(name, binaryOf(name, value));
    expect(inBinary).toBe(expected === undefined ? undefined : binaryOf(name, expected));
  });

  it('float digits are found behind an exponent', () => {
    expect(scanText('float8', '4.111111111111111e+15')).toBe('0');
  });

  it('bytea is scanned for its content, in hex too', () => {
    const hex = hexOf(`x${email}`);
    expect(scanText('bytea', `\\x${hex}`)).toBe(`\\x${hexOf('[masked:EMAIL_ADDRESS]')}`);
    expect(scanHex('bytea', hex)).toBe(hexOf('[masked:EMAIL_ADDRESS]'));
    expect(scanCell('bytea', '\\x0').failedClosed).toEqual(['malformed']);
  });

  it('an enum or a type of unknown formats with a finding becomes NULL', () => {
    expect(scanText('mood', email)).toBeNull();
    expect(scanText('geometry', email)).toBeNull();
    expect(scanText('tsquery', `'${email}'`)).toBeNull();
    expect(scanText('loop', email)).toBeNull();
    expect(scanText('geometry', 'clean')).toBeUndefined();
  });

  it('the unknown binary format of a type that is not built in fails closed', () => {
    expect(scanCell('geometry', Buffer.of(1, 2), { formatCode: 1 })).toEqual({
      masked: null,
      found: [],
      failedClosed: ['malformed'],
    });
    expect(scanHex('path', '01')).toBeUndefined();
  });

  it('a malformed binary number is replaced by its constant', () => {
    expect(scanCell('int8', Buffer.of(1), { formatCode: 1 })).toEqual({
      masked: Buffer.alloc(8),
      found: [],
      failedClosed: ['malformed'],
    });
  });

  it('xml is replaced whole, also when references hide the finding', () => {
    expect(scanText('xml', `<a b="${email}"/>`)).toBe('<masked/>');
    expect(scanText('xml', '<a>alice&#64;example&#x2E;com</a>')).toBe('<masked/>');
    expect(scanText('xml', '<a>&amp;&#xFFFFFF;&unknown;</a>')).toBeUndefined();
  });
});

describe('compileCellScanner on documents', () => {
  it('masks strings, keys and numbers and keeps every other byte', () => {
    const list = `[1.50, ${card}, "\\u0061lice@example.com é"]`;
    const document = `{ "to":"${email}", "${email}" : ${list}, "a":null}`;
    const expected =
      '{ "to":"[masked:EMAIL_ADDRESS]", "[masked:EMAIL_ADDRESS]" : ' +
      '[1.50, "[masked:CREDIT_CARD]", "[masked:EMAIL_ADDRESS] é"], "a":null}';
    expect(scanText('json', document)).toBe(expected);
    expect(scanCell('jsonb', `\x01${document}`, { formatCode: 1 }).masked?.toString()).toBe(
      `\x01${expected}`,
    );
  });

  it('nullify makes a string null and a key a label', () => {
    expect(scanText('json', `{"${email}":"${email}","n":${card}}`, { spec: nullify })).toBe(
      '{"[masked]":null,"n":null}',
    );
  });

  it('a finding that spans two strings is none', () => {
    expect(scanText('json', '["alice@example",".com"]')).toBeUndefined();
  });

  it('a document that cannot be read is replaced whole', () => {
    for (const document of ['{"a":', '{"a":1}x', `${'['.repeat(600)}${']'.repeat(600)}`, '']) {
      const result = scanCell('json', document);
      expect(result.failedClosed).toEqual(['malformed']);
      expect(result.masked?.toString()).toBe('"[masked]"');
    }
    expect(scanCell('jsonb', '{}', { formatCode: 1 }).masked?.toString()).toBe('\x01"[masked]"');
    expect(scanCell('json', Buffer.from('22ff22', 'hex')).failedClosed).toEqual(['encoding']);
    expect(scanCell('json', '["abcdef","abcdef"]', { budget: 8 }).failedClosed).toEqual(['budget']);
  });

  it('stays a document in which no string holds a finding', () => {
    const leaf = fc.oneof(fc.constant(`x ${email}`), fc.constant(Number(card)), fc.string(), fc.integer());
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        leaf,
        fc.array(tie('node'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('node'), { maxKeys: 4 }),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (value) => {
        const document = JSON.stringify(value);
        const masked = scanText('json', document);
        if (masked === undefined) expect(document).not.toMatch(/alice@example|4111111111111111/);
        else {
          expect(masked).not.toMatch(/alice@example|4111111111111111/);
          const text = document
            .replaceAll(email, '[masked:EMAIL_ADDRESS]')
            .replaceAll(card, '"[masked:CREDIT_CARD]"');
          expect(masked).toBe(text);
        }
      }),
    );
  });
});

describe('compileCellScanner on arrays, composites and ranges', () => {
  it('writes the changed elements anew and keeps the others', () => {
    expect(scanText('_text', `{a,"b c",${email},NULL}`)).toBe('{a,"b c",[masked:EMAIL_ADDRESS],NULL}');
    expect(scanText('_text', `{"say \\"${email}\\""}`)).toBe('{"say \\"[masked:EMAIL_ADDRESS]\\""}');
    expect(scanText('_int8', `{1,${card}}`)).toBe('{1,0}');
    expect(scanText('_text', `{a,${email}}`, { spec: nullify })).toBe('{a,NULL}');
    expect(scanText('anyarray', `{${email}}`)).toBe('{[masked:EMAIL_ADDRESS]}');
    expect(scanText('_mood', `{sad,${email}}`)).toBe('{sad,NULL}');
  });

  it('binary arrays are written anew with the new lengths', () => {
    const head = '00000001' + '00000000' + '00000019' + '00000002' + '00000001';
    const array = `${head}0000000161${'00000011'}${hexOf(email)}`;
    expect(scanHex('_text', array)).toBe(`${head}0000000161${'00000016'}${hexOf('[masked:EMAIL_ADDRESS]')}`);
    expect(scanHex('_text', array, { spec: nullify })).toBe(
      `${'00000001' + '00000001' + '00000019' + '00000002' + '00000001'}0000000161ffffffff`,
    );
  });

  it('a malformed array or composite becomes NULL', () => {
    for (const [name, value] of [
      ['_text', '{a'],
      ['person', '(a'],
      ['record', 'a'],
    ] as const) {
      expect(scanCell(name, value)).toEqual({ masked: null, found: [], failedClosed: ['malformed'] });
      expect(scanHex(name, 'ff')).toBeNull();
    }
  });

  it('masks attributes by their types', () => {
    expect(scanText('person', `(7,${email},"{x,${email}}",2000-01-01,x)`)).toBe(
      '(7,[masked:EMAIL_ADDRESS],"{x,[masked:EMAIL_ADDRESS]}",2000-01-01,x)',
    );
    expect(scanText('person', `(7,a,,,${email})`)).toBe('(7,a,,,)');
    expect(scanText('person', `(${email},a)`)).toBe('(,a)');
    expect(scanText('record', `(7,"to ${email}")`)).toBe('(7,"to [masked:EMAIL_ADDRESS]")');
    const row = `${'00000002' + '00000014' + '00000008'}000e9b08a568f1c7${'00000019' + '00000001'}61`;
    expect(scanHex('record', row)).toBe(row.replace('000e9b08a568f1c7', '0000000000000000'));
  });

  it('empties a range with a finding', () => {
    expect(scanText('textrange', `["${email}",z]`)).toBe('empty');
    expect(scanText('textrange', `["al""x",z]`)).toBeUndefined();
    expect(scanText('numrange', `[1,${card})`)).toBe('empty');
    expect(scanText('textmultirange', `{[a,b),[${email},z)}`)).toBe('{}');
    expect(scanHex('textrange', `02${'00000011'}${hexOf(email)}${'00000001'}7a`)).toBe('01');
    expect(scanCell('textrange', '[a').failedClosed).toEqual(['malformed']);
    expect(scanText('textrange', '[a')).toBe('empty');
  });

  it('rows nested deeper than any type become NULL inside, without a crash', () => {
    let row = Buffer.from(`${'00000001' + '00000019' + '00000011'}${hexOf(email)}`, 'hex');
    for (let depth = 0; depth < 5000; depth++) {
      const head = Buffer.alloc(12);
      head.writeInt32BE(1);
      head.writeInt32BE(2249, 4);
      head.writeInt32BE(row.length, 8);
      row = Buffer.concat([head, row]);
    }
    const result = scanCell('record', row, { formatCode: 1 });
    expect(result.failedClosed).toEqual(['malformed']);
    expect(result.masked?.includes(email)).toBe(false);
  });
});

describe('compileCellScanner on arbitrary bytes', () => {
  it('never throws and never forwards a finding it could see', () => {
    const names = [
      'text',
      'json',
      'jsonb',
      '_text',
      'person',
      'record',
      'textrange',
      'xml',
      'bytea',
      'geometry',
      '_json',
    ];
    const piece = fc.oneof(
      fc.constantFrom(email, card, '{', '}', '(', ')', '[', ']', '"', '\\', ',', ':', 'a', '\x01'),
      fc.uint8Array({ maxLength: 3 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.constantFrom<0 | 1>(0, 1),
        fc.array(piece, { maxLength: 12 }),
        (name, formatCode, pieces) => {
          const value = Buffer.from(pieces.join(''), 'latin1');
          const { masked } = scanCell(name, value, { formatCode });
          const forwarded = (masked === undefined ? value : (masked ?? Buffer.alloc(0))).toString('latin1');
          // A binary value of a type that only holds numbers could hold any bytes; these types hold text.
          if (name !== 'bytea' || formatCode === 1) expect(forwarded).not.toContain(email);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
