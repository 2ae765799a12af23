import { ByteWriter } from '../../bytes/byte-writer.ts';
import type { CopyCell } from './copy-cell.ts';
import { copyRowContentEnd, copyRowError, joinCopyCells, sameBytes } from './copy-cell.ts';

// Cells between delimiters. A backslash takes the delimiter's, the newline's and its own meaning
// away, and begins the escapes \b \f \n \r \t \v, \ooo and \xhh. Before that, a cell whose raw
// bytes are the NULL text is NULL. Holds for encodings in which no character contains the byte of
// a backslash: UTF-8 and all server encodings, but not SJIS, BIG5, GBK, GB18030 as client encoding.
// https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS

const backslash = 0x5c;
const letterX = 0x78;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const hexDigits = '0123456789abcdef';
const rowTerminator = Uint8Array.of(lineFeed);

// Letter after the backslash to control character, and back.
const controlOfLetter: ReadonlyMap<number, number> = new Map([
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, lineFeed],
  [0x72, carriageReturn],
  [0x74, 0x09],
  [0x76, 0x0b],
]);
const letterOfControl: ReadonlyMap<number, number> = new Map(
  [...controlOfLetter].map(([letter, control]) => [control, letter]),
);

/**
 * Decodes one row of COPY text format, its terminator included. Cells alias the row where nothing
 * was escaped. A table without columns gives rows of one empty cell.
 *
 * @param delimiter - A byte that is not a newline or a backslash.
 * @param nullText - The NULL text, `\N` unless the statement said otherwise.
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY: no terminator, a bare newline inside, or a backslash at
 *   the end.
 */
export function parseCopyTextRow(row: Uint8Array, delimiter: number, nullText: Uint8Array): CopyCell[] {
  const end = copyRowContentEnd(row);
  const cells: CopyCell[] = [];
  let start = 0;
  let hasEscapes = false;
  for (let at = 0; at <= end; at++) {
    const byte = row[at]!;
    if (at === end || byte === delimiter) {
      const raw = row.subarray(start, at);
      cells.push({ raw, value: decodeCell(raw, hasEscapes, nullText), isQuoted: false });
      start = at + 1;
      hasEscapes = false;
    } else if (byte === backslash) {
      hasEscapes = true;
      at++;
      if (at >= end) throw copyRowError(row, 'backslash at the end');
    } else if (byte === lineFeed || byte === carriageReturn) {
      throw copyRowError(row, `bare newline at offset ${at}`);
    }
  }
  return cells;
}

/** The values of `parseCopyTextRow`; `null` = SQL NULL. */
export function splitCopyTextRow(
  row: Uint8Array,
  delimiter: number,
  nullText: Uint8Array,
): (Uint8Array | null)[] {
  return parseCopyTextRow(row, delimiter, nullText).map((cell) => cell.value);
}

/** Encodes a row of COPY text format, with LF as terminator. */
export function encodeCopyTextRow(
  values: readonly (Uint8Array | null)[],
  delimiter: number,
  nullText: Uint8Array,
): Uint8Array {
  const rawCells = values.map((value) => encodeCopyTextCell(value, delimiter, nullText));
  return joinCopyCells(rawCells, delimiter, rowTerminator);
}

/**
 * Encodes one cell of COPY text format.
 *
 * A value spelled like the NULL text begins with a hexadecimal escape, so that it stays a value. Only
 * the empty value under an empty NULL text has no other spelling and reads back as NULL.
 */
export function encodeCopyTextCell(
  value: Uint8Array | null,
  delimiter: number,
  nullText: Uint8Array,
): Uint8Array {
  if (value === null) return nullText;
  const raw = escapeCell(value, delimiter);
  return raw.length > 0 && sameBytes(raw, nullText) ? escapeFirstByte(value, delimiter) : raw;
}

function escapeCell(value: Uint8Array, delimiter: number): Uint8Array {
  if (!needsEscape(value, delimiter)) return value;
  const writer = new ByteWriter(value.length + 16);
  for (const byte of value) {
    const letter = letterOfControl.get(byte);
    // A tab is written \t even when it is the delimiter, as the server does.
    if (byte === backslash || (byte === delimiter && letter === undefined)) {
      writer.uint8(backslash);
      writer.uint8(byte);
    } else if (letter !== undefined) {
      writer.uint8(backslash);
      writer.uint8(letter);
    } else {
      writer.uint8(byte);
    }
  }
  return writer.take();
}

function needsEscape(value: Uint8Array, delimiter: number): boolean {
  for (const byte of value) {
    if (byte === backslash || byte === delimiter || (byte >= 0x08 && byte <= 0x0d)) return true;
  }
  return false;
}

function escapeFirstByte(value: Uint8Array, delimiter: number): Uint8Array {
  const first = value[0]!;
  const rest = escapeCell(value.subarray(1), delimiter);
  const writer = new ByteWriter(rest.length + 4);
  writer.uint8(backslash);
  writer.uint8(letterX);
  writer.uint8(hexDigits.charCodeAt(first >>> 4));
  writer.uint8(hexDigits.charCodeAt(first & 15));
  writer.bytes(rest);
  return writer.take();
}

function decodeCell(raw: Uint8Array, hasEscapes: boolean, nullText: Uint8Array): Uint8Array | null {
  if (sameBytes(raw, nullText)) return null;
  return hasEscapes ? unescapeCell(raw) : raw;
}

function unescapeCell(raw: Uint8Array): Uint8Array {
  const value = new Uint8Array(raw.length);
  let size = 0;
  let at = 0;
  while (at < raw.length) {
    const byte = raw[at++]!;
    if (byte !== backslash) {
      value[size++] = byte;
      continue;
    }
    const escaped = raw[at++]!;
    if (isOctal(escaped)) {
      let code = escaped - 0x30;
      for (let digits = 1; digits < 3 && isOctal(raw[at]); digits++) code = code * 8 + raw[at++]! - 0x30;
      value[size++] = code;
    } else if (escaped === letterX && hexValue(raw[at]) >= 0) {
      let code = hexValue(raw[at++]);
      if (hexValue(raw[at]) >= 0) code = code * 16 + hexValue(raw[at++]);
      value[size++] = code;
    } else {
      value[size++] = controlOfLetter.get(escaped) ?? escaped;
    }
  }
  return value.subarray(0, size);
}

function isOctal(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x37;
}

// -1 = not a hexadecimal digit.
function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
