/** What becomes of a header field. */
export type HeaderAction =
  /** Passes as it is: it has a form of its own in which no value of a field has room. */
  | 'forward'
  /** Rules and detectors look into its value. */
  | 'mask'
  /** Describes the body as the upstream has sent it: goes where the body is masked. */
  | 'drop-if-masked'
  /** Goes in any case. */
  | 'drop';

/** A row of the table. */
export interface HeaderDecision {
  readonly action: HeaderAction;
  readonly why: string;
}

const structural = 'frames the message or steers caches and clients; its form is fixed';
const oldBody = 'describes the body before it was masked';

function rows(
  action: HeaderAction,
  why: string,
  names: string,
): readonly (readonly [string, HeaderDecision])[] {
  return names.split(' ').map((name) => [name, { action, why }]);
}

/** Decisions for fields of responses, by name in lower case; every other field is masked. */
export const responseHeaders: ReadonlyMap<string, HeaderDecision> = new Map([
  ...rows('forward', structural, 'connection transfer-encoding content-length'),
  ...rows('forward', structural, 'content-encoding date age expires last-modified vary'),
  ...rows('forward', structural, 'cache-control pragma retry-after trailer'),
  ...rows('forward', structural, 'accept accept-patch accept-post accept-encoding strict-transport-security'),
  ...rows('forward', structural, 'x-content-type-options x-frame-options access-control-allow-credentials'),
  ...rows('forward', structural, 'access-control-allow-headers access-control-allow-methods'),
  ...rows('forward', structural, 'access-control-max-age access-control-expose-headers'),
  ...rows('drop-if-masked', oldBody, 'etag content-md5 digest content-digest repr-digest accept-ranges'),
  ...rows('drop', 'leads the client past this proxy', 'alt-svc'),
  ...rows('drop', 'offers a protocol in which nothing would be masked', 'upgrade'),
]);

/** Decisions for fields of requests; every other field passes: it is the client's own. */
export const requestHeaders: ReadonlyMap<string, HeaderDecision> = new Map([
  ...rows('drop', 'a part of a body cannot be masked: all of it is asked for', 'range if-range'),
  ...rows('drop', 'asks for a protocol in which nothing would be masked', 'upgrade http2-settings'),
]);
