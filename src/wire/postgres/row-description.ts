import { ByteReader } from '../../bytes/byte-reader.ts';
import { WireError } from '../../errors.ts';
import { encodeMessage } from './encode-message.ts';
import { backend } from './message-types.ts';

/** One column of a RowDescription. */
export interface ColumnDescription {
  /** In the client's encoding. Aliases the body. */
  readonly name: Uint8Array;
  /** 0 when the column is not one of a relation. Unsigned. */
  readonly tableOid: number;
  /** Number of the column in its relation; 0 = none, or a whole row; negative = a system column. */
  readonly columnAttribute: number;
  /** Unsigned. */
  readonly typeOid: number;
  /** pg_type.typlen; negative = of variable size. */
  readonly typeSize: number;
  /** pg_attribute.atttypmod; -1 = none. */
  readonly typeModifier: number;
  /** 0 = text, 1 = binary; always 0 when a statement, not a portal, was described. */
  readonly formatCode: number;
}

/**
 * Decodes the body of a RowDescription.
 *
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function parseRowDescription(body: Uint8Array): ColumnDescription[] {
  const reader = new ByteReader(body);
  const columns: ColumnDescription[] = [];
  for (let left = reader.uint16(); left > 0; left--) {
    const name = reader.cstring();
    const tableOid = reader.uint32();
    const columnAttribute = reader.int16();
    const typeOid = reader.uint32();
    const typeSize = reader.int16();
    const typeModifier = reader.int32();
    const formatCode = reader.int16();
    if (formatCode !== 0 && formatCode !== 1) {
      // Fails closed: values in a format nobody knows cannot be looked into.
      throw new WireError('WIREMASK_ERR_MESSAGE_BODY', `RowDescription with format code ${formatCode}`);
    }
    columns.push({ name, tableOid, columnAttribute, typeOid, typeSize, typeModifier, formatCode });
  }
  reader.expectEnd('RowDescription');
  return columns;
}

/** Encodes a whole RowDescription message. */
export function encodeRowDescription(columns: readonly ColumnDescription[]): Uint8Array {
  return encodeMessage(backend.rowDescription, (writer) => {
    writer.int16(columns.length);
    for (const column of columns) {
      writer.cstring(column.name);
      writer.int32(column.tableOid);
      writer.int16(column.columnAttribute);
      writer.int32(column.typeOid);
      writer.int16(column.typeSize);
      writer.int32(column.typeModifier);
      writer.int16(column.formatCode);
    }
  });
}
