import { ByteReader } from '../../bytes/byte-reader.ts';
import { encodeMessage, nameFromBytes, nameToBytes } from './encode-message.ts';
import { backend } from './message-types.ts';

/** A setting the server reports. */
export interface ParameterStatus {
  /** One character per byte. */
  readonly name: string;
  /** In the client's encoding. */
  readonly value: Uint8Array;
}

/**
 * Decodes the body of a ParameterStatus. The value aliases the body.
 *
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
 */
export function parseParameterStatus(body: Uint8Array): ParameterStatus {
  const reader = new ByteReader(body);
  const name = nameFromBytes(reader.cstring());
  const value = reader.cstring();
  reader.expectEnd('ParameterStatus');
  return { name, value };
}

/** Encodes a whole ParameterStatus message. */
export function encodeParameterStatus(status: ParameterStatus): Uint8Array {
  return encodeMessage(backend.parameterStatus, (writer) => {
    writer.cstring(nameToBytes(status.name));
    writer.cstring(status.value);
  });
}
