/** One element of an array literal, attribute of a composite literal, or bound of a range literal. */
export interface TextItem {
  /** Where the item stands in the literal, quotes included: half-open `[start, end)`. */
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
  /** Between the quotes are escapes: the item's bytes are not its value's bytes. */
  readonly hasEscapes: boolean;
  readonly isNull: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Reads a quoted item whose opening quote is at `start`. A quote inside is doubled or has a backslash
 * before it; a backslash takes the next byte as it is.
 *
 * @returns The item, or `undefined` when the closing quote is missing.
 */
export function readQuotedItem(bytes: Uint8Array, start: number, end: number): TextItem | undefined {
  let hasEscapes = false;
  for (let at = start + 1; at < end; at++) {
    const byte = bytes[at];
    if (byte === BACKSLASH) {
      hasEscapes = true;
      at++;
    } else if (byte === QUOTE) {
      if (at + 1 >= end || bytes[at + 1] !== QUOTE) {
        return { start, end: at + 1, isQuoted: true, hasEscapes, isNull: false };
      }
      hasEscapes = true;
      at++;
    }
  }
  return undefined;
}

/** The bytes of the item's value without quotes and escapes. Aliases `bytes` where there are no escapes. */
export function textItemValue(bytes: Uint8Array, item: TextItem): Uint8Array {
  if (!item.isQuoted) return bytes.subarray(item.start, item.end);
  if (!item.hasEscapes) return bytes.subarray(item.start + 1, item.end - 1);
  const output = Buffer.allocUnsafe(item.end - item.start);
  let length = 0;
  for (let at = item.start + 1; at < item.end - 1; at++) {
    const byte = bytes[at] as number;
    // Either escape is one byte to drop before one to keep.
    if (byte === BACKSLASH || byte === QUOTE) at++;
    output[length++] = bytes[at] as number;
  }
  return output.subarray(0, length);
}

/**
 * A value within quotes.
 *
 * @param quoteEscape - What stands before a quote: a backslash in arrays, a second quote in composites and
 *   ranges. A backslash is doubled in all of them.
 */
export function quoteItem(value: Uint8Array, quoteEscape: 'backslash' | 'quote'): Uint8Array {
  const output = Buffer.allocUnsafe(value.length * 2 + 2);
  let length = 0;
  output[length++] = QUOTE;
  for (const byte of value) {
    if (byte === BACKSLASH) output[length++] = BACKSLASH;
    else if (byte === QUOTE) output[length++] = quoteEscape === 'quote' ? QUOTE : BACKSLASH;
    output[length++] = byte;
  }
  output[length++] = QUOTE;
  return output.subarray(0, length);
}

/** Space, tab, line feed, vertical tab, form feed, carriage return: what the server quotes an item for. */
export function isSpaceByte(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/**
 * The literal with some items replaced; all bytes between and around the items stay as they are.
 *
 * @param replacements - Encoded items by index; `undefined` keeps the item's bytes.
 */
export function spliceItems(
  bytes: Uint8Array,
  start: number,
  end: number,
  items: readonly TextItem[],
  replacements: readonly (Uint8Array | undefined)[],
): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = start;
  for (let index = 0; index < items.length; index++) {
    const replacement = replacements[index];
    if (replacement === undefined) continue;
    const item = items[index] as TextItem;
    parts.push(bytes.subarray(at, item.start), replacement);
    at = item.end;
  }
  parts.push(bytes.subarray(at, end));
  return Buffer.concat(parts);
}
