import { WireError } from '../../errors.ts';

const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/** One cell of a COPY row in text or csv format. Both byte strings may alias the row. */
export interface CopyCell {
  /** The cell as it stands on the wire, escapes and quotes included: what an unchanged cell is written as. */
  readonly raw: Uint8Array;
  /**
   * The decoded value; `null` = SQL NULL. In text format a value that is spelled like the NULL text
   * cannot be told from NULL, so with a NULL text other than `\N` this `null` may hide a value.
   */
  readonly value: Uint8Array | null;
  /** csv: the cell was quoted. Always `false` in text format. */
  readonly isQuoted: boolean;
}

/**
 * Finds where the cells of a row end and its terminator (LF or CR LF) begins.
 *
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY when the row has no terminator.
 */
export function copyRowContentEnd(row: Uint8Array): number {
  const end = row.length - 1;
  if (row[end] !== lineFeed) throw copyRowError(row, 'no terminator');
  return row[end - 1] === carriageReturn ? end - 1 : end;
}

/** Writes a row: raw cells with the delimiter between them, then the terminator. */
export function joinCopyCells(
  rawCells: readonly Uint8Array[],
  delimiter: number,
  terminator: Uint8Array,
): Uint8Array {
  let size = terminator.length + Math.max(0, rawCells.length - 1);
  for (const raw of rawCells) size += raw.length;
  const row = new Uint8Array(size);
  let at = 0;
  for (const [index, raw] of rawCells.entries()) {
    if (index > 0) row[at++] = delimiter;
    row.set(raw, at);
    at += raw.length;
  }
  row.set(terminator, at);
  return row;
}

/** @returns Whether both hold the same bytes. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) {
    if (left[i] !== right[i]) return false;
  }
  return true;
}

/** A malformed COPY row: names the problem and the size, never the bytes. */
export function copyRowError(row: Uint8Array, problem: string): WireError {
  return new WireError('WIREMASK_ERR_MESSAGE_BODY', `COPY row of ${row.length} bytes: ${problem}`);
}
