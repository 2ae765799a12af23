import { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CopyCsvOptions,
  encodeCopyBinaryHeader,
  encodeCopyBinaryTrailer,
  encodeCopyBinaryTuple,
  encodeCopyCsvCell,
  encodeCopyTextRow,
  joinCopyCells,
  parseCopyBinaryHeader,
  parseCopyBinaryTuple,
  parseCopyCsvRow,
  splitCopyTextRow,
} from '../../../src/wire/postgres/copy-data.ts';
import { utf8 } from './bytes.ts';

// PostgreSQL itself as the oracle: what it writes is read here, and what is written here is the same.
let database: PGlite;

beforeAll(async () => {
  database = await PGlite.create();
});

afterAll(async () => {
  await database.close();
});

// Texts of the characters that any of the formats treats in its own way.
const special = fc.constantFrom(
  '\\',
  '"',
  "'",
  ',',
  ';',
  '\t',
  '\n',
  '\r',
  '\b',
  'n',
  'N',
  'x',
  '.',
  '\u00e9',
  ' ',
  '\x01',
);
const cell = fc.option(fc.string({ unit: special, maxLength: 8 }));
const rows = fc.array(cell, { minLength: 1, maxLength: 12 });

async function copyOut(values: readonly (string | null)[], options: string): Promise<Uint8Array> {
  const list = values
    .map((value) => (value === null ? 'NULL::text' : `${sqlLiteral(value)}::text`))
    .join(', ');
  const result = await database.query(`COPY (SELECT ${list}) TO '/dev/blob' (${options})`);
  return new Uint8Array(await result.blob!.arrayBuffer());
}

function sqlLiteral(value: string): string {
  return ` E'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

function bytesOf(values: readonly (string | null)[]): (Uint8Array | null)[] {
  return values.map((value) => (value === null ? null : utf8(value)));
}

describe('COPY rows of PostgreSQL', () => {
  it('in text format are read as written and written as PostgreSQL does', async () => {
    const options = fc.constantFrom(['\t', '\\N'] as const, [';', '\\N'] as const, ['"', 'null!'] as const);
    await fc.assert(
      fc.asyncProperty(rows, options, async (values, [delimiter, nullText]) => {
        const sql = `DELIMITER ${sqlLiteral(delimiter)}, NULL ${sqlLiteral(nullText)}`;
        const row = await copyOut(values, sql);
        const byte = delimiter.charCodeAt(0);
        expect(splitCopyTextRow(row, byte, utf8(nullText))).toEqual(bytesOf(values));
        expect(encodeCopyTextRow(bytesOf(values), byte, utf8(nullText))).toEqual(row);
      }),
      { numRuns: 300 },
    );
  });

  it('in csv format are read as written and written as PostgreSQL does', async () => {
    const options = fc.constantFrom<CopyCsvOptions>(
      { delimiter: 0x2c, quote: 0x22, escape: 0x22, nullText: utf8('') },
      { delimiter: 0x3b, quote: 0x27, escape: 0x5c, nullText: utf8('N') },
      { delimiter: 0x09, quote: 0x22, escape: 0x5c, nullText: utf8('\\N') },
    );
    await fc.assert(
      fc.asyncProperty(rows, options, async (values, csv) => {
        const [delimiter, quote, escapeByte] = [csv.delimiter, csv.quote, csv.escape].map((byte) =>
          sqlLiteral(String.fromCharCode(byte)),
        );
        const nullText = sqlLiteral(Buffer.from(csv.nullText).toString());
        const bytes = `DELIMITER ${delimiter}, QUOTE ${quote}, ESCAPE ${escapeByte}`;
        const sql = `FORMAT csv, ${bytes}, NULL ${nullText}`;
        const row = await copyOut(values, sql);
        expect(parseCopyCsvRow(row, csv).map((parsed) => parsed.value)).toEqual(bytesOf(values));
        const raws = bytesOf(values).map((value) => encodeCopyCsvCell(value, csv));
        // PostgreSQL quotes the end-of-data mark only in a row of one cell.
        if (values.includes('\\.')) return;
        expect(joinCopyCells(raws, csv.delimiter, utf8('\n'))).toEqual(row);
      }),
      { numRuns: 300 },
    );
  });

  it('in binary format are read as written and written as PostgreSQL does', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (values) => {
        const bytes = await copyOut(values, 'FORMAT binary');
        const { headerLength } = parseCopyBinaryHeader(bytes);
        const tuple = parseCopyBinaryTuple(bytes, headerLength);
        expect(tuple).toMatchObject({ kind: 'tuple', cells: bytesOf(values) });
        expect(parseCopyBinaryTuple(bytes, tuple.end)).toEqual({ kind: 'trailer', end: bytes.length });
        const parts = [
          encodeCopyBinaryHeader(),
          encodeCopyBinaryTuple(bytesOf(values)),
          encodeCopyBinaryTrailer(),
        ];
        expect(new Uint8Array(Buffer.concat(parts))).toEqual(bytes);
      }),
      { numRuns: 100 },
    );
  });
});
