import { type BinaryItem, readBinaryItem, readInt32 } from './binary-item.ts';

// int32 attribute count, then per attribute: uint32 type OID, int32 length (-1 = NULL), bytes.
// https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/rowtypes.c (record_send)
const COUNT_SIZE = 4;
const OID_SIZE = 4;

/** @returns The attributes in order, or `undefined` when the composite is malformed. */
export function splitCompositeBinary(
  bytes: Uint8Array,
  start: number,
  end: number,
): BinaryItem[] | undefined {
  if (end - start < COUNT_SIZE) return undefined;
  const count = readInt32(bytes, start);
  const items: BinaryItem[] = [];
  let at = start + COUNT_SIZE;
  for (let index = 0; index < count; index++) {
    if (at + OID_SIZE > end) return undefined;
    const item = readBinaryItem(bytes, at + OID_SIZE, end, readInt32(bytes, at) >>> 0);
    if (item === undefined) return undefined;
    items.push(item);
    at = item.end;
  }
  return count >= 0 && at === end ? items : undefined;
}
