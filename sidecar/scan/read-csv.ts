import { isPart, type Line, wholeLines } from './read-lines.ts';
import { readPart, TextPieces } from './read-text.ts';
import type { ScanItem } from './scan-item.ts';

/**
 * Comma, semicolon or tab separated values with a header line (RFC 4180, the separator read from the
 * header). Every cell is looked into under the name of its column.
 */
export async function* readCsv(lines: AsyncIterable<Line>): AsyncGenerator<ScanItem> {
  const record = new CsvRecord();
  const pieces = new TextPieces();
  let header: readonly string[] | undefined;
  for await (const line of wholeLines(lines)) {
    if (isPart(line)) {
      yield* readPart(line, pieces);
      continue;
    }
    if (!record.add(line)) continue;
    const { cells, line: first } = record.take();
    yield* cellItems(cells, header, first);
    header ??= cells;
  }
  if (record.isOpen) {
    const { cells, line } = record.take();
    yield* cellItems(cells, header, line);
  }
}

function* cellItems(
  cells: readonly string[],
  names: readonly string[] | undefined,
  line: number,
): Generator<ScanItem> {
  for (const [index, text] of cells.entries()) {
    const name = names?.[index];
    if (text !== '') yield { text, names: name === undefined ? [] : [name], line };
  }
}

// A quote that is never closed must not swallow the file.
const RECORD_SIZE_MAX = 4 * 1024 * 1024;

/** A record that is being read; a cell in quotes may go on for many lines. */
class CsvRecord {
  #separator: string | undefined;
  #cells: string[] = [];
  // The lines of a cell whose quote is open.
  #open: string[] | undefined;
  #size = 0;
  #line = 0;

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** @returns Whether the record is complete. */
  add({ text, number }: Line): boolean {
    this.#separator ??= separatorOf(text);
    if (!this.isOpen) this.#line = number;
    this.#size += text.length + 1;
    return this.#split(text, this.#separator) || this.#size >= RECORD_SIZE_MAX;
  }

  take(): { readonly cells: readonly string[]; readonly line: number } {
    const cells = this.#open === undefined ? this.#cells : [...this.#cells, this.#open.join('\n')];
    this.#cells = [];
    this.#open = undefined;
    this.#size = 0;
    return { cells, line: this.#line };
  }

  #split(text: string, separator: string): boolean {
    let at = 0;
    for (;;) {
      if (this.#open === undefined && text[at] === '"') {
        this.#open = [];
        at++;
      }
      let cell = '';
      if (this.#open !== undefined) {
        const end = endOfQuote(text, at);
        const quoted = text.slice(at, end).replaceAll('""', '"');
        this.#open.push(quoted);
        if (end === text.length) return false;
        cell = this.#open.join('\n');
        this.#open = undefined;
        at = end + 1;
      }
      const next = text.indexOf(separator, at);
      this.#cells.push(cell + text.slice(at, next < 0 ? text.length : next));
      if (next < 0) return true;
      at = next + 1;
    }
  }
}

/** @returns Where the closing quote is; the end of the text when there is none. */
function endOfQuote(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  return end < 0 ? text.length : end;
}

function separatorOf(header: string): string {
  const counts = [',', ';', '\t'].map((separator) => [separator, header.split(separator).length] as const);
  return counts.toSorted(([, left], [, right]) => right - left)[0]?.[0] ?? ',';
}
