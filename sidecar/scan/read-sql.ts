import type { Line } from './read-lines.ts';
import { TextPieces } from './read-text.ts';
import type { ScanItem } from './scan-item.ts';

const COPY = /^COPY\s+(\S+)\s*\(([^)]*)\)\s+FROM\s+stdin\b/i;
const INSERT = /^INSERT\s+INTO\s+(\S+)\s*(?:\(([^)]*)\)\s*)?VALUES\s*/i;

/**
 * A dump as pg_dump, mysqldump and mariadb-dump write it: rows of COPY and INSERT are looked into cell by
 * cell, under the names of table and column; everything else as text.
 */
export async function* readSql(lines: AsyncIterable<Line>): AsyncGenerator<ScanItem> {
  const pieces = new TextPieces();
  let copy: readonly (readonly string[])[] | undefined;
  for await (const line of lines) {
    if (copy !== undefined) {
      if (line.text === '\\.') copy = undefined;
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
  const literal = /'(?:[^'\\]|''|\\[\s\S])*'|[^\s(),;']+|[(,]/g;
  literal.lastIndex = from;
  let column = 0;
  for (let found = literal.exec(line.text); found !== null; found = literal.exec(line.text)) {
    const [token] = found;
    if (token === '(') column = 0;
    else if (token === ',') column++;
    else {
      const text = token.startsWith("'") ? unescapeText(token.slice(1, -1).replaceAll("''", "'")) : token;
      yield { text, names: names[column] ?? [], line: line.number };
    }
  }
}
