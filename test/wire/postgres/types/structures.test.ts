import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spliceArrayBinary, splitArrayBinary } from '../../../../src/wire/postgres/types/array-binary.ts';
import { encodeArrayElement, splitArrayText } from '../../../../src/wire/postgres/types/array-text.ts';
import { spliceBinaryItems } from '../../../../src/wire/postgres/types/binary-item.ts';
import { splitCompositeBinary } from '../../../../src/wire/postgres/types/composite-binary.ts';
import {
  encodeCompositeAttribute,
  splitCompositeText,
} from '../../../../src/wire/postgres/types/composite-text.ts';
import {
  emptyMultirange,
  emptyRange,
  splitMultirangeBinary,
  splitMultirangeText,
  splitRangeBinary,
  splitRangeText,
} from '../../../../src/wire/postgres/types/range.ts';
import { spliceItems, type TextItem, textItemValue } from '../../../../src/wire/postgres/types/text-item.ts';
import { serverArrays, serverRanges } from './server-values.ts';

const COMMA = 0x2c;

function valuesOf(bytes: Uint8Array, items: readonly TextItem[] | undefined): (string | null)[] | undefined {
  return items?.map((item) =>
    item.isNull ? null : Buffer.from(textItemValue(bytes, item)).toString('utf8'),
  );
}

function splitText(literal: string): (string | null)[] | undefined {
  // Neighbours of other cells stand before and after the value.
  const bytes = Buffer.from(`{"${literal}}"`);
  return valuesOf(bytes, splitArrayText(bytes, 2, bytes.length - 2, COMMA));
}

describe('splitArrayText', () => {
  it.each([
    ['{}', []],
    ['{a,b}', ['a', 'b']],
    ['{a,"b c",NULL,"NULL","","q\\"\\\\"}', ['a', 'b c', null, 'NULL', '', 'q"\\']],
    ['{{1,2},{3,NULL}}', ['1', '2', '3', null]],
    ['{{},{}}', []],
    ['[0:1]={5,6}', ['5', '6']],
    ['[-1:0][2:3]={{a,b},{c,d}}', ['a', 'b', 'c', 'd']],
  ])('%s has its elements', (literal, expected) => {
    expect(splitText(literal)).toEqual(expected);
  });

  it.each([
    '',
    '{',
    '}',
    'a',
    '{a',
    '{a,}',
    '{,a}',
    '{a,,b}',
    '{"a}',
    '{"a"b}',
    '{a"b"}',
    '{a}}',
    '{a}x',
    '{{a}',
    '{a}{b}',
  ])('%s is malformed', (literal) => {
    expect(splitText(literal)).toBeUndefined();
  });

  it.each(['{a\\', '{"a\\', '[0:1', '[0:1]=', '[x]={a}', '{{{{{{{a}}}}}}}', '{a{b}'])(
    '%s is malformed',
    (literal) => {
      expect(splitText(literal)).toBeUndefined();
    },
  );

  it('divides by the delimiter of the element type', () => {
    const bytes = Buffer.from('{(2,2),(1,1);(4,4),(3,3)}');
    expect(valuesOf(bytes, splitArrayText(bytes, 0, bytes.length, 0x3b))).toEqual([
      '(2,2),(1,1)',
      '(4,4),(3,3)',
    ]);
  });

  it('reads back every list of texts that encodeArrayElement wrote', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.string({ unit: 'binary' })), { minLength: 1 }), (values) => {
        const elements = values.map((value) =>
          Buffer.from(encodeArrayElement(value === null ? null : Buffer.from(value), COMMA)).toString('utf8'),
        );
        const bytes = Buffer.from(`{${elements.join(',')}}`);
        expect(valuesOf(bytes, splitArrayText(bytes, 0, bytes.length, COMMA))).toEqual(values);
      }),
    );
  });

  it('decides on arbitrary bytes without throwing', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[{}",\\a ]{0,20}$/), (literal) => {
        const bytes = Buffer.from(literal);
        const items = splitArrayText(bytes, 0, bytes.length, COMMA);
        for (const item of items ?? []) expect(item.end).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('encodeArrayElement', () => {
  it.each([
    ['a', 'a'],
    ['', '""'],
    ['null', '"null"'],
    ['a b', '"a b"'],
    ['a,b', '"a,b"'],
    ['{', '"{"'],
    ['"', '"\\""'],
    ['\\', '"\\\\"'],
    ['é', 'é'],
  ])('%j is written as %s, as the server does', (value, expected) => {
    expect(Buffer.from(encodeArrayElement(Buffer.from(value), COMMA)).toString()).toBe(expected);
  });
});

describe('spliceItems', () => {
  it('changes the replaced items alone', () => {
    const bytes = Buffer.from('x[0:2]={a,"b c",NULL}y');
    const items = splitArrayText(bytes, 1, bytes.length - 1, COMMA) ?? [];
    const spliced = spliceItems(bytes, 1, bytes.length - 1, items, [undefined, Buffer.from('Z'), undefined]);
    expect(Buffer.from(spliced).toString()).toBe('[0:2]={a,Z,NULL}');
  });
});

describe('splitCompositeText', () => {
  const split = (literal: string): (string | null)[] | undefined => {
    const bytes = Buffer.from(literal);
    return valuesOf(bytes, splitCompositeText(bytes, 0, bytes.length));
  };

  it.each([
    ['()', [null]],
    ['(,)', [null, null]],
    ['(1,"b c",,"say ""hi""","")', ['1', 'b c', null, 'say "hi"', '']],
    ['("a\\\\b")', ['a\\b']],
    ['("(1,2)","{a,b}")', ['(1,2)', '{a,b}']],
  ])('%s has its attributes', (literal, expected) => {
    expect(split(literal)).toEqual(expected);
  });

  it.each(['', '(', ')', 'a', '(a', '("a)', '("a"b)', '(a"b")', '((a)', '(a))', '(a)x'])(
    '%s is malformed',
    (literal) => {
      expect(split(literal)).toBeUndefined();
    },
  );

  it('reads back every list of texts that encodeCompositeAttribute wrote', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.string({ unit: 'binary' })), { minLength: 1 }), (values) => {
        const attributes = values.map((value) =>
          Buffer.from(encodeCompositeAttribute(value === null ? null : Buffer.from(value))).toString('utf8'),
        );
        expect(split(`(${attributes.join(',')})`)).toEqual(values);
      }),
    );
  });
});

