import { ByteReader } from '../../bytes/byte-reader.ts';
import { WireError } from '../../errors.ts';
import { encodeMessage } from './encode-message.ts';
import { backend } from './message-types.ts';

/** The server's answer to a minor version or protocol options it does not know. */
export interface NegotiateProtocolVersion {
  /** The newest version the server speaks: major in the upper 16 bits, minor in the lower. */
  readonly newestVersion: number;
  /** Names of `_pq_.` options the server does not know. */
  readonly unknownOptions: readonly string[];
}

/**
 * Decodes the body of a NegotiateProtocolVersion.
 *
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
 */
export function parseNegotiateProtocolVersion(body: Uint8Array): NegotiateProtocolVersion {
  const reader = new ByteReader(body);
  const newestVersion = reader.int32();
  const count = reader.int32();
  // Each name takes a byte at least, so a count beyond the body ends the loop by its bounds check.
  if (count < 0)
    throw new WireError('WIREMASK_ERR_MESSAGE_BODY', `NegotiateProtocolVersion with ${count} options`);
  const unknownOptions: string[] = [];
  for (let left = count; left > 0; left--) unknownOptions.push(reader.cstringText());
  reader.expectEnd('NegotiateProtocolVersion');
  return { newestVersion, unknownOptions };
}

/** Encodes a whole NegotiateProtocolVersion message. */
export function encodeNegotiateProtocolVersion(message: NegotiateProtocolVersion): Uint8Array {
  return encodeMessage(backend.negotiateProtocolVersion, (writer) => {
    writer.int32(message.newestVersion);
    writer.int32(message.unknownOptions.length);
    for (const name of message.unknownOptions) writer.cstring(name);
  });
}
