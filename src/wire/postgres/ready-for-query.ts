import { ByteReader } from '../../bytes/byte-reader.ts';
import { WireError } from '../../errors.ts';
import { encodeMessage } from './encode-message.ts';
import { backend } from './message-types.ts';

/** I = idle, T = in a transaction, E = in a failed transaction. */
export type TransactionStatus = 'I' | 'T' | 'E';

/**
 * Decodes the body of a ReadyForQuery.
 *
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
 */
export function parseReadyForQuery(body: Uint8Array): TransactionStatus {
  const reader = new ByteReader(body);
  const status = reader.uint8();
  reader.expectEnd('ReadyForQuery');
  switch (status) {
    case 0x49:
      return 'I';
    case 0x54:
      return 'T';
    case 0x45:
      return 'E';
    default:
      throw new WireError('WIREMASK_ERR_MESSAGE_BODY', `ReadyForQuery with status ${status}`);
  }
}

/** Encodes a whole ReadyForQuery message. */
export function encodeReadyForQuery(status: TransactionStatus): Uint8Array {
  return encodeMessage(backend.readyForQuery, (writer) => writer.uint8(status.charCodeAt(0)));
}
