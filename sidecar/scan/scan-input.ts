import type { Detector, TextFinding } from 'wiremask';
import { readCsv } from './read-csv.ts';
import { isJsonObject, linesFrom, readJson, readNdjson } from './read-json.ts';
import { type Line, readLines } from './read-lines.ts';
import { readSql } from './read-sql.ts';
import { readText } from './read-text.ts';
import type { Piece, ScanFormat, ScanItem } from './scan-item.ts';

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

/**
 * Looks into an input of any length; holds little of it at a time.
 *
 * @param format - `undefined`: what the first line looks like, JSON objects line by line or text.
 */
export async function* scanInput(
  input: AsyncIterable<Uint8Array>,
  format: ScanFormat | undefined,
  detector: Detector,
): AsyncGenerator<Found> {
  const told = new ToldFindings();
  const lines = readLines(input);
  for await (const item of format === undefined ? readUnnamed(lines) : READERS[format](lines)) {
    const { text, names, piece } = item;
    const name = names.at(-1);
    const field = name === undefined ? {} : { name, path: names.slice(0, -1) };
    const places = new Places(item);
    for (const finding of detector.detect(text, field)) {
      if (piece !== undefined && !told.isNew(finding, piece)) continue;
      yield { ...finding, ...places.of(finding.start), masked: maskedText(text, finding) };
    }
  }
}

// A document that fits a line is NDJSON of one line. A first line longer than this is not waited for.
const FIRST_LINE_SIZE_MAX = 1024 * 1024;

async function* readUnnamed(lines: AsyncIterable<Line>): AsyncGenerator<ScanItem> {
  const rest = lines[Symbol.asyncIterator]();
  const held: Line[] = [];
  let text = '';
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    held.push(next.value);
    text += next.value.text;
    const isBlank = text.trim() === '';
    if ((!next.value.isCut && !isBlank) || text.length > FIRST_LINE_SIZE_MAX) break;
  }
  yield* READERS[isJsonObject(text) ? 'ndjson' : 'text'](linesFrom(held, rest));
}

/** Tells what overlapping pieces hold once. */
class ToldFindings {
  #toldTo = 0;

  isNew({ rule, start, end }: TextFinding, { offset, seenTo, tellFrom, tellTo }: Piece): boolean {
    if (start >= tellTo || (start < tellFrom && end <= seenTo)) return false;
    // What began before this piece goes on in it; a piece over the budget is a finding of its own.
    const goesOn = start < tellFrom && offset + start < this.#toldTo && rule !== 'budget';
    this.#toldTo = Math.max(this.#toldTo, offset + end);
    return !goesOn;
  }
}

/** Where findings of an item are. They are asked for in ascending order, so that lines are counted once. */
class Places {
  readonly #item: ScanItem;
  #line: number;
  #lineStart: number;
  #lineEnd: number;

  constructor(item: ScanItem) {
    this.#item = item;
    this.#line = item.line;
    this.#lineStart = -(item.column ?? 0);
    this.#lineEnd = this.#endFrom(0);
  }

  of(start: number): Pick<Found, 'line' | 'column' | 'field'> {
    const { names, line } = this.#item;
    if (names.length > 0 || line === 0) return { line, column: 0, field: names.join('.') };
    while (this.#lineEnd < start) {
      this.#line++;
      this.#lineStart = this.#lineEnd + 1;
      this.#lineEnd = this.#endFrom(this.#lineStart);
    }
    return { line: this.#line, column: start - this.#lineStart + 1, field: '' };
  }

  #endFrom(at: number): number {
    const end = this.#item.text.indexOf('\n', at);
    return end < 0 ? this.#item.text.length : end;
  }
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
