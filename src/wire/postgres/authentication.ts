import { ByteReader } from '../../bytes/byte-reader.ts';
import { WireError } from '../../errors.ts';
import { encodeMessage } from './encode-message.ts';
import { backend } from './message-types.ts';

/** An Authentication message of the server. Byte strings alias the body. */
export type AuthenticationMessage =
  | { readonly kind: 'ok' }
  | { readonly kind: 'cleartext-password' }
  | { readonly kind: 'md5-password'; readonly salt: Uint8Array }
  | { readonly kind: 'sasl'; readonly mechanisms: readonly string[] }
  | { readonly kind: 'sasl-continue'; readonly data: Uint8Array }
  | { readonly kind: 'sasl-final'; readonly data: Uint8Array }
  | { readonly kind: 'gss' | 'sspi' | 'gss-continue' | 'kerberos-v5' | 'unknown'; readonly code: number };

/**
 * Decodes the body of an Authentication message.
 *
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function parseAuthentication(body: Uint8Array): AuthenticationMessage {
  const reader = new ByteReader(body);
  const code = reader.int32();
  const message = parseRequest(reader, code);
  reader.expectEnd('Authentication');
  return message;
}

function parseRequest(reader: ByteReader, code: number): AuthenticationMessage {
  switch (code) {
    case 0:
      return { kind: 'ok' };
    case 2:
      return { kind: 'kerberos-v5', code };
    case 3:
      return { kind: 'cleartext-password' };
    case 5:
      return { kind: 'md5-password', salt: reader.bytes(4) };
    case 7:
      return { kind: 'gss', code };
    case 8:
      reader.bytes(reader.remaining());
      return { kind: 'gss-continue', code };
    case 9:
      return { kind: 'sspi', code };
    case 10:
      return { kind: 'sasl', mechanisms: parseMechanisms(reader) };
    case 11:
      return { kind: 'sasl-continue', data: reader.bytes(reader.remaining()) };
    case 12:
      return { kind: 'sasl-final', data: reader.bytes(reader.remaining()) };
    default:
      reader.bytes(reader.remaining());
      return { kind: 'unknown', code };
  }
}

// Strings up to an empty one.
function parseMechanisms(reader: ByteReader): string[] {
  const mechanisms: string[] = [];
  for (;;) {
    const mechanism = reader.cstringText();
    if (mechanism === '') return mechanisms;
    mechanisms.push(mechanism);
  }
}

/** Encodes a whole AuthenticationSASL message, for offering fewer mechanisms than the server did. */
export function encodeAuthenticationSasl(mechanisms: readonly string[]): Uint8Array {
  return encodeMessage(backend.authentication, (writer) => {
    writer.int32(10);
    for (const mechanism of mechanisms) writer.cstring(mechanism);
    writer.uint8(0);
  });
}

/** A client's SASLInitialResponse. */
export interface SaslInitialResponse {
  readonly mechanism: string;
  /** `null` when the client sent no data yet. Aliases the body. */
  readonly data: Uint8Array | null;
}

/**
 * Decodes the body of a SASLInitialResponse.
 *
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
 */
export function parseSaslInitialResponse(body: Uint8Array): SaslInitialResponse {
  const reader = new ByteReader(body);
  const mechanism = reader.cstringText();
  const size = reader.int32();
  if (size < -1)
    throw new WireError('WIREMASK_ERR_MESSAGE_BODY', `SASLInitialResponse with data size ${size}`);
  const data = size === -1 ? null : reader.bytes(size);
  reader.expectEnd('SASLInitialResponse');
  return { mechanism, data };
}

/**
 * Reads the channel binding flag that begins a SCRAM client-first-message.
 *
 * @returns `n`: the client cannot bind, `y`: it can but believes the server cannot, `p`: it does bind
 *   (a relay that ends TLS then breaks the log-in); `undefined` when this is no such message.
 * @see https://www.rfc-editor.org/rfc/rfc5802#section-7
 */
export function gs2Flag(data: Uint8Array | null): 'n' | 'y' | 'p' | undefined {
  if (data === null || data.length < 2) return undefined;
  const separator = data[1];
  switch (data[0]) {
    case 0x6e:
      return separator === 0x2c ? 'n' : undefined;
    case 0x79:
      return separator === 0x2c ? 'y' : undefined;
    case 0x70:
      return separator === 0x3d ? 'p' : undefined;
    default:
      return undefined;
  }
}
