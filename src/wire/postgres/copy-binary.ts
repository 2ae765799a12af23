import { ByteReader } from '../../bytes/byte-reader.ts';
import { ByteWriter } from '../../bytes/byte-writer.ts';
import { WireError } from '../../errors.ts';

// Header: signature of 11 bytes, int32 flags, int32 size of an extension, extension.
// Tuple: int16 cell count, then per cell int32 size (-1 = NULL), bytes. Trailer: int16 -1.
// The server sends the header in one CopyData message with the first tuple or the trailer.
// https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS
const signature = Uint8Array.of(0x50, 0x47, 0x43, 0x4f, 0x50, 0x59, 0x0a, 0xff, 0x0d, 0x0a, 0x00);

/**
 * Reads the header of COPY binary format at the start of `bytes`.
 *
 * @returns `headerLength`: bytes up to the first tuple.
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY, also for flags that change the layout of tuples (bits
 *   16 to 31).
 */
export function parseCopyBinaryHeader(bytes: Uint8Array): { headerLength: number } {
  const reader = new ByteReader(bytes);
  const isSigned = reader.bytes(signature.length).every((byte, index) => byte === signature[index]);
  if (!isSigned) throw new WireError('WIREMASK_ERR_MESSAGE_BODY', 'COPY binary data without its signature');
  const flags = reader.uint32();
  // Fails closed: a critical flag (OIDs before each tuple, up to PostgreSQL 11) would shift every cell.
  if (flags >>> 16 !== 0)
    throw new WireError('WIREMASK_ERR_MESSAGE_BODY', `COPY binary header with flags ${flags}`);
  reader.bytes(reader.int32());
  return { headerLength: reader.offset };
}

/** A tuple of COPY binary format, or the trailer after the last one. */
export type CopyBinaryTuple =
  | {
      readonly kind: 'tuple';
      /** `null` = SQL NULL. They alias the input. */
      readonly cells: (Uint8Array | null)[];
      /** Offset after the tuple. */
      readonly end: number;
    }
  | { readonly kind: 'trailer'; readonly end: number };

/**
 * Reads the tuple or trailer at `at`; it has to be there as a whole.
 *
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
 */
export function parseCopyBinaryTuple(bytes: Uint8Array, at: number): CopyBinaryTuple {
  const reader = new ByteReader(bytes, at);
  const count = reader.int16();
  if (count === -1) return { kind: 'trailer', end: reader.offset };
  if (count < 0) throw new WireError('WIREMASK_ERR_MESSAGE_BODY', `COPY binary tuple of ${count} cells`);
  const cells: (Uint8Array | null)[] = [];
  for (let left = count; left > 0; left--) {
    const size = reader.int32();
    if (size < -1)
      throw new WireError('WIREMASK_ERR_MESSAGE_BODY', `COPY binary tuple with a cell of size ${size}`);
    cells.push(size === -1 ? null : reader.bytes(size));
  }
  return { kind: 'tuple', cells, end: reader.offset };
}

/** Encodes a header without flags or extension. */
export function encodeCopyBinaryHeader(): Uint8Array {
  const writer = new ByteWriter(19);
  writer.bytes(signature);
  writer.int32(0);
  writer.int32(0);
  return writer.take();
}

/** Encodes one tuple; `null` = SQL NULL. */
export function encodeCopyBinaryTuple(cells: readonly (Uint8Array | null)[]): Uint8Array {
  const writer = new ByteWriter(64);
  writer.int16(cells.length);
  for (const cell of cells) {
    writer.int32(cell === null ? -1 : cell.length);
    if (cell !== null) writer.bytes(cell);
  }
  return writer.take();
}

/** Encodes the trailer that follows the last tuple. */
export function encodeCopyBinaryTrailer(): Uint8Array {
  return Uint8Array.of(0xff, 0xff);
}
