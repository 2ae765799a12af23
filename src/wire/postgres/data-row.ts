import { ByteReader } from '../../bytes/byte-reader.ts';
import { WireError } from '../../errors.ts';
import { encodeMessage } from './encode-message.ts';
import { backend } from './message-types.ts';

// int16 cell count, then per cell: int32 size (-1 = NULL), bytes.
// https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-DATAROW

/**
 * Decodes the body of a DataRow into cells; `null` = SQL NULL. The cells alias the body.
 *
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
 */
export function parseDataRow(body: Uint8Array): (Uint8Array | null)[] {
  const reader = new ByteReader(body);
  const cells: (Uint8Array | null)[] = [];
  for (let left = reader.uint16(); left > 0; left--) {
    const size = reader.int32();
    if (size < -1) throw new WireError('WIREMASK_ERR_MESSAGE_BODY', `DataRow with a cell of size ${size}`);
    cells.push(size === -1 ? null : reader.bytes(size));
  }
  reader.expectEnd('DataRow');
  return cells;
}

/** Encodes a whole DataRow message; `null` = SQL NULL. */
export function encodeDataRow(cells: readonly (Uint8Array | null)[]): Uint8Array {
  return encodeMessage(backend.dataRow, (writer) => {
    writer.int16(cells.length);
    for (const cell of cells) {
      writer.int32(cell === null ? -1 : cell.length);
      if (cell !== null) writer.bytes(cell);
    }
  });
}
