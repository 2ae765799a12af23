import { isPart, type Line, wholeLines } from './read-lines.ts';
import { readPart, TextPieces } from './read-text.ts';
import type { ScanItem } from './scan-item.ts';

// A name may hold anything between its quotes. There is one way to read a name: lines may be long.
const COPY = /^COPY\s+((?:"[^"]*"|[^\s("])+)\s*\(([^)]*)\)\s+FROM\s+stdin\b/i;
const INSERT = /^INSERT\s+INTO\s+((?:"[^"]*"|[^\s("])+)\s*(?:\(([^)]*)\)\s*)?VALUES\s*/i;

/**
 * A dump as pg_dump, mysqldump and mariadb-dump write it: rows of COPY and INSERT are looked into cell by
 * cell, under the names of table and column; everything else as text.
 */
export async function* readSql(lines: AsyncIterable<Line>): AsyncGenerator<ScanItem> {
  const pieces = new TextPieces();
  let copy: readonly (readonly string[])[] | undefined;
  for await (const line of wholeLines(lines)) {
    if (copy !== undefined) {
      if (isPart(line)) yield* readPart(line, pieces);
      else if (line.text === '\\.') copy = undefined;
      else yield* copyRow(line, copy);
      continue;
    }
    const [, table, columns] = COPY.exec(line.text) ?? [];
    if (table !== undefined && columns !== undefined) {
      copy = namesOf(table, columns);
      const before = pieces.flush();
      if (before !== undefined) yield before;
      continue;
    }
    const insert = INSERT.exec(line.text);
    if (insert === null) {
      const piece = pieces.add(line);
      if (piece !== undefined) yield piece;
    } else {
      yield* insertRows(line, insert[0].length, insert[1] ?? '', insert[2]);
    }
  }
  const last = pieces.flush();
  if (last !== undefined) yield last;
}

function namesOf(table: string, columns: string): readonly (readonly string[])[] {
  const owner = table.split('.').map(unquote);
  return columns.split(',').map((column) => [...owner, unquote(column.trim())]);
}

function unquote(name: string): string {
  return name.replace(/^["`]|["`]$/g, '');
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  0: '\0',
};

function unescapeText(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character);
}

function* copyRow(line: Line, names: readonly (readonly string[])[]): Generator<ScanItem> {
  for (const [index, cell] of line.text.split('\t').entries()) {
    if (cell === '\\N' || cell === '') continue;
    yield { text: unescapeText(cell), names: names[index] ?? [], line: line.number };
  }
}

/** Literals between parentheses and commas; the position in its row says which column one is of. */
function* insertRows(
  line: Line,
  from: number,
  table: string,
  columns: string | undefined,
): Generator<ScanItem> {
  const names = columns === undefined ? [] : namesOf(table, columns);
  const { text } = line;
  let column = 0;
  let at = from;
  while (at < text.length) {
    const first = text[at] as string;
    if (first === '(') column = 0;
    else if (first === ',') column++;
    if (first === "'") {
      const end = endOfLiteral(text, at + 1);
      const inside = unescapeText(text.slice(at + 1, end).replaceAll("''", "'"));
      if (inside !== '') yield { text: inside, names: names[column] ?? [], line: line.number };
      at = end + 1;
    } else {
      BARE.lastIndex = at;
      const bare = BARE.exec(text)?.[0] ?? '';
      if (bare !== '') yield { text: bare, names: names[column] ?? [], line: line.number };
      at += Math.max(1, bare.length);
    }
  }
}

const BARE = /[^\s(),;']+/y;
const QUOTE_OR_ESCAPE = /['\\]/g;

/** @returns Where the closing quote is; the end of the text when there is none. */
function endOfLiteral(text: string, from: number): number {
  QUOTE_OR_ESCAPE.lastIndex = from;
  for (let found = QUOTE_OR_ESCAPE.exec(text); found !== null; found = QUOTE_OR_ESCAPE.exec(text)) {
    if (found[0] === "'" && text[found.index + 1] !== "'") return found.index;
    QUOTE_OR_ESCAPE.lastIndex = found.index + 2;
  }
  return text.length;
}
