import { UnsupportedError, type WiremaskError } from '../errors.ts';
import { encodeErrorResponse } from '../session/http/error-response.ts';
import type { MaskedResponse, ResponseFacts } from '../session/http/response-masker.ts';
import type { ReportListener } from '../session/mask-report.ts';
import type { FlushOptions } from './body-pump.ts';

/** Status line and fields of a response. */
export type HttpResponseHead = MaskedResponse['head'];

/** Fields in the order they came, bytes beyond ASCII as Latin-1. */
export type HttpFields = HttpResponseHead['fields'];

/** What masks single responses: a `Masker`. */
export interface ResponseMaskerFactory {
  /** As `Masker.httpResponse`. */
  httpResponse(
    head: HttpResponseHead,
    facts: ResponseFacts,
    options?: { readonly reportTo?: ReportListener },
  ): MaskedResponse;
}

/** Options of everything that masks responses. */
export interface MaskResponseOptions extends FlushOptions {
  /** Hears of counts as they happen. */
  readonly reportTo?: ReportListener;
}

/** Fields by name: several of a name are an array. */
export type FieldRecord = Record<string, string | string[]>;

/** A response in the place of one that must not be passed on. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** JSON that names code and reason, and no value. */
  readonly body: Buffer;
}

const REFUSAL_STATUS = 502;

/** @returns The answer the sidecar gives as well, but for the connection, which stays. */
export function refusalOf(failure: WiremaskError): Refusal {
  const bytes = Buffer.from(encodeErrorResponse(failure, 'response'));
  const body = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);
  return {
    status: REFUSAL_STATUS,
    reason: 'Bad Gateway',
    fields: [
      ['content-type', 'application/json'],
      ['content-length', String(body.length)],
      ['cache-control', 'no-store'],
    ],
    body,
  };
}

/**
 * Masks a head and plans its body.
 *
 * @throws {UnsupportedError} The response must not be passed on.
 */
export function maskHead(
  masker: ResponseMaskerFactory,
  head: HttpResponseHead,
  facts: ResponseFacts,
  options: MaskResponseOptions,
): MaskedResponse {
  // Fails closed: HTTP libraries take off `chunked` only, and what is coded still would pass for a text.
  const isCoded = head.fields.some(
    ({ name, value }) => /^transfer-encoding$/i.test(name) && !/^\s*chunked\s*$/i.test(value),
  );
  if (isCoded)
    throw new UnsupportedError('WIREMASK_ERR_UNSUPPORTED_CODING', 'a transfer coding beside chunked');
  return masker.httpResponse(head, facts, options);
}

/** @returns Whether bytes can follow the head (RFC 9112 section 6.3). */
export function mayHaveBody(method: string, status: number): boolean {
  return method.toUpperCase() !== 'HEAD' && status >= 200 && status !== 204 && status !== 304;
}

/** @returns The fields of a record; what is `undefined` is not there. */
export function fieldsOf(record: Readonly<Record<string, unknown>>): HttpFields {
  return Object.entries(record).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((single) => ({ name, value: String(single) })),
  );
}

/** @returns The record of fields: an array where a name occurs more than once. */
export function recordOf(fields: HttpFields): FieldRecord {
  // Without a prototype: `__proto__` is a name like any other.
  const record: FieldRecord = Object.create(null) as FieldRecord;
  for (const { name, value } of fields) {
    const before = record[name];
    record[name] = before === undefined ? value : [before, value].flat();
  }
  return record;
}

/** @returns Masked fields of which no head is known: trailers, hints, what is added behind our back. */
export function maskFields(
  masker: ResponseMaskerFactory,
  fields: HttpFields,
  options: MaskResponseOptions,
): HttpFields {
  const head: HttpResponseHead = { status: 200, reason: '', minorVersion: 1, fields };
  return masker.httpResponse(head, { method: 'GET', hasBody: false }, options).head.fields;
}
