import { ByteWriter } from '../../bytes/byte-writer.ts';
import type { CopyCell } from './copy-cell.ts';
import { copyRowContentEnd, copyRowError, sameBytes } from './copy-cell.ts';

// Cells between delimiters, quoted as a whole or not at all. Inside quotes the escape byte stands
// before a quote or itself. An unquoted cell that is the NULL text is NULL, a quoted one is not.
// https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const endOfDataMark = Uint8Array.of(0x5c, 0x2e);

/** How the rows of a `COPY ... (FORMAT csv)` are written. */
export interface CopyCsvOptions {
  /** A byte; comma unless the statement said otherwise. */
  readonly delimiter: number;
  /** A byte; double quote unless the statement said otherwise. */
  readonly quote: number;
  /** A byte; the quote unless the statement said otherwise. */
  readonly escape: number;
  /** Empty unless the statement said otherwise. */
  readonly nullText: Uint8Array;
}

/**
 * Decodes one row of COPY csv format, its terminator included. Cells alias the row where nothing was
 * escaped. A table without columns gives rows of one empty cell.
 *
 * Stricter than the server's own reader: a quote inside an unquoted cell, which no server writes, is
 * refused.
 *
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY: no terminator, a bare newline, or malformed quoting.
 */
export function parseCopyCsvRow(row: Uint8Array, options: CopyCsvOptions): CopyCell[] {
  const end = copyRowContentEnd(row);
  const cells: CopyCell[] = [];
  let at = 0;
  for (;;) {
    const start = at;
    const isQuoted = at < end && row[at] === options.quote;
    at = isQuoted ? endOfQuoted(row, at, end, options) : endOfUnquoted(row, at, end, options);
    const raw = row.subarray(start, at);
    cells.push({ raw, value: decodeCell(raw, isQuoted, options), isQuoted });
    if (at === end) return cells;
    if (row[at] !== options.delimiter) throw copyRowError(row, `bytes after a closing quote at offset ${at}`);
    at++;
  }
}

/**
 * Encodes one cell of COPY csv format, quoted where its bytes require it.
 *
 * @param options - `isQuoted`: quote in any case, as the replaced cell was.
 */
export function encodeCopyCsvCell(
  value: Uint8Array | null,
  options: CopyCsvOptions & { readonly isQuoted?: boolean },
): Uint8Array {
  if (value === null) return options.nullText;
  if (options.isQuoted !== true && !needsQuotes(value, options)) return value;
  const writer = new ByteWriter(value.length + 16);
  writer.uint8(options.quote);
  for (const byte of value) {
    if (byte === options.quote || byte === options.escape) writer.uint8(options.escape);
    writer.uint8(byte);
  }
  writer.uint8(options.quote);
  return writer.take();
}

// A lone \. would be taken for the end of the data by older clients.
function needsQuotes(value: Uint8Array, options: CopyCsvOptions): boolean {
  if (sameBytes(value, options.nullText) || sameBytes(value, endOfDataMark)) return true;
  for (const byte of value) {
    if (byte === options.delimiter || byte === options.quote) return true;
    if (byte === lineFeed || byte === carriageReturn) return true;
  }
  return false;
}

function endOfUnquoted(row: Uint8Array, start: number, end: number, options: CopyCsvOptions): number {
  let at = start;
  for (; at < end; at++) {
    const byte = row[at];
    if (byte === options.delimiter) break;
    if (byte === options.quote) throw copyRowError(row, `quote inside an unquoted cell at offset ${at}`);
    if (byte === lineFeed || byte === carriageReturn) throw copyRowError(row, `bare newline at offset ${at}`);
  }
  return at;
}

// The escape is looked at first: it is the quote itself unless the statement said otherwise.
function endOfQuoted(row: Uint8Array, start: number, end: number, options: CopyCsvOptions): number {
  for (let at = start + 1; at < end; at++) {
    if (isEscape(row, at, end, options)) at++;
    else if (row[at] === options.quote) return at + 1;
  }
  throw copyRowError(row, `no closing quote for the one at offset ${start}`);
}

function isEscape(bytes: Uint8Array, at: number, end: number, options: CopyCsvOptions): boolean {
  if (bytes[at] !== options.escape || at + 1 >= end) return false;
  return bytes[at + 1] === options.escape || bytes[at + 1] === options.quote;
}

function decodeCell(raw: Uint8Array, isQuoted: boolean, options: CopyCsvOptions): Uint8Array | null {
  if (!isQuoted) return sameBytes(raw, options.nullText) ? null : raw;
  const end = raw.length - 1;
  const inside = raw.subarray(1, end);
  if (!inside.includes(options.escape)) return inside;
  const value = new Uint8Array(inside.length);
  let size = 0;
  for (let at = 1; at < end; at++) {
    if (isEscape(raw, at, end, options)) at++;
    value[size++] = raw[at]!;
  }
  return value.subarray(0, size);
}
