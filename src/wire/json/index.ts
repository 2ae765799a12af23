export * from './json-path.ts';
export * from './string-literal.ts';
export * from './tokenizer.ts';
