/** A piece of input to look into, and where it lies. */
export interface ScanItem {
  readonly text: string;
  /** Names that lead to it, outermost first: table and column, or keys of a document; empty for text. */
  readonly names: readonly string[];
  /** Line on which it begins, from 1; 0 where a document has no lines worth naming. */
  readonly line: number;
  /** Characters of that line before it; left out: none. */
  readonly column?: number;
  /** Given for one of several pieces that overlap, so that what both hold is told once. */
  readonly piece?: Piece;
}

/** A piece of a longer text. All in characters; the others are counted from the beginning of the piece. */
export interface Piece {
  /** Where it begins among all pieces of an input. */
  readonly offset: number;
  /** The piece before reaches as far as this. */
  readonly seenTo: number;
  /** Findings that begin before this are told with the piece before: it has the same text around them. */
  readonly tellFrom: number;
  /** Findings that begin here or later are told with the next piece, which has all of them. */
  readonly tellTo: number;
}

/** How a file is read. */
export type ScanFormat = 'text' | 'csv' | 'ndjson' | 'json' | 'sql';

/** All of them, for messages. */
export const SCAN_FORMATS: readonly ScanFormat[] = ['text', 'csv', 'ndjson', 'json', 'sql'];

const BY_EXTENSION: Readonly<Record<string, ScanFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
  sql: 'sql',
  dump: 'sql',
};

/** @returns The format a file's name asks for; text for any other. */
export function formatOfName(file: string): ScanFormat {
  const extension = /\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase() ?? '';
  return BY_EXTENSION[extension] ?? 'text';
}
