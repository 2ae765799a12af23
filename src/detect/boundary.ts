import { byteAt, byteBefore, isAlnum, isDigit, isTokenByte, isWord } from '../scan/byte-class.ts';

/** Says of a place next to a candidate that the candidate is none. */
export type Boundary = (bytes: Uint8Array, at: number, limit: number) => boolean;

const CLASSES: ReadonlyMap<string, (byte: number) => boolean> = new Map([
  ['digit', isDigit],
  ['alnum', isAlnum],
  ['word', isWord],
  ['token', isTokenByte],
]);

/** Names of the classes a rule file can use. */
export const BOUNDARY_NAMES: readonly string[] = [...CLASSES.keys(), 'number'];

const isPunctuation = (byte: number): boolean =>
  byte === 0x2e || byte === 0x2c || byte === 0x2d || byte === 0x2f;

/** @returns Whether a byte of the class stands before `at`; `limit` is the start of the value. */
export function boundaryBefore(name: string): Boundary | undefined {
  const isBarred = CLASSES.get(name);
  if (isBarred !== undefined) return (bytes, at, limit) => isBarred(byteBefore(bytes, at, limit));
  if (name !== 'number') return undefined;
  return (bytes, at, limit) => {
    const before = byteBefore(bytes, at, limit);
    return isAlnum(before) || (isPunctuation(before) && isDigit(byteBefore(bytes, at - 1, limit)));
  };
}

/** @returns Whether a byte of the class stands at `at`, after a candidate; `limit` is the value's end. */
export function boundaryAfter(name: string): Boundary | undefined {
  const isBarred = CLASSES.get(name);
  if (isBarred !== undefined) return (bytes, at, limit) => isBarred(byteAt(bytes, at, limit));
  if (name !== 'number') return undefined;
  return (bytes, at, limit) => {
    const after = byteAt(bytes, at, limit);
    return isAlnum(after) || (isPunctuation(after) && isDigit(byteAt(bytes, at + 1, limit)));
  };
}
