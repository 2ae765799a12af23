import type { HttpErrorCode, WiremaskError, WiremaskErrorCode } from '../../errors.ts';
import { encodeErrorResponse } from '../../wire/postgres/error-response.ts';
import type { Refusal } from './expectations.ts';

// SQLSTATE by code. 0A000 feature_not_supported, 42501 insufficient_privilege, 42601 syntax_error,
// 54000 program_limit_exceeded, 08P01 protocol_violation, 58000 system_error.
// https://www.postgresql.org/docs/current/errcodes-appendix.html
const sqlstates: Readonly<Record<Exclude<WiremaskErrorCode, HttpErrorCode>, string>> = {
  WIREMASK_ERR_MESSAGE_LENGTH: '08P01',
  WIREMASK_ERR_MESSAGE_TYPE: '08P01',
  WIREMASK_ERR_MESSAGE_BODY: '08P01',
  WIREMASK_ERR_MESSAGE_ORDER: '08P01',
  WIREMASK_ERR_STARTUP: '08P01',
  WIREMASK_ERR_TRUNCATED: '08P01',
  WIREMASK_ERR_VALUE_ENCODING: '22021',
  WIREMASK_ERR_UNSUPPORTED_REPLICATION: '0A000',
  WIREMASK_ERR_UNSUPPORTED_FUNCTION_CALL: '0A000',
  WIREMASK_ERR_UNSUPPORTED_COPY: '0A000',
  WIREMASK_ERR_UNSUPPORTED_ENCODING: '0A000',
  WIREMASK_ERR_UNSUPPORTED_PROTOCOL_VERSION: '0A000',
  WIREMASK_ERR_UNSUPPORTED_CHANNEL_BINDING: '0A000',
  WIREMASK_ERR_STATEMENT_OPAQUE: '42501',
  WIREMASK_ERR_STATEMENT_COPIES_PROTECTED: '42501',
  WIREMASK_ERR_STATEMENT_SERVER_FILE: '42501',
  WIREMASK_ERR_STATEMENT_UNREADABLE: '42601',
  WIREMASK_ERR_MASKED_VALUE_WRITTEN_BACK: '42501',
  WIREMASK_ERR_MESSAGE_SIZE: '54000',
  WIREMASK_ERR_STARTUP_SIZE: '54000',
  WIREMASK_ERR_STATEMENT_SIZE: '54000',
  WIREMASK_ERR_PENDING_STATEMENTS: '54000',
  WIREMASK_ERR_HELD_BYTES: '54000',
  WIREMASK_ERR_NAME_SIZE: '54000',
  WIREMASK_ERR_POLICY: '58000',
  WIREMASK_ERR_RULE_FILE: '58000',
  WIREMASK_ERR_MASKING: '58000',
};

const INTERNAL_ERROR = 'XX000';

/** @returns An ErrorResponse for a refused statement: the session goes on. */
export function encodeRefusal(refusal: Refusal): Uint8Array {
  return encode('ERROR', refusal.error, refusal);
}

/** @returns An ErrorResponse for an error that ends the connection. */
export function encodeFatal(error: WiremaskError): Uint8Array {
  return encode('FATAL', error);
}

function sqlstateOf(code: WiremaskErrorCode): string {
  const known: Partial<Record<WiremaskErrorCode, string>> = sqlstates;
  return known[code] ?? INTERNAL_ERROR;
}

function encode(
  severity: 'ERROR' | 'FATAL',
  error: WiremaskError,
  { nativeMessage, position, sqlstate }: Partial<Refusal> = {},
): Uint8Array {
  const fields: [string, string][] = [
    ['S', severity],
    ['V', severity],
    ['C', sqlstate ?? sqlstateOf(error.code)],
    ['M', nativeMessage ?? `wiremask: ${error.message}`],
    ['D', error.code],
  ];
  if (position !== undefined) fields.push(['P', String(position)]);
  return encodeErrorResponse(fields);
}
