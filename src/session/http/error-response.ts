import { LimitError, type WiremaskError, type WiremaskErrorCode } from '../../errors.ts';
import { encodeResponseHead } from '../../wire/http/head.ts';

// 502: the upstream's answer cannot be passed on. Requests that cannot be: 400, 404, 413, 415, 431, 501; 500
// where the fault is ours.
const BAD_GATEWAY = 502;
const requestStatus: ReadonlyMap<WiremaskErrorCode, number> = new Map<WiremaskErrorCode, number>([
  ['WIREMASK_ERR_HTTP_HEAD', 400],
  ['WIREMASK_ERR_HTTP_FRAMING', 400],
  ['WIREMASK_ERR_HTTP_CODING', 400],
  ['WIREMASK_ERR_UNSUPPORTED_CODING', 501],
  ['WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE', 415],
  ['WIREMASK_ERR_UNSUPPORTED_UPGRADE', 501],
  ['WIREMASK_ERR_UNSUPPORTED_METHOD', 501],
  ['WIREMASK_ERR_HTTP_HEAD_SIZE', 431],
  ['WIREMASK_ERR_HTTP_ROUTE', 404],
  ['WIREMASK_ERR_DECODED_SIZE', 413],
  ['WIREMASK_ERR_MASKING', 500],
]);
const REASONS: ReadonlyMap<number, string> = new Map([
  [400, 'Bad Request'],
  [404, 'Not Found'],
  [413, 'Content Too Large'],
  [415, 'Unsupported Media Type'],
  [431, 'Request Header Fields Too Large'],
  [500, 'Internal Server Error'],
  [501, 'Not Implemented'],
  [BAD_GATEWAY, 'Bad Gateway'],
]);

/** @param side - Whose message is refused. @returns The status a client gets. */
export function statusOfError(code: WiremaskErrorCode, side: 'request' | 'response'): number {
  return side === 'response' ? BAD_GATEWAY : (requestStatus.get(code) ?? 400);
}

/**
 * @param side - Whose message is refused.
 * @param isHead - Whether it answers HEAD, and so has no body.
 * @returns A whole response that names code and reason, after which the connection closes.
 */
export function encodeErrorResponse(
  error: WiremaskError,
  side: 'request' | 'response',
  isHead = false,
): Uint8Array {
  const status = statusOfError(error.code, side);
  const { code, message } = error;
  const measured =
    error instanceof LimitError ? { limit: error.limit, size: error.size, max: error.max } : {};
  const body = Buffer.from(`${JSON.stringify({ error: { code, message, ...measured } })}\n`);
  const head = encodeResponseHead({
    status,
    reason: REASONS.get(status) ?? '',
    minorVersion: 1,
    fields: [
      { name: 'Content-Type', value: 'application/json' },
      { name: 'Content-Length', value: String(body.length) },
      { name: 'Cache-Control', value: 'no-store' },
      { name: 'Connection', value: 'close' },
    ],
  });
  return isHead ? head : Buffer.concat([head, body]);
}
