export type { FlushOptions } from './body-pump.ts';
export { createBodyTransform, createBodyWebTransform } from './body-streams.ts';
export type { ConnectedStreams, ConnectStreamsOptions, StreamsEnd } from './connect-streams.ts';
export { connectStreams } from './connect-streams.ts';
export type { MaskingMiddleware, MaskingMiddlewareOptions } from './http-middleware.ts';
export { createMaskingMiddleware } from './http-middleware.ts';
export type { MaskFetchOptions } from './mask-response.ts';
export { maskResponse } from './mask-response.ts';
export type { MaskingTransforms } from './masking-transforms.ts';
export { createMaskingTransforms } from './masking-transforms.ts';
export type { NodeRequest, NodeResponse } from './node-response.ts';
export type { MaskResponseOptions, ResponseMaskerFactory } from './response-head.ts';
export type { Side } from './session-pump.ts';
export { SocketReads } from './socket-reads.ts';
export type {
  UndiciController,
  UndiciHandler,
  UndiciHeaders,
  UndiciInterceptor,
} from './undici-interceptor.ts';
export { createMaskingInterceptor } from './undici-interceptor.ts';
export type { MaskingWebStreams } from './web-streams.ts';
export { createWebStreams } from './web-streams.ts';
