import { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { encodeMessage } from './encode-message.ts';
import { backend } from './message-types.ts';

/**
 * A field of an ErrorResponse or NoticeResponse: its one-character code (`S` severity, `M` message,
 * `D` detail, ...) and its value in the client's encoding.
 * https://www.postgresql.org/docs/current/protocol-error-fields.html
 */
export type ErrorField = readonly [code: string, value: Uint8Array];

/**
 * Decodes the body of an ErrorResponse or NoticeResponse. The values alias the body.
 *
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
 */
export function parseErrorFields(body: Uint8Array): ErrorField[] {
  const reader = new ByteReader(body);
  const fields: ErrorField[] = [];
  for (;;) {
    const code = reader.uint8();
    if (code === 0) break;
    fields.push([String.fromCharCode(code), reader.cstring()]);
  }
  reader.expectEnd('ErrorResponse or NoticeResponse');
  return fields;
}

/** Encodes a whole ErrorResponse. Strings are written as UTF-8. */
export function encodeErrorResponse(fields: readonly (readonly [string, string | Uint8Array])[]): Uint8Array {
  return encodeMessage(backend.errorResponse, (writer) => writeFields(writer, fields));
}

/** Encodes a whole NoticeResponse. Strings are written as UTF-8. */
export function encodeNoticeResponse(
  fields: readonly (readonly [string, string | Uint8Array])[],
): Uint8Array {
  return encodeMessage(backend.noticeResponse, (writer) => writeFields(writer, fields));
}

function writeFields(writer: ByteWriter, fields: readonly (readonly [string, string | Uint8Array])[]): void {
  for (const [code, value] of fields) {
    writer.uint8(code.charCodeAt(0));
    writer.cstring(value);
  }
  writer.uint8(0);
}
