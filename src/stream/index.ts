export type { ConnectedStreams, ConnectStreamsOptions, StreamsEnd } from './connect-streams.ts';
export { connectStreams } from './connect-streams.ts';
export type { MaskingTransforms } from './masking-transforms.ts';
export { createMaskingTransforms } from './masking-transforms.ts';
export type { Side } from './session-pump.ts';
export { SocketReads } from './socket-reads.ts';
export type { MaskingWebStreams } from './web-streams.ts';
export { createWebStreams } from './web-streams.ts';
