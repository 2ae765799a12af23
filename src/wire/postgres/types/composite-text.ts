import { isSpaceByte, quoteItem, readQuotedItem, type TextItem } from './text-item.ts';

const OPEN = 0x28;
const CLOSE = 0x29;
const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Finds the attributes of a composite literal: `(1,"b c",,"say ""hi""")`. An empty attribute is NULL.
 *
 * @returns The attributes in order (`()` has one, NULL), or `undefined` when the literal is malformed.
 * @see https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-IO-SYNTAX
 */
export function splitCompositeText(bytes: Uint8Array, start: number, end: number): TextItem[] | undefined {
  if (end - start < 2 || bytes[start] !== OPEN || bytes[end - 1] !== CLOSE) return undefined;
  const items: TextItem[] = [];
  const last = end - 1;
  for (let at = start + 1; ; at++) {
    const item = readAttribute(bytes, at, last);
    if (item === undefined) return undefined;
    items.push(item);
    at = item.end;
    if (at === last) return items;
    if (bytes[at] !== COMMA) return undefined;
  }
}

function readAttribute(bytes: Uint8Array, start: number, end: number): TextItem | undefined {
  if (start < end && bytes[start] === QUOTE) return readQuotedItem(bytes, start, end);
  let at = start;
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === COMMA) break;
    if (byte === QUOTE || byte === BACKSLASH || byte === OPEN || byte === CLOSE) return undefined;
  }
  return { start, end: at, isQuoted: false, hasEscapes: false, isNull: at === start };
}

const NULL_ATTRIBUTE = new Uint8Array(0);

/** One attribute as the server writes it: quoted only where it has to be. `null` is NULL, nothing at all. */
export function encodeCompositeAttribute(value: Uint8Array | null): Uint8Array {
  if (value === null) return NULL_ATTRIBUTE;
  const needsQuotes =
    value.length === 0 ||
    value.some(
      (byte) =>
        byte === COMMA ||
        byte === OPEN ||
        byte === CLOSE ||
        byte === QUOTE ||
        byte === BACKSLASH ||
        isSpaceByte(byte),
    );
  return needsQuotes ? quoteItem(value, 'quote') : value;
}
