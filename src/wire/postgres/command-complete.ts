import { ByteReader } from '../../bytes/byte-reader.ts';
import { encodeMessage, nameFromBytes, nameToBytes } from './encode-message.ts';
import { backend } from './message-types.ts';

/**
 * Decodes the body of a CommandComplete.
 *
 * @returns The command tag (`INSERT 0 1`), one character per byte.
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
 */
export function parseCommandComplete(body: Uint8Array): string {
  const reader = new ByteReader(body);
  const tag = nameFromBytes(reader.cstring());
  reader.expectEnd('CommandComplete');
  return tag;
}

/** Encodes a whole CommandComplete message. */
export function encodeCommandComplete(tag: string): Uint8Array {
  return encodeMessage(backend.commandComplete, (writer) => writer.cstring(nameToBytes(tag)));
}
