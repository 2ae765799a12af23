/** One element of a binary array or attribute of a binary composite. */
export interface BinaryItem {
  /** Where the value stands, without its length: half-open `[start, end)`; empty for NULL. */
  readonly start: number;
  readonly end: number;
  readonly isNull: boolean;
  /** Type OID of a composite's attribute; an array's element type otherwise. */
  readonly typeOid: number;
}

/** @returns The big-endian int32 at `at`; the caller has checked the bounds. */
export function readInt32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

/** @returns Four bytes, big-endian. */
export function int32Bytes(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/**
 * Reads an int32 length and the value behind it, at `at`. Length -1 is NULL.
 *
 * @returns `undefined` when the length is below -1 or runs past `end`.
 */
export function readBinaryItem(
  bytes: Uint8Array,
  at: number,
  end: number,
  typeOid: number,
): BinaryItem | undefined {
  if (at + 4 > end) return undefined;
  const length = readInt32(bytes, at);
  const start = at + 4;
  if (length === -1) return { start, end: start, isNull: true, typeOid };
  if (length < 0 || length > end - start) return undefined;
  return { start, end: start + length, isNull: false, typeOid };
}

/**
 * The value with some items replaced; every other byte stays as it is.
 *
 * @param replacements - New values by index: bytes, `null` for NULL, `undefined` to keep the item.
 */
export function spliceBinaryItems(
  bytes: Uint8Array,
  start: number,
  end: number,
  items: readonly BinaryItem[],
  replacements: readonly (Uint8Array | null | undefined)[],
): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = start;
  for (let index = 0; index < items.length; index++) {
    const replacement = replacements[index];
    if (replacement === undefined) continue;
    const item = items[index] as BinaryItem;
    parts.push(
      bytes.subarray(at, item.start - 4),
      int32Bytes(replacement === null ? -1 : replacement.length),
    );
    if (replacement !== null) parts.push(replacement);
    at = item.end;
  }
  parts.push(bytes.subarray(at, end));
  return Buffer.concat(parts);
}
