export * from './body-framing.ts';
export * from './chunked.ts';
export * from './head.ts';
export * from './message-reader.ts';
