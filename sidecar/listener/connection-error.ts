import { encodeErrorResponse } from 'wiremask/postgres';

/** A connection that could not come about; `sqlstate` and `message` go to the client. */
export class ConnectionError extends Error {
  readonly code: string;
  readonly sqlstate: string;

  /** @param code - A system error code (`ECONNREFUSED`) or a word of ours for the log. */
  constructor(code: string, sqlstate: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConnectionError';
    this.code = code;
    this.sqlstate = sqlstate;
  }

  /** @returns The ErrorResponse that tells the client. */
  encode(): Uint8Array {
    return encodeErrorResponse([
      ['S', 'FATAL'],
      ['V', 'FATAL'],
      ['C', this.sqlstate],
      ['M', `wiremask: ${this.message}`],
    ]);
  }
}

/** @returns The system's word for what went wrong (`ECONNRESET`), or `ERR_UNKNOWN`. */
export function systemCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : 'ERR_UNKNOWN';
}
