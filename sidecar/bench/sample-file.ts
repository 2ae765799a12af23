import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ColumnRuleOptions } from 'wiremask';
import { BenchError } from './bench-error.ts';
import { parseCsv } from './csv.ts';
import { placeColumns, SAMPLE_TYPES, type Sample } from './sample.ts';

// Larger files say nothing more about speed, and would have to be held three times.
const SAMPLE_SIZE_MAX = 64 * 1024 * 1024;

interface Table {
  readonly columns: readonly { readonly name: string; readonly typeOid: number }[];
  readonly rows: readonly (readonly (Uint8Array | null)[])[];
}

/**
 * Reads rows from a CSV file with a header line, or from a file with one JSON object per line. Columns
 * are matched to column rules by name: the sample has no schema and no table.
 *
 * @throws {BenchError} What is wrong with the file, by line number; never with a value.
 */
export async function readSample(file: string, rules: readonly ColumnRuleOptions[]): Promise<Sample> {
  const text = await readText(file);
  const first = text.trimStart()[0];
  const table = first === '{' ? readNdjson(text, file) : readCsv(text, file);
  if (table.rows.length === 0) throw new BenchError(`${file} holds no rows: there is nothing to measure`);
  return { source: basename(file), rows: table.rows, ...placeColumns(table.columns, rules) };
}

async function readText(file: string): Promise<string> {
  let content: Buffer;
  try {
    content = await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BenchError(`${file} cannot be read (${code ?? 'unknown error'}): name a CSV or NDJSON file`);
  }
  if (content.length > SAMPLE_SIZE_MAX) {
    throw new BenchError(`${file} has ${content.length} bytes, at most ${SAMPLE_SIZE_MAX} are read`);
  }
  return content.toString('utf8');
}

function readCsv(text: string, file: string): Table {
  const [header, ...records] = parseCsv(text);
  if (header === undefined) throw new BenchError(`${file} is empty: write a header line and rows`);
  const columns = header.cells.map((name) => ({ name: name ?? '', typeOid: SAMPLE_TYPES.text }));
  const rows = records.map(({ cells, line }) => {
    if (cells.length !== columns.length) {
      throw new BenchError(`${file}:${line} has ${cells.length} fields for ${columns.length} columns`);
    }
    return cells.map((cell) => (cell === null ? null : Buffer.from(cell)));
  });
  return { columns, rows };
}

function readNdjson(text: string, file: string): Table {
  const objects = text
    .split('\n')
    .map((line, index) => [line, index + 1] as const)
    .filter(([line]) => line.trim() !== '')
    .map(([line, number]) => parseObject(line, `${file}:${number}`));
  const names = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  const columns = names.map((name) => ({ name, typeOid: typeOf(objects.map((object) => object[name])) }));
  const rows = objects.map((object) => names.map((name) => encode(object[name])));
  return { columns, rows };
}

function parseObject(line: string, where: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // The parser's own message would quote the line.
    throw new BenchError(`${where} is not JSON: write one object per line`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BenchError(`${where} is not a JSON object: write one object per line`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function typeOf(values: readonly unknown[]): number {
  const kinds = new Set(values.filter((value) => value !== null && value !== undefined).map(kindOf));
  if (kinds.size !== 1) return SAMPLE_TYPES.text;
  return SAMPLE_TYPES[[...kinds][0] ?? 'text'];
}

function kindOf(value: unknown): keyof typeof SAMPLE_TYPES {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'int8' : 'float8';
  return typeof value === 'object' ? 'jsonb' : 'text';
}

function encode(value: unknown): Uint8Array | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return Buffer.from(value ? 't' : 'f');
  return Buffer.from(typeof value === 'object' ? JSON.stringify(value) : String(value));
}
