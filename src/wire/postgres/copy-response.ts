import { ByteReader } from '../../bytes/byte-reader.ts';
import { WireError } from '../../errors.ts';
import { encodeMessage } from './encode-message.ts';

/** Body of a CopyInResponse, CopyOutResponse or CopyBothResponse. */
export interface CopyResponse {
  /** 0 = text or csv, 1 = binary. */
  readonly format: 0 | 1;
  /** One per column, each 0 or 1; all 0 when `format` is 0. */
  readonly columnFormats: number[];
}

/**
 * Decodes the body of a CopyInResponse, CopyOutResponse or CopyBothResponse.
 *
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
 */
export function parseCopyResponse(body: Uint8Array): CopyResponse {
  const reader = new ByteReader(body);
  const format = formatOf(reader.uint8());
  const columnFormats: number[] = [];
  for (let left = reader.uint16(); left > 0; left--) {
    const columnFormat = formatOf(reader.int16());
    if (format === 0 && columnFormat !== 0) {
      throw new WireError('WIREMASK_ERR_MESSAGE_BODY', 'copy response in text format with a binary column');
    }
    columnFormats.push(columnFormat);
  }
  reader.expectEnd('copy response');
  return { format, columnFormats };
}

/** Encodes a whole message; `type` is `backend.copyOutResponse`, `copyInResponse` or `copyBothResponse`. */
export function encodeCopyResponse(type: number, response: CopyResponse): Uint8Array {
  return encodeMessage(type, (writer) => {
    writer.uint8(response.format);
    writer.int16(response.columnFormats.length);
    for (const columnFormat of response.columnFormats) writer.int16(columnFormat);
  });
}

function formatOf(code: number): 0 | 1 {
  if (code !== 0 && code !== 1) {
    // Fails closed: rows in a format nobody knows cannot be looked into.
    throw new WireError('WIREMASK_ERR_MESSAGE_BODY', `copy response with format code ${code}`);
  }
  return code;
}
