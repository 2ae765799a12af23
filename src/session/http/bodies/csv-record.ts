// https://www.rfc-editor.org/rfc/rfc4180#section-2

const [LINE_FEED, CARRIAGE_RETURN, QUOTE] = [0x0a, 0x0d, 0x22];

/** Where a reader of records is. */
const State = { cellStart: 0, bare: 1, quoted: 2, afterQuote: 3 } as const;
type State = (typeof State)[keyof typeof State];

/**
 * Finds where records end. A quote opens a cell at its beginning only; inside one, line ends are text. Bytes
 * behind a closing quote belong to the cell, as most readers have it.
 */
export class CsvRecordEnds {
  readonly #delimiter: number;
  #state: State = State.cellStart;
  #isAfterReturn = false;

  constructor(delimiter: number) {
    this.#delimiter = delimiter;
  }

  /**
   * @param from - First byte that has not been read yet.
   * @returns Where the content of the record ends, at its line end; -1 when it goes on. An LF after a CR
   *   belongs to the CR: ask `isRestOfLineEnd` for every byte that may be one.
   */
  next(bytes: Uint8Array, from: number): number {
    let state = this.#state;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (state === State.quoted) {
        if (byte === QUOTE) state = State.afterQuote;
      } else if (byte === LINE_FEED || byte === CARRIAGE_RETURN) {
        this.#state = State.cellStart;
        this.#isAfterReturn = byte === CARRIAGE_RETURN;
        return at;
      } else if (byte === this.#delimiter) state = State.cellStart;
      else if (byte === QUOTE && state !== State.bare) state = State.quoted;
      else state = State.bare;
    }
    this.#state = state;
    return -1;
  }

  /** @returns Whether the first byte after a record is an LF that belongs to the CR before it. */
  isRestOfLineEnd(byte: number): boolean {
    const isRest = this.#isAfterReturn && byte === LINE_FEED;
    this.#isAfterReturn = false;
    return isRest;
  }
}

/** One cell of a record. */
export interface CsvCell {
  /** In the record's bytes, quotes included. */
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
  /** Without quotes; aliases the record where nothing was escaped. */
  readonly value: Uint8Array;
}

/** Reads the cells of a record without its line end. What is not quoted as a whole is taken as it is. */
export function readCsvCells(record: Uint8Array, delimiter: number): readonly CsvCell[] {
  const cells: CsvCell[] = [];
  let start = 0;
  for (;;) {
    const closed = record[start] === QUOTE ? endOfQuotes(record, start) : start;
    let end = closed;
    while (end < record.length && record[end] !== delimiter) end++;
    const isQuoted = closed > start && end === closed;
    const value = isQuoted ? unquoted(record, start + 1, end - 1) : record.subarray(start, end);
    cells.push({ start, end, isQuoted, value });
    if (end >= record.length) return cells;
    start = end + 1;
  }
}

// After the quote that closes the one at `start`; `start` when none does.
function endOfQuotes(record: Uint8Array, start: number): number {
  for (let at = start + 1; at < record.length; at++) {
    if (record[at] !== QUOTE) continue;
    if (record[at + 1] !== QUOTE) return at + 1;
    at++;
  }
  return start;
}

function unquoted(record: Uint8Array, start: number, end: number): Uint8Array {
  const inside = record.subarray(start, end);
  if (!inside.includes(QUOTE)) return inside;
  const value = new Uint8Array(inside.length);
  let size = 0;
  for (let at = start; at < end; at++) {
    if (record[at] === QUOTE) at++;
    value[size++] = record[at]!;
  }
  return value.subarray(0, size);
}

/** Writes a cell, in quotes when it had them or needs them. */
export function encodeCsvCell(value: Uint8Array, delimiter: number, isQuoted: boolean): Uint8Array {
  const needsQuotes = value.some(
    (byte) => byte === delimiter || byte === QUOTE || byte === LINE_FEED || byte === CARRIAGE_RETURN,
  );
  if (!isQuoted && !needsQuotes) return value;
  const cell: number[] = [QUOTE];
  for (const byte of value) {
    if (byte === QUOTE) cell.push(QUOTE);
    cell.push(byte);
  }
  cell.push(QUOTE);
  return Uint8Array.from(cell);
}
