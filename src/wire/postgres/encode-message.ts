import { ByteWriter } from '../../bytes/byte-writer.ts';

/**
 * Encodes one message: type byte, length, and the body that `writeBody` writes.
 *
 * @returns The whole message, in memory of its own.
 */
export function encodeMessage(type: number, writeBody?: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter(64);
  writer.uint8(type);
  writer.int32(0);
  writeBody?.(writer);
  writer.patchInt32(1, writer.length - 1);
  return writer.take();
}

/**
 * Names on the wire (statements, portals, settings) are strings of one character per byte, so that any
 * bytes round-trip.
 */
export function nameToBytes(name: string): Uint8Array {
  return Buffer.from(name, 'latin1');
}

/** The reverse of `nameToBytes`. */
export function nameFromBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
