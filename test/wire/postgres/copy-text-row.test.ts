import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeCopyTextCell,
  encodeCopyTextRow,
  joinCopyCells,
  parseCopyTextRow,
  splitCopyTextRow,
} from '../../../src/wire/postgres/copy-data.ts';
import { expectOnlyWiremaskErrors, mutations } from '../../support/properties.ts';
import { textOf, utf8 } from './bytes.ts';

const tab = 0x09;
const comma = 0x2c;
const backslashN = utf8('\\N');
const lineFeed = utf8('\n');

function split(row: string, delimiter = tab, nullText = backslashN): (string | null)[] {
  return splitCopyTextRow(utf8(row), delimiter, nullText).map(textOf);
}

function refusal(row: string): string | undefined {
  return expectOnlyWiremaskErrors(() => parseCopyTextRow(utf8(row), tab, backslashN));
}

describe('splitCopyTextRow', () => {
  it('tells NULL, the empty text, and a text spelled like NULL', () => {
    expect(split('\\N\t\t\\\\N\tN\n')).toEqual([null, '', '\\N', 'N']);
  });

  it('knows every escape', () => {
    expect(split('\\b\\f\\n\\r\\t\\v\n')).toEqual(['\b\f\n\r\t\v']);
    expect(split('\\101\\60x\\7\n')).toEqual(['A0x\x07']);
    expect(split('\\x41\\x4a4\\x9\\xg\\x\n')).toEqual(['AJ4\txgx']);
    expect(split('\\\\\\.\\q\n')).toEqual(['\\.q']);
  });

  it('does not end a cell at an escaped delimiter', () => {
    expect(split('a\\\tb\tc\n')).toEqual(['a\tb', 'c']);
    expect(split('a\\,b,c\n', comma)).toEqual(['a,b', 'c']);
    expect(split('a\\\\,b\n', comma)).toEqual(['a\\', 'b']);
  });

  it('keeps escaped newlines in the row', () => {
    expect(split('a\\\nb\n')).toEqual(['a\nb']);
  });

  it('takes both terminators, and a row of one empty cell', () => {
    expect(split('a\tb\r\n')).toEqual(['a', 'b']);
    expect(split('\n')).toEqual(['']);
    expect(split('\t\n')).toEqual(['', '']);
  });

  it('compares the NULL text before escapes are undone', () => {
    expect(split('nil\t\\nil\n', tab, utf8('nil'))).toEqual([null, '\nil']);
    expect(split('\t\n', tab, utf8(''))).toEqual([null, null]);
  });

  it('refuses a row without terminator, with a bare newline, or with a backslash at its end', () => {
    for (const row of ['', 'a', 'a\tb', 'a\nb\n', 'a\rb\n', '\n\n', 'a\\\n', '\\\n', '\\\r\n']) {
      expect(refusal(row), JSON.stringify(row)).toBe('WIREMASK_ERR_MESSAGE_BODY');
    }
  });
});

describe('parseCopyTextRow', () => {
  it('keeps the raw bytes of each cell, so that an unchanged row is the same row', () => {
    const row = utf8('\\101\t\\N\t\\x41\t\\q\t\\\t\t\n');
    const cells = parseCopyTextRow(row, tab, backslashN);
    expect(cells.map((cell) => textOf(cell.value))).toEqual(['A', null, 'A', 'q', '\t', '']);
    const raws = cells.map((cell) => cell.raw);
    expect(joinCopyCells(raws, tab, lineFeed)).toEqual(row);
    for (const raw of raws) expect(raw.buffer).toBe(row.buffer);
  });

  it('raises no foreign error when damaged, and joins what it accepts to the same bytes', () => {
    const row = utf8('one\ttwo\\t\t\\N\t\\101\\x4a\n');
    for (const damaged of mutations(row, 5, 3000)) {
      const code = expectOnlyWiremaskErrors(() => parseCopyTextRow(damaged, tab, backslashN));
      if (code !== undefined) continue;
      const raws = parseCopyTextRow(damaged, tab, backslashN).map((cell) => cell.raw);
      const terminator = damaged.at(-2) === 0x0d ? utf8('\r\n') : lineFeed;
      expect(joinCopyCells(raws, tab, terminator)).toEqual(damaged);
    }
  });
});

describe('encodeCopyTextRow', () => {
  it('escapes as the server does', () => {
    const values = ['\b\f\n\r\t\v', '\\N', 'a\\b', '', null, '\x01'];
    const row = encodeCopyTextRow(
      values.map((value) => (value === null ? null : utf8(value))),
      tab,
      backslashN,
    );
    expect(textOf(row)).toBe('\\b\\f\\n\\r\\t\\v\t\\\\N\ta\\\\b\t\t\\N\t\x01\n');
  });

  it('gives back any cells, for any delimiter and NULL text', () => {
    const cell = fc.option(
      fc.oneof(
        fc.uint8Array({ maxLength: 12 }),
        fc.constantFrom('nil', '\\N', 'a,b', '\\', '\r\n', '\\.').map(utf8),
      ),
    );
    const cells = fc.array(cell, { minLength: 1, maxLength: 6 });
    const delimiter = fc.constantFrom(tab, comma, 0x7c, 0x3b, 0xff);
    const nullText = fc.constantFrom('\\N', 'nil', '-').map(utf8);
    fc.assert(
      fc.property(cells, delimiter, nullText, (values, byte, text) => {
        const row = encodeCopyTextRow(values, byte, text);
        expect(splitCopyTextRow(row, byte, text)).toEqual(values);
      }),
      { numRuns: 500 },
    );
  });
});

describe('encodeCopyTextCell', () => {
  it('keeps a value that is spelled like the NULL text a value', () => {
    expect(textOf(encodeCopyTextCell(utf8('nil'), tab, utf8('nil')))).toBe('\\x6eil');
    expect(textOf(encodeCopyTextCell(null, tab, utf8('nil')))).toBe('nil');
  });
});
