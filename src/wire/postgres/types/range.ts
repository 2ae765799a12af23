import { type BinaryItem, readBinaryItem, readInt32 } from './binary-item.ts';
import type { FormatCode } from './postgres-type.ts';
import { readQuotedItem, type TextItem } from './text-item.ts';

// Binary: one flags byte, then per bound that is there: int32 length, bytes.
// https://github.com/postgres/postgres/blob/master/src/include/utils/rangetypes.h
const FLAG_EMPTY = 0x01;
const FLAG_LOWER_INFINITE = 0x08;
const FLAG_UPPER_INFINITE = 0x10;

const EMPTY_TEXT = Buffer.from('empty', 'latin1');
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_PARENTHESIS = 0x28;
const CLOSE_PARENTHESIS = 0x29;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The range that holds nothing. */
export function emptyRange(formatCode: FormatCode): Uint8Array {
  return formatCode === 0 ? Uint8Array.from(EMPTY_TEXT) : Uint8Array.of(FLAG_EMPTY);
}

/** The multirange that holds nothing. */
export function emptyMultirange(formatCode: FormatCode): Uint8Array {
  return formatCode === 0 ? Uint8Array.of(OPEN_BRACE, CLOSE_BRACE) : new Uint8Array(4);
}

/**
 * Finds the bounds of a range literal: `[1,5)`, `(,"2026-01-01 00:00:00"]`, `empty`. Infinite bounds are
 * left out.
 *
 * @returns The bounds that are there, or `undefined` when the literal is malformed.
 * @see https://www.postgresql.org/docs/current/rangetypes.html#RANGETYPES-IO
 */
export function splitRangeText(bytes: Uint8Array, start: number, end: number): TextItem[] | undefined {
  const bounds: TextItem[] = [];
  return readRangeText(bytes, start, end, bounds) === end ? bounds : undefined;
}

/** As `splitRangeText`, for all ranges of a multirange literal: `{[1,5),[7,9)}`. */
export function splitMultirangeText(bytes: Uint8Array, start: number, end: number): TextItem[] | undefined {
  if (end - start < 2 || bytes[start] !== OPEN_BRACE || bytes[end - 1] !== CLOSE_BRACE) return undefined;
  const bounds: TextItem[] = [];
  const last = end - 1;
  if (start + 1 === last) return bounds;
  for (let at = start + 1; ; at++) {
    const next = readRangeText(bytes, at, last, bounds);
    if (next === undefined || next === last) return next === undefined ? undefined : bounds;
    if (bytes[next] !== COMMA) return undefined;
    at = next;
  }
}

// Reads one range at `start` and returns where it ends.
function readRangeText(
  bytes: Uint8Array,
  start: number,
  end: number,
  bounds: TextItem[],
): number | undefined {
  if (end - start >= EMPTY_TEXT.length && EMPTY_TEXT.every((byte, index) => bytes[start + index] === byte)) {
    return start + EMPTY_TEXT.length;
  }
  if (bytes[start] !== OPEN_BRACKET && bytes[start] !== OPEN_PARENTHESIS) return undefined;
  const lower = readBound(bytes, start + 1, end);
  if (lower === undefined || lower.end >= end || bytes[lower.end] !== COMMA) return undefined;
  const upper = readBound(bytes, lower.end + 1, end);
  if (upper === undefined || upper.end >= end) return undefined;
  if (bytes[upper.end] !== CLOSE_BRACKET && bytes[upper.end] !== CLOSE_PARENTHESIS) return undefined;
  if (!lower.isNull) bounds.push(lower);
  if (!upper.isNull) bounds.push(upper);
  return upper.end + 1;
}

function readBound(bytes: Uint8Array, start: number, end: number): TextItem | undefined {
  if (start < end && bytes[start] === QUOTE) return readQuotedItem(bytes, start, end);
  let at = start;
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte === COMMA || byte === CLOSE_BRACKET || byte === CLOSE_PARENTHESIS) break;
    if (byte === QUOTE || byte === BACKSLASH || byte === OPEN_BRACKET || byte === OPEN_PARENTHESIS) {
      return undefined;
    }
  }
  return { start, end: at, isQuoted: false, hasEscapes: false, isNull: at === start };
}

/**
 * Finds the bounds of a binary range.
 *
 * @param subtypeOid - Goes into the items; the bytes do not say it.
 * @returns The bounds that are there, or `undefined` when the range is malformed.
 */
export function splitRangeBinary(
  bytes: Uint8Array,
  start: number,
  end: number,
  subtypeOid: number,
): BinaryItem[] | undefined {
  if (start >= end) return undefined;
  const flags = bytes[start] as number;
  let at = start + 1;
  const bounds: BinaryItem[] = [];
  const isEmpty = (flags & FLAG_EMPTY) !== 0;
  for (const infinite of [FLAG_LOWER_INFINITE, FLAG_UPPER_INFINITE]) {
    if (isEmpty || (flags & infinite) !== 0) continue;
    const bound = readBinaryItem(bytes, at, end, subtypeOid);
    if (bound === undefined || bound.isNull) return undefined;
    bounds.push(bound);
    at = bound.end;
  }
  return at === end ? bounds : undefined;
}

/** As `splitRangeBinary`, for a multirange: int32 range count, then per range: int32 length, bytes. */
export function splitMultirangeBinary(
  bytes: Uint8Array,
  start: number,
  end: number,
  subtypeOid: number,
): BinaryItem[] | undefined {
  if (end - start < 4) return undefined;
  const count = readInt32(bytes, start);
  const bounds: BinaryItem[] = [];
  let at = start + 4;
  for (let index = 0; index < count; index++) {
    const range = readBinaryItem(bytes, at, end, 0);
    if (range === undefined || range.isNull) return undefined;
    const inner = splitRangeBinary(bytes, range.start, range.end, subtypeOid);
    if (inner === undefined) return undefined;
    bounds.push(...inner);
    at = range.end;
  }
  return count >= 0 && at === end ? bounds : undefined;
}
