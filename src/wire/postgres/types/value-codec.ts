import { WireError } from '../../../errors.ts';

/**
 * Binary format of one type to its text and back.
 *
 * The text is what the server writes in text format where that does not depend on settings, and ISO 8601
 * for dates and times.
 */
export interface ValueCodec {
  /** @throws {WireError} WIREMASK_ERR_VALUE_ENCODING when the bytes are no value of the type. */
  toText(binary: Uint8Array): string;
  /** @throws {WireError} WIREMASK_ERR_VALUE_ENCODING when the text is no value of the type. */
  fromText(text: string): Uint8Array;
  /**
   * One spelling per value: what `toText` gives for the value that a server wrote as `text`. Left out where
   * the server's text is that spelling already.
   *
   * @throws {WireError} WIREMASK_ERR_VALUE_ENCODING
   */
  canonicalText?(text: string): string;
}

/** The error of every codec: names the type, never the value. */
export function malformedValue(typeName: string): WireError {
  return new WireError('WIREMASK_ERR_VALUE_ENCODING', `malformed ${typeName} value`);
}

/**
 * @returns A view for big-endian reads.
 * @throws {WireError} WIREMASK_ERR_VALUE_ENCODING unless the value has exactly `size` bytes.
 */
export function viewOfSize(binary: Uint8Array, size: number, typeName: string): DataView {
  if (binary.length !== size) throw malformedValue(typeName);
  return new DataView(binary.buffer, binary.byteOffset, size);
}