describe('splitArrayBinary', () => {
  it.each(serverArrays)('%s %s has as many elements as its text', (_name, text, hex) => {
    const bytes = Buffer.from(hex, 'hex');
    const literal = Buffer.from(text);
    const items = splitArrayBinary(bytes, 0, bytes.length);
    const expected = splitArrayText(literal, 0, literal.length, COMMA);
    expect(items?.map((item) => item.isNull)).toEqual(expected?.map((item) => item.isNull));
    expect(Buffer.from(spliceArrayBinary(bytes, 0, bytes.length, items ?? [], []))).toEqual(bytes);
  });

  it('refuses a count that the bytes cannot hold, and bytes after the last element', () => {
    const bytes = Buffer.from(serverArrays.find(([, text]) => text === '{1,NULL,3}')?.[2] ?? '', 'hex');
    expect(splitArrayBinary(bytes, 0, bytes.length - 1)).toBeUndefined();
    expect(splitArrayBinary(Buffer.concat([bytes, Buffer.of(0)]), 0, bytes.length + 1)).toBeUndefined();
    const huge = Buffer.from(bytes);
    huge.writeInt32BE(0x7fffffff, 12);
    expect(splitArrayBinary(huge, 0, huge.length)).toBeUndefined();
  });

  it('says in the header that a NULL was put in', () => {
    const one = Buffer.from('00000001000000000000001700000001000000010000000400000005', 'hex');
    const found = splitArrayBinary(one, 0, one.length) ?? [];
    expect(Buffer.from(spliceArrayBinary(one, 0, one.length, found, [null])).toString('hex')).toBe(
      '000000010000000100000017' + '0000000100000001' + 'ffffffff',
    );
  });
});

describe('splitCompositeBinary', () => {
  // (int4 7, NULL text)
  const bytes = Buffer.from('00000002' + '00000017' + '0000000400000007' + '00000019' + 'ffffffff', 'hex');

  it('finds the attributes with their types', () => {
    expect(splitCompositeBinary(bytes, 0, bytes.length)).toEqual([
      { start: 12, end: 16, isNull: false, typeOid: 23 },
      { start: 24, end: 24, isNull: true, typeOid: 25 },
    ]);
    expect(splitCompositeBinary(bytes, 0, bytes.length - 1)).toBeUndefined();
    expect(splitCompositeBinary(Buffer.from('ffffffff', 'hex'), 0, 4)).toBeUndefined();
  });

  it('is written anew with other attributes', () => {
    const items = splitCompositeBinary(bytes, 0, bytes.length) ?? [];
    const spliced = spliceBinaryItems(bytes, 0, bytes.length, items, [null, undefined]);
    expect(Buffer.from(spliced).toString('hex')).toBe('0000000200000017ffffffff00000019ffffffff');
  });
});

describe('ranges', () => {
  it.each(serverRanges)('%s %s has the same bounds in both formats', (name, text, hex) => {
    const literal = Buffer.from(text);
    const binary = Buffer.from(hex, 'hex');
    const isMultirange = name.includes('multi');
    const inText = (isMultirange ? splitMultirangeText : splitRangeText)(literal, 0, literal.length);
    const inBinary = (isMultirange ? splitMultirangeBinary : splitRangeBinary)(binary, 0, binary.length, 23);
    expect(inText).toBeDefined();
    expect(inBinary?.length).toBe(inText?.length);
  });

  it.each(['', '[', '[1', '[1,', '[1,2', '1,2)', '[1,2)x', '["1,2)', '[1)', 'emptyx', '[a[,b)'])(
    '%s is no range',
    (text) => {
      const bytes = Buffer.from(text);
      expect(splitRangeText(bytes, 0, bytes.length)).toBeUndefined();
    },
  );

  it.each(['', '{', '{[1,2)', '{[1,2),}', '{[1,2)[3,4)}', '[1,2)'])('%s is no multirange', (text) => {
    const bytes = Buffer.from(text);
    expect(splitMultirangeText(bytes, 0, bytes.length)).toBeUndefined();
  });

  it('quoted bounds are read without their quotes', () => {
    const bytes = Buffer.from('["a ""b""\\\\",c]');
    expect(valuesOf(bytes, splitRangeText(bytes, 0, bytes.length))).toEqual(['a "b"\\', 'c']);
  });

  it('an empty range and multirange are what the server sends for them', () => {
    expect([emptyRange(0), emptyMultirange(0)].map((bytes) => Buffer.from(bytes).toString())).toEqual([
      'empty',
      '{}',
    ]);
    expect([emptyRange(1), emptyMultirange(1)].map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual([
      '01',
      '00000000',
    ]);
  });
});
