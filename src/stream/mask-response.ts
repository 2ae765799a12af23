import { UnsupportedError, WireError } from '../errors.ts';
import { failureOf } from './body-pump.ts';
import { createBodyWebTransform } from './body-streams.ts';
import {
  type HttpFields,
  type MaskResponseOptions,
  maskHead,
  type ResponseMaskerFactory,
  refusalOf,
} from './response-head.ts';

/** Options of `maskResponse`. */
export interface MaskFetchOptions extends MaskResponseOptions {
  /** Of the request. Default `GET`. */
  readonly method?: string;
}

const ofOldBody = new Set(['content-encoding', 'content-length']);
// What every `fetch` decodes. Where it meets another name, it leaves all of them alone and says nothing.
const decodedByFetch = new Set(['gzip', 'x-gzip', 'deflate', 'br']);

/**
 * Masks what `fetch` has answered, as it streams by.
 *
 * The response given must come from `fetch` and is used up. Its body is decoded already, so Content-Encoding
 * and Content-Length go. `url` is empty and `redirected` false, as of every response made by hand: where a
 * redirect led is the server's text. A response that must not be passed on becomes a 502 whose JSON names the
 * error; when that turns out in the middle of the body, reading the body rejects with the `WiremaskError`.
 *
 * @throws {TypeError} The body was read before.
 *
 * @example
 * ```ts
 * const response = maskResponse(masker, await fetch('http://127.0.0.1:8080/users/7'));
 * console.log(response.status, await response.json());
 * ```
 */
export function maskResponse(
  masker: ResponseMaskerFactory,
  response: Response,
  options: MaskFetchOptions = {},
): Response {
  const { body } = response;
  if (response.bodyUsed || body?.locked === true)
    throw new TypeError('the body of the response was read before');
  try {
    return masked(masker, response, options);
  } catch (error) {
    // Frees its connection; how that goes changes nothing of the answer.
    body?.cancel().catch(() => undefined);
    const refusal = refusalOf(failureOf(error));
    return new Response(options.method === 'HEAD' ? null : refusal.body, {
      status: refusal.status,
      statusText: refusal.reason,
      headers: refusal.fields.map(([name, value]): [string, string] => [name, value]),
    });
  }
}

function masked(masker: ResponseMaskerFactory, response: Response, options: MaskFetchOptions): Response {
  const { body, status } = response;
  // Of an opaque response and of a network error there is nothing to read.
  if (status === 0 && body === null) return response;
  if (status !== 101 && (status < 200 || status > 599))
    throw new WireError('WIREMASK_ERR_HTTP_HEAD', 'a status that no Response can have');
  const fields: HttpFields = [...response.headers].map(([name, value]) => ({ name, value }));
  if (body !== null) checkIsDecoded(response.headers.get('content-encoding') ?? '');
  const { head, body: bodyMasker } = maskHead(
    masker,
    {
      status,
      reason: response.statusText,
      minorVersion: 1,
      fields: body === null ? fields : decoded(fields),
    },
    { method: options.method ?? 'GET', hasBody: body !== null },
    options,
  );
  const stream = bodyMasker ? body?.pipeThrough(createBodyWebTransform(bodyMasker, options)) : body;
  return new Response(stream ?? null, {
    status,
    statusText: head.reason,
    headers: head.fields.map(({ name, value }): [string, string] => [name, value]),
  });
}

function decoded(fields: HttpFields): HttpFields {
  return fields.filter(({ name }) => !ofOldBody.has(name));
}

/** Fails closed: a body that is coded still would pass for a text. */
function checkIsDecoded(contentEncoding: string): void {
  const names = contentEncoding.split(',').map((name) => name.trim().toLowerCase());
  if (names.every((name) => decodedByFetch.has(name))) return;
  if (names.every((name) => name === '' || name === 'identity')) return;
  throw new UnsupportedError(
    'WIREMASK_ERR_UNSUPPORTED_CODING',
    'a content coding that fetch may not have decoded',
  );
}
