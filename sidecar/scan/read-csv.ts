import type { Line } from './read-lines.ts';
import type { ScanItem } from './scan-item.ts';

interface RecordOfCells {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * Comma, semicolon or tab separated values with a header line (RFC 4180, the separator read from the
 * header). Every cell is looked into under the name of its column.
 */
export async function* readCsv(lines: AsyncIterable<Line>): AsyncGenerator<ScanItem> {
  let header: readonly string[] | undefined;
  for await (const { cells, line } of records(lines)) {
    const names = header;
    header ??= cells;
    for (const [index, text] of cells.entries()) {
      const name = names?.[index];
      if (text !== '') yield { text, names: name === undefined ? [] : [name], line };
    }
  }
}

// A quote that is never closed must not swallow the file.
const RECORD_SIZE_MAX = 4 * 1024 * 1024;

async function* records(lines: AsyncIterable<Line>): AsyncGenerator<RecordOfCells> {
  let separator: string | undefined;
  let held: Line | undefined;
  for await (const line of lines) {
    separator ??= separatorOf(line.text);
    const text: string = held === undefined ? line.text : `${held.text}\n${line.text}`;
    const start: number = held?.number ?? line.number;
    const cells = splitRecord(text, separator);
    if (cells === undefined && text.length < RECORD_SIZE_MAX) {
      held = { text, number: start };
      continue;
    }
    held = undefined;
    yield { cells: cells ?? [text], line: start };
  }
  if (held !== undefined) yield { cells: [held.text], line: held.number };
}

function separatorOf(header: string): string {
  const counts = [',', ';', '\t'].map((separator) => [separator, header.split(separator).length] as const);
  return counts.toSorted(([, left], [, right]) => right - left)[0]?.[0] ?? ',';
}

/** @returns `undefined` while a quote is open. */
function splitRecord(text: string, separator: string): readonly string[] | undefined {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      let cell = '';
      let from = at + 1;
      let end = text.indexOf('"', from);
      while (end >= 0 && text[end + 1] === '"') {
        cell += text.slice(from, end + 1);
        from = end + 2;
        end = text.indexOf('"', from);
      }
      if (end < 0) return undefined;
      cell += text.slice(from, end);
      const next = text.indexOf(separator, end);
      cells.push(cell + text.slice(end + 1, next < 0 ? text.length : next));
      if (next < 0) return cells;
      at = next + 1;
    } else {
      const next = text.indexOf(separator, at);
      cells.push(text.slice(at, next < 0 ? text.length : next));
      if (next < 0) return cells;
      at = next + 1;
    }
  }
}
