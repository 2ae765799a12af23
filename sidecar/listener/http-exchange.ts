import { UnsupportedError } from 'wiremask';
import type { RequestHead, ResponseHead } from 'wiremask/http';
import { findRoute } from '../http-routes.ts';
import type { HttpRoute } from '../sidecar-types.ts';
import { connectionOptionsOf } from './connection-options.ts';
import { forwardRequest, originFormOf, type RequestOrigin } from './forwarded-request.ts';
import { forwardResponse } from './forwarded-response.ts';

// RFC 9110 section 9.2.2; only those that seldom have a body, which would be gone.
const REPEATABLE: ReadonlySet<string> = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS']);

/** What is known of the request at hand and its response. One per client connection, used again. */
export class HttpExchange {
  readonly #routes: readonly HttpRoute[];
  readonly #client: RequestOrigin;
  readonly #isDraining: () => boolean;
  #route: HttpRoute | undefined;
  #host: string | undefined;
  #isRepeatable = false;
  #isLast = false;
  #bindsConnection = false;
  #keepAliveMs: number | undefined;

  /** @param isDraining - Whether connections are to end with the response at hand. */
  constructor(routes: readonly HttpRoute[], client: RequestOrigin, isDraining: () => boolean) {
    this.#routes = routes;
    this.#client = client;
    this.#isDraining = isDraining;
  }

  /** Where the request goes. */
  get route(): HttpRoute {
    if (this.#route === undefined) throw new Error('a request was sent that has no route');
    return this.#route;
  }

  /** Whether it may be sent again when nothing of an answer has come. */
  get isRepeatable(): boolean {
    return this.#isRepeatable;
  }

  /** Whether the client expects its connection to end behind the response. */
  get isLast(): boolean {
    return this.#isLast;
  }

  /** Whether the connection to the upstream now stands for this client (NTLM, Negotiate: RFC 4559). */
  get bindsConnection(): boolean {
    return this.#bindsConnection;
  }

  /** How long the upstream waits for another request; `undefined`: it did not say. */
  get keepAliveMs(): number | undefined {
    return this.#keepAliveMs;
  }

  /** @throws {UnsupportedError} WIREMASK_ERR_HTTP_ROUTE; what `forwardRequest` throws. */
  readonly rewriteRequest = (head: RequestHead): RequestHead => {
    let hasBody = false;
    this.#host = undefined;
    for (const { name, value } of head.fields) {
      // Most fields are told by the length of their name.
      if (name.length === 4 && name.toLowerCase() === 'host') this.#host = value;
      if (name.length === 14 || name.length === 17)
        hasBody ||= /^(?:content-length|transfer-encoding)$/i.test(name);
      if (name.length === 13 && name.toLowerCase() === 'authorization')
        this.#bindsConnection ||= /^(?:ntlm|negotiate)\b/i.test(value);
    }
    const route = findRoute(this.#routes, { host: this.#host, target: originFormOf(head) });
    if (route === undefined)
      throw new UnsupportedError('WIREMASK_ERR_HTTP_ROUTE', 'no upstream for this host and path');
    this.#route = route;
    const options = connectionOptionsOf(head.fields);
    this.#isLast = head.minorVersion === 0 || options.has('close');
    this.#isRepeatable = REPEATABLE.has(head.method) && !hasBody;
    this.#keepAliveMs = undefined;
    return forwardRequest(head, options, route, this.#client);
  };

  readonly rewriteResponse = (head: ResponseHead): ResponseHead => {
    this.#isLast ||= this.#isDraining();
    this.#keepAliveMs = keepAliveMsOf(head);
    const origin =
      this.#host === undefined ? '' : `${this.#client.isEncrypted ? 'https' : 'http'}://${this.#host}`;
    return forwardResponse(head, { route: this.route, routes: this.#routes, origin, isLast: this.#isLast });
  };
}

function keepAliveMsOf({ fields }: ResponseHead): number | undefined {
  const value = fields.find(({ name }) => name.length === 10 && name.toLowerCase() === 'keep-alive')?.value;
  const seconds = /(?:^|[,\s])timeout=([0-9]{1,6})\b/i.exec(value ?? '')?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
