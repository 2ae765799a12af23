import { ByteReader } from '../../bytes/byte-reader.ts';
import { WireError } from '../../errors.ts';
import { encodeMessage } from './encode-message.ts';
import { backend } from './message-types.ts';

/** What a client needs to cancel a statement of this connection. */
export interface BackendKeyData {
  readonly processId: number;
  /** 4 bytes in protocol 3.0, up to 256 in 3.2. Aliases the body. */
  readonly secretKey: Uint8Array;
}

/**
 * Decodes the body of a BackendKeyData message.
 *
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
 */
export function parseBackendKeyData(body: Uint8Array): BackendKeyData {
  const reader = new ByteReader(body);
  const processId = reader.int32();
  const secretKeySize = reader.remaining();
  if (secretKeySize < 4 || secretKeySize > 256) {
    throw new WireError(
      'WIREMASK_ERR_MESSAGE_BODY',
      `BackendKeyData with a secret key of ${secretKeySize} bytes`,
    );
  }
  return { processId, secretKey: reader.bytes(secretKeySize) };
}

/** Encodes a whole BackendKeyData message. */
export function encodeBackendKeyData(key: BackendKeyData): Uint8Array {
  return encodeMessage(backend.backendKeyData, (writer) => {
    writer.int32(key.processId);
    writer.bytes(key.secretKey);
  });
}
