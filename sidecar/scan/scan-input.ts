import type { Detector, TextFinding } from 'wiremask';
import { readCsv } from './read-csv.ts';
import { readJson, readNdjson } from './read-json.ts';
import { type Line, readLines } from './read-lines.ts';
import { readSql } from './read-sql.ts';
import { readText } from './read-text.ts';
import type { ScanFormat, ScanItem } from './scan-item.ts';

/** A finding, where it is, and what it looks like masked. */
export interface Found extends TextFinding {
  /** From 1; 0 in a document that was read as a whole. */
  readonly line: number;
  /** In characters, from 1, for text; 0 where the place is a field. */
  readonly column: number;
  /** `table.column`, or the keys of a document; '' for text. */
  readonly field: string;
  /** At most the first and the last character. */
  readonly masked: string;
}

type Reader = (lines: AsyncIterable<Line>) => AsyncGenerator<ScanItem>;

const READERS: Readonly<Record<ScanFormat, Reader>> = {
  text: readText,
  csv: readCsv,
  ndjson: readNdjson,
  json: readJson,
  sql: readSql,
};

/** Looks into an input of any length; holds little of it at a time. */
export async function* scanInput(
  input: AsyncIterable<Uint8Array>,
  format: ScanFormat,
  detector: Detector,
): AsyncGenerator<Found> {
  let reported = new Set<string>();
  for await (const { text, names, line, isOverlapping } of READERS[format](readLines(input))) {
    const before = reported;
    if (names.length === 0) reported = new Set();
    const name = names.at(-1);
    const field = name === undefined ? {} : { name, path: names.slice(0, -1) };
    for (const finding of detector.detect(text, field)) {
      const place = placeOf(text, finding.start, names, line);
      const key = `${place.line}:${place.column}:${finding.entity}`;
      if (names.length === 0) reported.add(key);
      if (isOverlapping === true && before.has(key)) continue;
      yield { ...finding, ...place, masked: maskedText(text, finding) };
    }
  }
}

function placeOf(
  text: string,
  start: number,
  names: readonly string[],
  line: number,
): Pick<Found, 'line' | 'column' | 'field'> {
  if (names.length > 0 || line === 0) return { line, column: 0, field: names.join('.') };
  const before = text.slice(0, start);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: line + before.split('\n').length - 1, column: start - lineStart + 1, field: '' };
}

const SHOWN_MIN = 8;
const STARS_MAX = 12;

function maskedText(text: string, { start, end }: TextFinding): string {
  const characters = [...text.slice(start, end)];
  const size = characters.length;
  const stars = '*'.repeat(Math.min(STARS_MAX, size));
  if (size < SHOWN_MIN) return stars;
  const isPrintable = (character: string | undefined): string =>
    character !== undefined && character > ' ' && character !== '\u007f' ? character : '*';
  return `${isPrintable(characters[0])}${stars}${isPrintable(characters[size - 1])} (${size})`;
}
