import { type RewriteRequest, type RewriteResponse, UnsupportedError } from 'wiremask';
import { findRoute } from '../http-routes.ts';
import type { HttpRoute } from '../sidecar-types.ts';
import { forwardRequest, optionsOf, originFormOf, type RequestOrigin } from './forwarded-request.ts';
import { forwardResponse } from './forwarded-response.ts';

type RequestHead = Parameters<RewriteRequest>[0];
type ResponseHead = Parameters<RewriteResponse>[0];

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
    const host = head.fields.find(({ name }) => name.toLowerCase() === 'host')?.value;
    const route = findRoute(this.#routes, { host, target: originFormOf(head) });
    if (route === undefined)
      throw new UnsupportedError('WIREMASK_ERR_HTTP_ROUTE', 'no upstream for this host and path');
    this.#route = route;
    this.#host = host;
    this.#isLast = head.minorVersion === 0 || optionsOf(head.fields).has('close');
    const names = head.fields.map(({ name }) => name.toLowerCase());
    this.#isRepeatable =
      REPEATABLE.has(head.method) &&
      !names.includes('content-length') &&
      !names.includes('transfer-encoding');
    this.#bindsConnection ||= head.fields.some(
      ({ name, value }) => name.toLowerCase() === 'authorization' && /^(?:ntlm|negotiate)\b/i.test(value),
    );
    this.#keepAliveMs = undefined;
    return forwardRequest(head, route, this.#client);
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
