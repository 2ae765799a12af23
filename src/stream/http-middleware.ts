import assert from 'node:assert';
import type { WiremaskError } from '../errors.ts';
import type { NodeRequest, NodeResponse } from './node-response.ts';
import type { MaskResponseOptions, ResponseMaskerFactory } from './response-head.ts';
import { ServerResponseMasking } from './server-response-masking.ts';

/** Options of `createMaskingMiddleware`. */
export interface MaskingMiddlewareOptions extends MaskResponseOptions {
  /** Hears why a response was refused or broken off; the client of a refused one hears it as well. */
  readonly onRefused?: (failure: WiremaskError) => void;
}

/** A middleware as node:http servers, Connect and Express take it. */
export type MaskingMiddleware = (
  request: NodeRequest,
  response: NodeResponse,
  next: (error?: Error) => void,
) => void;

/**
 * Makes a middleware that masks what a handler answers: head, trailers and body, however they are written.
 *
 * A body that must not leave is answered with a 502 whose JSON names the error; when the head has left by
 * then, the connection is destroyed. Middlewares that compress may come before or after. A part of a body
 * cannot be masked, so handlers see no Range. What is written to the socket past the response is not seen.
 * For node:http only, not for HTTP/2.
 *
 * @example
 * ```ts
 * const mask = createMaskingMiddleware(masker);
 * createServer((request, response) => mask(request, response, () => handle(request, response)));
 * app.use(mask); // Express
 * fastify.addHook('onRequest', (request, reply, done) => mask(request.raw, reply.raw, done)); // Fastify
 * ```
 */
export function createMaskingMiddleware(
  masker: ResponseMaskerFactory,
  options: MaskingMiddlewareOptions = {},
): MaskingMiddleware {
  return (request, response, next) => {
    // Fails closed: nothing could be masked, so no handler comes to run.
    assert('_header' in response, 'not a response of node:http');
    assert(!response.headersSent, 'the head of the response has been sent already');
    delete request.headers?.['range'];
    delete request.headers?.['if-range'];
    new ServerResponseMasking(masker, options, request, response).install();
    next();
  };
}
