import { isSpaceByte, quoteItem, readQuotedItem, type TextItem } from './text-item.ts';

const OPEN = 0x7b;
const CLOSE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const EQUALS = 0x3d;
const OPEN_BRACKET = 0x5b;
// MAXDIM of the server.
const DIMENSION_COUNT_MAX = 6;

/**
 * Finds the elements of an array literal: `{a,"b c",NULL}`, `{{1,2},{3,4}}`, `[0:1]={x,y}`.
 *
 * Reads what the server writes: no space outside of quotes.
 *
 * @param delimiter - pg_type.typdelim as a byte: a comma for all built-in types but box.
 * @returns The elements of all dimensions in order, or `undefined` when the literal is malformed.
 * @see https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */
export function splitArrayText(
  bytes: Uint8Array,
  start: number,
  end: number,
  delimiter: number,
): TextItem[] | undefined {
  const items: TextItem[] = [];
  let at = skipDimensions(bytes, start, end);
  if (at === undefined || bytes[at] !== OPEN) return undefined;
  let depth = 0;
  // What may come next: an opening (brace or element), or a separator (delimiter or closing brace).
  let isItemExpected = true;
  let isFirst = true;
  while (at < end) {
    const byte = bytes[at] as number;
    if (byte === CLOSE && (!isItemExpected || isFirst)) {
      depth--;
      at++;
      if (depth === 0) return at === end ? items : undefined;
      isItemExpected = false;
      isFirst = false;
    } else if (!isItemExpected) {
      if (byte !== delimiter) return undefined;
      at++;
      isItemExpected = true;
    } else if (byte === OPEN) {
      if (++depth > DIMENSION_COUNT_MAX) return undefined;
      at++;
      isFirst = true;
    } else {
      const item = readElement(bytes, at, end, delimiter);
      if (item === undefined) return undefined;
      items.push(item);
      at = item.end;
      isItemExpected = false;
      isFirst = false;
    }
  }
  return undefined;
}

// `[1:2][0:3]=` before the braces, written when a lower bound is not 1.
function skipDimensions(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (bytes[start] !== OPEN_BRACKET) return start;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === EQUALS) return at + 1;
    const isBound = (byte >= 0x30 && byte <= 0x3a) || byte === 0x5b || byte === 0x5d || byte === 0x2d;
    if (!isBound) return undefined;
  }
  return undefined;
}

function readElement(bytes: Uint8Array, start: number, end: number, delimiter: number): TextItem | undefined {
  if (bytes[start] === QUOTE) return readQuotedItem(bytes, start, end);
  let at = start;
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === delimiter || byte === CLOSE) break;
    if (byte === QUOTE || byte === BACKSLASH || byte === OPEN) return undefined;
  }
  if (at === start) return undefined;
  return { start, end: at, isQuoted: false, hasEscapes: false, isNull: spellsNull(bytes, start, at) };
}

// NULL in any case.
function spellsNull(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end - start === 4 &&
    ((bytes[start] as number) | 0x20) === 0x6e &&
    ((bytes[start + 1] as number) | 0x20) === 0x75 &&
    ((bytes[start + 2] as number) | 0x20) === 0x6c &&
    ((bytes[start + 3] as number) | 0x20) === 0x6c
  );
}

const NULL_ELEMENT = Buffer.from('NULL', 'latin1');

/** One element as the server writes it: quoted only where it has to be. `null` is NULL. */
export function encodeArrayElement(value: Uint8Array | null, delimiter: number): Uint8Array {
  if (value === null) return NULL_ELEMENT;
  const needsQuotes =
    value.length === 0 ||
    spellsNull(value, 0, value.length) ||
    value.some(
      (byte) =>
        byte === delimiter ||
        byte === OPEN ||
        byte === CLOSE ||
        byte === QUOTE ||
        byte === BACKSLASH ||
        isSpaceByte(byte),
    );
  return needsQuotes ? quoteItem(value, 'backslash') : value;
}
