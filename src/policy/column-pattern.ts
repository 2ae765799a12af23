/** A compiled `schema.table.column` pattern. */
export interface ColumnPattern {
  readonly source: string;
  matches(schema: string, table: string, column: string): boolean;
  /** The same where the schema or the table is not known: then it may be any. */
  mayMatch(schema: string | undefined, table: string | undefined, column: string): boolean;
}

/**
 * Compiles `schema.table.column`. Parts are compared exactly as the catalog spells them; `*` stands for
 * any run of characters, and a part in double quotes is literal (`""` for a quote).
 *
 * @returns The pattern, or a sentence that says what is wrong and what to write instead.
 */
export function compileColumnPattern(source: string): ColumnPattern | string {
  const parts = splitParts(source);
  if (typeof parts === 'string') return parts;
  if (parts.length !== 3) {
    return `"${source}" has ${parts.length} part(s); write schema.table.column, with * for any, as in *.*.${parts.at(-1)?.text || 'ssn'}`;
  }
  const [schema, table, column] = parts.map(compilePart) as [PartTest, PartTest, PartTest];
  return {
    source,
    matches: (s, t, c) => column(c) && table(t) && schema(s),
    mayMatch: (s, t, c) => column(c) && (t === undefined || table(t)) && (s === undefined || schema(s)),
  };
}

type PartTest = (name: string) => boolean;

/** Compiles a name in which `*` stands for any run of characters. */
export function compileNamePattern(name: string): PartTest {
  return compilePart({ text: name, isQuoted: false });
}

interface Part {
  readonly text: string;
  readonly isQuoted: boolean;
}

function splitParts(source: string): Part[] | string {
  const parts: Part[] = [];
  let at = 0;
  for (;;) {
    if (source[at] === '"') {
      let text = '';
      at++;
      for (;;) {
        const close = source.indexOf('"', at);
        if (close < 0) return `"${source}" has a double quote that is not closed`;
        text += source.slice(at, close);
        at = close + 1;
        if (source[at] !== '"') break;
        text += '"';
        at++;
      }
      parts.push({ text, isQuoted: true });
    } else {
      const dot = source.indexOf('.', at);
      const end = dot < 0 ? source.length : dot;
      const text = source.slice(at, end);
      if (text.length === 0) return `"${source}" has an empty part; write * for any`;
      parts.push({ text, isQuoted: false });
      at = end;
    }
    if (at === source.length) return parts;
    if (source[at] !== '.')
      return `"${source}" has text after a closing double quote; write a dot between parts`;
    at++;
  }
}

function compilePart(part: Part): PartTest {
  if (part.isQuoted || !part.text.includes('*')) return (name) => name === part.text;
  const pieces = part.text.split('*');
  return (name) => matchesPieces(name, pieces);
}

// First and last pieces are anchored, the others are searched left to right: linear, no backtracking.
function matchesPieces(name: string, pieces: readonly string[]): boolean {
  const first = pieces[0] as string;
  const last = pieces[pieces.length - 1] as string;
  if (name.length < first.length + last.length) return false;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  const end = name.length - last.length;
  for (let i = 1; i < pieces.length - 1; i++) {
    const piece = pieces[i] as string;
    const found = name.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
