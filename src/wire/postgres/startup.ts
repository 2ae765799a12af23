import { ByteReader } from '../../bytes/byte-reader.ts';
import { ByteWriter } from '../../bytes/byte-writer.ts';
import { LimitError, UnsupportedError, WireError } from '../../errors.ts';

/** Bytes of a startup packet after its length field: PostgreSQL's MAX_STARTUP_PACKET_LENGTH. */
export const startupPacketSizeMax = 10000;

const cancelRequestCode = 80877102;
const sslRequestCode = 80877103;
const gssencRequestCode = 80877104;
const protocolMajorSupported = 3;
const secretKeySizeMin = 4;
const secretKeySizeMax = 256;

/** What a client sends before any typed message. */
export type StartupPacket =
  | {
      readonly kind: 'startup';
      readonly protocolMajor: number;
      readonly protocolMinor: number;
      /** In the order sent, doubles included. */
      readonly parameters: readonly (readonly [string, string])[];
    }
  | { readonly kind: 'ssl-request' }
  | { readonly kind: 'gssenc-request' }
  | { readonly kind: 'cancel-request'; readonly processId: number; readonly secretKey: Uint8Array };

/**
 * Reads how many bytes the startup packet at `at` has, its length field included.
 *
 * @returns `undefined` while the length field is incomplete.
 * @throws {WireError | LimitError} WIREMASK_ERR_STARTUP, WIREMASK_ERR_STARTUP_SIZE
 */
export function startupPacketLength(bytes: Uint8Array, at: number): number | undefined {
  if (bytes.length - at < 4) return undefined;
  const length = new ByteReader(bytes, at).uint32();
  if (length < 8) throw startupError(`length ${length} has no room for a protocol version`);
  if (length - 4 > startupPacketSizeMax) {
    const measured = { limit: 'startupPacketSizeMax', size: length - 4, max: startupPacketSizeMax };
    throw new LimitError('WIREMASK_ERR_STARTUP_SIZE', 'startup packet size in bytes', measured);
  }
  return length;
}

/**
 * Decodes a whole startup packet. A cancel key aliases `packet`.
 *
 * Texts have to be UTF-8: user and database decide which rules apply, so a name that could be read
 * in two ways is refused.
 *
 * @throws {WireError | LimitError | UnsupportedError} WIREMASK_ERR_STARTUP, WIREMASK_ERR_STARTUP_SIZE,
 *   WIREMASK_ERR_UNSUPPORTED_PROTOCOL_VERSION for a major version other than 3.
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function parseStartupPacket(packet: Uint8Array): StartupPacket {
  const length = startupPacketLength(packet, 0);
  if (length !== packet.length) {
    throw startupError(`length field says ${length ?? 'nothing'}, ${packet.length} bytes are there`);
  }
  const code = new ByteReader(packet, 4).uint32();
  switch (code) {
    case sslRequestCode:
      return expectSize(packet, 8, { kind: 'ssl-request' });
    case gssencRequestCode:
      return expectSize(packet, 8, { kind: 'gssenc-request' });
    case cancelRequestCode:
      return parseCancelRequest(packet);
    default:
      return parseStartupMessage(packet, code);
  }
}

// int32 length, int32 code, int32 process id, secret key up to the end: 4 bytes in protocol 3.0, up to
// 256 in 3.2.
function parseCancelRequest(packet: Uint8Array): StartupPacket {
  const secretKeySize = packet.length - 12;
  if (secretKeySize < secretKeySizeMin || secretKeySize > secretKeySizeMax) {
    throw startupError(`cancel request of ${packet.length} bytes`);
  }
  const reader = new ByteReader(packet, 8);
  return { kind: 'cancel-request', processId: reader.int32(), secretKey: reader.bytes(secretKeySize) };
}

// int32 length, int16 major, int16 minor, then pairs of strings, then a NUL as the last byte.
function parseStartupMessage(packet: Uint8Array, code: number): StartupPacket {
  const protocolMajor = code >>> 16;
  const protocolMinor = code & 0xffff;
  if (protocolMajor !== protocolMajorSupported) {
    throw new UnsupportedError(
      'WIREMASK_ERR_UNSUPPORTED_PROTOCOL_VERSION',
      `protocol ${protocolMajor}.${protocolMinor} is not supported, 3.0 to 3.x are`,
    );
  }
  const parameters: (readonly [string, string])[] = [];
  const texts = new StartupTexts(packet);
  for (;;) {
    const name = texts.next();
    if (name === '') break;
    parameters.push([name, texts.next()]);
  }
  if (texts.offset !== packet.length) {
    throw startupError(`${packet.length - texts.offset} bytes follow the terminator`);
  }
  return { kind: 'startup', protocolMajor, protocolMinor, parameters };
}

class StartupTexts {
  offset = 8;
  readonly #packet: Uint8Array;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(packet: Uint8Array) {
    this.#packet = packet;
  }

  next(): string {
    const start = this.offset;
    const nul = this.#packet.indexOf(0, start);
    if (nul < 0) throw startupError(`parameter at offset ${start} has no end`);
    this.offset = nul + 1;
    try {
      return this.#decoder.decode(this.#packet.subarray(start, nul));
    } catch (error) {
      throw startupError(`parameter at offset ${start} is not UTF-8`, error);
    }
  }
}

/** Encodes a StartupMessage. Protocol 3.0 unless said. */
export function encodeStartupMessage(message: {
  readonly parameters: readonly (readonly [string, string])[];
  readonly protocolMajor?: number;
  readonly protocolMinor?: number;
}): Uint8Array {
  return encodePacket((writer) => {
    writer.int16(message.protocolMajor ?? protocolMajorSupported);
    writer.int16(message.protocolMinor ?? 0);
    for (const [name, value] of message.parameters) {
      writer.cstring(name);
      writer.cstring(value);
    }
    writer.uint8(0);
  });
}

/** Encodes an SSLRequest. */
export function encodeSslRequest(): Uint8Array {
  return encodePacket((writer) => writer.int32(sslRequestCode));
}

/** Encodes a GSSENCRequest. */
export function encodeGssencRequest(): Uint8Array {
  return encodePacket((writer) => writer.int32(gssencRequestCode));
}

/** Encodes a CancelRequest with a key as BackendKeyData gave it. */
export function encodeCancelRequest(processId: number, secretKey: Uint8Array): Uint8Array {
  return encodePacket((writer) => {
    writer.int32(cancelRequestCode);
    writer.int32(processId);
    writer.bytes(secretKey);
  });
}

function encodePacket(writeBody: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter(256);
  writer.int32(0);
  writeBody(writer);
  writer.patchInt32(0, writer.length);
  return writer.take();
}

function expectSize(packet: Uint8Array, size: number, result: StartupPacket): StartupPacket {
  if (packet.length !== size)
    throw startupError(`${result.kind} of ${packet.length} bytes, ${size} expected`);
  return result;
}

function startupError(problem: string, cause?: unknown): WireError {
  const options = cause === undefined ? {} : { cause };
  return new WireError('WIREMASK_ERR_STARTUP', `startup packet: ${problem}`, options);
}
