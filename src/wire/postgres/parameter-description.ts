import { ByteReader } from '../../bytes/byte-reader.ts';
import { encodeMessage } from './encode-message.ts';
import { backend } from './message-types.ts';

/**
 * Decodes the body of a ParameterDescription.
 *
 * @returns Type OIDs of a statement's parameters, unsigned.
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
 */
export function parseParameterDescription(body: Uint8Array): number[] {
  const reader = new ByteReader(body);
  const typeOids: number[] = [];
  for (let left = reader.uint16(); left > 0; left--) typeOids.push(reader.uint32());
  reader.expectEnd('ParameterDescription');
  return typeOids;
}

/** Encodes a whole ParameterDescription message. */
export function encodeParameterDescription(typeOids: readonly number[]): Uint8Array {
  return encodeMessage(backend.parameterDescription, (writer) => {
    writer.int16(typeOids.length);
    for (const oid of typeOids) writer.int32(oid);
  });
}
