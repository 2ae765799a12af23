import type { ConnectionError } from './connection-error.ts';

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

// Everything else says that the upstream could not be reached: 502.
const STATUS: ReadonlyMap<string, number> = new Map([
  ['TLS_REQUIRED', 400],
  ['CONNECTIONS_MAX', 503],
  ['SHUTDOWN', 503],
  ['ETIMEDOUT', 504],
]);

/**
 * @param status - Where the code alone does not tell it.
 * @returns A whole response, after which the connection closes: `{"error":{"code","message"}}`.
 */
export function encodeHttpError(
  { code, message }: ConnectionError,
  status: number = STATUS.get(code) ?? 502,
): Uint8Array {
  const body = `${JSON.stringify({ error: { code, message: `wiremask: ${message}` } })}\n`;
  const lines = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? ''}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
