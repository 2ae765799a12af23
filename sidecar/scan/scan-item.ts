/** A piece of input to look into, and where it lies. */
export interface ScanItem {
  readonly text: string;
  /** Names that lead to it, outermost first: table and column, or keys of a document; empty for text. */
  readonly names: readonly string[];
  /** Line on which it begins, from 1; 0 where a document has no lines worth naming. */
  readonly line: number;
  /** It repeats the end of the item before: what was found there is not found anew. */
  readonly isOverlapping?: boolean;
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
