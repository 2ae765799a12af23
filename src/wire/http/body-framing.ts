import { UnsupportedError, WireError } from '../../errors.ts';
import type { HeaderField, MessageHead, RequestHead, ResponseHead } from './head.ts';

/** How the end of a body is told (RFC 9112 section 6). */
export type BodyFraming =
  | { readonly kind: 'none' }
  /** `size` in bytes. */
  | { readonly kind: 'length'; readonly size: number }
  | { readonly kind: 'chunked' }
  /** The body ends with the connection; responses only. */
  | { readonly kind: 'close' };

const NONE: BodyFraming = { kind: 'none' };
const CHUNKED: BodyFraming = { kind: 'chunked' };
const CLOSE: BodyFraming = { kind: 'close' };

// A leading zero makes an octal number for some readers.
const LENGTH = /^(?:0|[1-9][0-9]{0,15})$/;
const CODINGS_ENDING_IN_CHUNKED = /^(?:[!#$%&'*+\-.^_`|~0-9a-z]+[\t ]*,[\t ]*)+chunked$/;

/**
 * @throws {WireError} WIREMASK_ERR_HTTP_FRAMING where two readers could disagree about the length: both
 *   Content-Length and Transfer-Encoding, more than one of either, a length that is not spelt as a plain
 *   number, a coding after chunked, any coding in HTTP/1.0, either field where no body can be.
 * @throws {UnsupportedError} WIREMASK_ERR_UNSUPPORTED_CODING for a transfer coding beside chunked.
 */
export function framingOfRequest(head: RequestHead): BodyFraming {
  const framing = framingFieldsOf(head);
  const { method } = head;
  if (method === 'CONNECT' || method === 'TRACE') checkNoBody(framing, `${method} request`);
  return framing ?? NONE;
}

/**
 * @param requestMethod - Of the request this answers.
 * @throws As `framingOfRequest`.
 */
export function framingOfResponse(head: ResponseHead, requestMethod: string): BodyFraming {
  const { status } = head;
  // Read for every response: contradictory fields are refused even where they do not frame anything.
  const framing = framingFieldsOf(head);
  if (status < 200 || status === 204) return checkNoBody(framing, `response with status ${status}`);
  if (requestMethod === 'CONNECT' && status < 300) return checkNoBody(framing, 'answer to CONNECT');
  // Here the fields tell what the body would be.
  if (requestMethod === 'HEAD' || status === 304) return NONE;
  return framing ?? CLOSE;
}

// A length of 0 says what every reader assumes.
function checkNoBody(framing: BodyFraming | undefined, what: string): BodyFraming {
  if (framing !== undefined && framing.kind !== 'none') throw contradiction(`${what} announces a body`);
  return NONE;
}

/** @returns What the fields alone say; `undefined` when they say nothing. */
function framingFieldsOf(head: MessageHead): BodyFraming | undefined {
  const { length, codings } = readFramingFields(head.fields);
  if (codings !== undefined) {
    if (length !== undefined) throw contradiction('Transfer-Encoding beside Content-Length');
    if (head.minorVersion === 0) throw contradiction('Transfer-Encoding in an HTTP/1.0 message');
    checkCodings(codings.toLowerCase());
    return CHUNKED;
  }
  if (length === undefined) return undefined;
  const size = Number(length);
  if (!LENGTH.test(length) || !Number.isSafeInteger(size))
    throw contradiction('Content-Length is not one plain number');
  return size === 0 ? NONE : { kind: 'length', size };
}

interface FramingFields {
  readonly length: string | undefined;
  readonly codings: string | undefined;
}

function readFramingFields(fields: readonly HeaderField[]): FramingFields {
  let length: string | undefined;
  let codings: string | undefined;
  for (const { name, value } of fields) {
    if (name.length !== 14 && name.length !== 17) continue;
    switch (name.toLowerCase()) {
      case 'content-length':
        if (length !== undefined) throw contradiction('more than one Content-Length');
        length = value;
        break;
      case 'transfer-encoding':
        if (codings !== undefined) throw contradiction('more than one Transfer-Encoding');
        codings = value;
        break;
      case 'content_length':
      case 'transfer_encoding':
        // The same field for readers behind CGI and its kin, which know no hyphen.
        throw contradiction('a framing field spelt with an underscore');
      // Other fields frame nothing.
    }
  }
  return { length, codings };
}

/** @param codings - In lower case. Empty members, which a list may have, are not skipped by every reader. */
function checkCodings(codings: string): void {
  if (codings === 'chunked') return;
  if (!CODINGS_ENDING_IN_CHUNKED.test(codings) || codings.indexOf('chunked') !== codings.length - 7)
    throw contradiction('Transfer-Encoding does not end in chunked, once');
  throw new UnsupportedError('WIREMASK_ERR_UNSUPPORTED_CODING', 'transfer codings other than chunked');
}

function contradiction(problem: string): WireError {
  return new WireError('WIREMASK_ERR_HTTP_FRAMING', problem);
}

/** Whether both say where the same body ends. */
export function isSameFraming(left: BodyFraming, right: BodyFraming): boolean {
  return left.kind === 'length'
    ? right.kind === 'length' && left.size === right.size
    : left.kind === right.kind;
}
