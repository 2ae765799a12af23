import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CopyCsvOptions } from '../../../src/wire/postgres/copy-data.ts';
import { encodeCopyCsvCell, joinCopyCells, parseCopyCsvRow } from '../../../src/wire/postgres/copy-data.ts';
import { expectOnlyWiremaskErrors, mutations } from '../../support/properties.ts';
import { textOf, utf8 } from './bytes.ts';

const standard: CopyCsvOptions = { delimiter: 0x2c, quote: 0x22, escape: 0x22, nullText: utf8('') };
const unusual: CopyCsvOptions = { delimiter: 0x3b, quote: 0x27, escape: 0x5c, nullText: utf8('nil') };
const lineFeed = utf8('\n');

function values(row: string, options = standard): (string | null)[] {
  return parseCopyCsvRow(utf8(row), options).map((cell) => textOf(cell.value));
}

describe('parseCopyCsvRow', () => {
  it('tells NULL from the empty text by its quotes', () => {
    expect(values(',"",a\n')).toEqual([null, '', 'a']);
    expect(values("nil;'nil';\n", unusual)).toEqual([null, 'nil', '']);
  });

  it('undoes doubled quotes, and keeps delimiters and newlines inside quotes', () => {
    expect(values('"a ""b"" c","x,y","1\r\n2"\n')).toEqual(['a "b" c', 'x,y', '1\r\n2']);
    expect(values('""""\n')).toEqual(['"']);
    expect(values('"""",""\n')).toEqual(['"', '']);
  });

  it('knows an escape that is not the quote', () => {
    expect(values("'it\\'s';'a\\\\';'\\b'\n", unusual)).toEqual(["it's", 'a\\', '\\b']);
    expect(values('a\\b;"c"\n', unusual)).toEqual(['a\\b', '"c"']);
  });

  it('takes both terminators, and a row of one empty cell', () => {
    expect(values('a,b\r\n')).toEqual(['a', 'b']);
    expect(values('"a"\r\n')).toEqual(['a']);
    expect(values('\n')).toEqual([null]);
    expect(values(',\n')).toEqual([null, null]);
  });

  it('keeps the raw bytes and the quoting of each cell, so that an unchanged row is the same row', () => {
    const row = utf8('plain,"needless","a""b",,""\n');
    const cells = parseCopyCsvRow(row, standard);
    expect(cells.map((cell) => cell.isQuoted)).toEqual([false, true, true, false, true]);
    const raws = cells.map((cell) => cell.raw);
    expect(joinCopyCells(raws, standard.delimiter, lineFeed)).toEqual(row);
    for (const raw of raws) expect(raw.buffer).toBe(row.buffer);
  });

  it('refuses a row without terminator, a bare newline, and malformed quoting', () => {
    for (const row of [
      '',
      'a',
      '"a"',
      '"a\n',
      'a"b\n',
      'a""\n',
      '"a"b\n',
      '"a" \n',
      '"a"""b\n',
      'a\nb\n',
      'a\rb\n',
    ]) {
      const code = expectOnlyWiremaskErrors(() => parseCopyCsvRow(utf8(row), standard));
      expect(code, JSON.stringify(row)).toBe('WIREMASK_ERR_MESSAGE_BODY');
    }
    const code = expectOnlyWiremaskErrors(() => parseCopyCsvRow(utf8("'a\\'\n"), unusual));
    expect(code).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });

  it('raises no foreign error when damaged, and joins what it accepts to the same bytes', () => {
    const row = utf8('one,"two ""2""",,"","a,b"\n');
    for (const damaged of mutations(row, 6, 3000)) {
      const code = expectOnlyWiremaskErrors(() => parseCopyCsvRow(damaged, standard));
      if (code !== undefined) continue;
      const raws = parseCopyCsvRow(damaged, standard).map((cell) => cell.raw);
      const terminator = damaged.at(-2) === 0x0d ? utf8('\r\n') : lineFeed;
      expect(joinCopyCells(raws, standard.delimiter, terminator)).toEqual(damaged);
    }
  });
});

describe('encodeCopyCsvCell', () => {
  it('quotes only what needs it', () => {
    const encode = (value: string | null) =>
      textOf(encodeCopyCsvCell(value === null ? null : utf8(value), standard));
    expect(encode('plain text')).toBe('plain text');
    expect(encode(null)).toBe('');
    expect(encode('')).toBe('""');
    expect(encode('a"b')).toBe('"a""b"');
    expect(encode('a,b')).toBe('"a,b"');
    expect(encode('a\nb')).toBe('"a\nb"');
    expect(encode('a\rb')).toBe('"a\rb"');
    expect(encode('\\.')).toBe('"\\."');
  });

  it('quotes on request', () => {
    expect(textOf(encodeCopyCsvCell(utf8('a'), { ...standard, isQuoted: true }))).toBe('"a"');
    expect(textOf(encodeCopyCsvCell(null, { ...standard, isQuoted: true }))).toBe('');
  });

  it('gives back any cells, for any options', () => {
    const cell = fc.option(
      fc.oneof(
        fc.uint8Array({ maxLength: 12 }),
        fc.constantFrom('nil', '', "'", '\\', "\\'", '"', ',', ';', '\r\n', '\\.').map(utf8),
      ),
    );
    const cells = fc.array(cell, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(cells, fc.constantFrom(standard, unusual), fc.boolean(), (list, options, isQuoted) => {
        const raws = list.map((value) => encodeCopyCsvCell(value, { ...options, isQuoted }));
        const row = joinCopyCells(raws, options.delimiter, lineFeed);
        expect(parseCopyCsvRow(row, options).map((parsed) => parsed.value)).toEqual(list);
      }),
      { numRuns: 500 },
    );
  });
});
