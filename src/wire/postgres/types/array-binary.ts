import { type BinaryItem, readBinaryItem, readInt32, spliceBinaryItems } from './binary-item.ts';

// int32 dimension count, int32 flags (1 = has NULL), uint32 element type OID, per dimension: int32 length,
// int32 lower bound; then per element: int32 length (-1 = NULL), bytes.
// https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/arrayfuncs.c (array_send)
const HEADER_SIZE = 12;
const DIMENSION_SIZE = 8;
const DIMENSION_COUNT_MAX = 6;
const HAS_NULL_AT = 7;

/** @returns The elements of all dimensions in order, or `undefined` when the array is malformed. */
export function splitArrayBinary(bytes: Uint8Array, start: number, end: number): BinaryItem[] | undefined {
  if (end - start < HEADER_SIZE) return undefined;
  const dimensions = readInt32(bytes, start);
  const flags = readInt32(bytes, start + 4);
  const typeOid = readInt32(bytes, start + 8) >>> 0;
  let at = start + HEADER_SIZE + dimensions * DIMENSION_SIZE;
  if (dimensions < 0 || dimensions > DIMENSION_COUNT_MAX || at > end || (flags !== 0 && flags !== 1)) {
    return undefined;
  }
  const count = elementCount(bytes, start + HEADER_SIZE, dimensions, end - at);
  if (count === undefined) return undefined;
  const items: BinaryItem[] = [];
  for (let index = 0; index < count; index++) {
    const item = readBinaryItem(bytes, at, end, typeOid);
    if (item === undefined) return undefined;
    items.push(item);
    at = item.end;
  }
  return at === end ? items : undefined;
}

// `undefined` when the elements could not stand in the bytes that are left: four bytes each at least.
function elementCount(
  bytes: Uint8Array,
  at: number,
  dimensions: number,
  sizeLeft: number,
): number | undefined {
  if (dimensions === 0) return 0;
  let count = 1;
  for (let index = 0; index < dimensions; index++) {
    const length = readInt32(bytes, at + index * DIMENSION_SIZE);
    if (length < 0) return undefined;
    count *= length;
    if (count * 4 > sizeLeft) return undefined;
  }
  return count;
}

/** As `spliceBinaryItems`, and says in the header that there are NULLs when one was put in. */
export function spliceArrayBinary(
  bytes: Uint8Array,
  start: number,
  end: number,
  items: readonly BinaryItem[],
  replacements: readonly (Uint8Array | null | undefined)[],
): Uint8Array {
  const output = spliceBinaryItems(bytes, start, end, items, replacements);
  if (replacements.includes(null)) output[HAS_NULL_AT] = 1;
  return output;
}
