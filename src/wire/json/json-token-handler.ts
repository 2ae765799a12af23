import type { JsonState } from './json-state.ts';
import type { OpenContainers } from './open-containers.ts';

/** What is to happen to a string of which only the beginning has arrived. */
export type PartialStringAction =
  /** Wait for the rest. */
  | 'hold'
  /** Let it pass in parts; nobody will be told about it. */
  | 'pass';

/** Where a handler has read ahead to. */
export interface JsonPosition {
  readonly at: number;
  readonly state: JsonState;
}

/**
 * Told about the tokens of a stream of JSON texts, in order. `bytes` is the window at hand, which holds each
 * token whole; offsets are in it, strings include their quotes. A window may be longer than what has arrived.
 * What a handler throws ends the tokenizer.
 */
export interface JsonTokenHandler {
  /** A new window: what follows has offsets in `bytes`. */
  begin(bytes: Uint8Array, size: number): void;
  /**
   * The bytes of the window before `end` are done with; what follows comes again in the next window. Told
   * once per window, last.
   */
  flush(end: number): void;
  /**
   * Asked inside of containers, between tokens: a handler that can read what comes next by itself goes on
   * from `at`, changes `open` accordingly, and says where it has come to. It may stop before any token.
   */
  readAhead?(at: number, state: JsonState, open: OpenContainers): JsonPosition | undefined;
  key(start: number, end: number, hasEscape: boolean): void;
  string(start: number, end: number, hasEscape: boolean): void;
  number(start: number, end: number): void;
  /** `true`, `false` or `null`. */
  literal(start: number, end: number): void;
  /** An object or array begins at `start`. */
  enter(isArray: boolean, start: number): void;
  /** The object or array ends before `end`. */
  leave(isArray: boolean, end: number): void;
  /** A further element of the array at hand begins behind the comma. */
  nextElement(): void;
  /** A text is complete; in a sequence another one may follow. */
  document(end: number): void;
  /**
   * A string that is a value has begun and cannot be told: it does not end in this window, or it is longer
   * than `valueSizeMax`, for which `hold` is an error. Asked again per window while it is held; after `pass`
   * comes `passedString`.
   *
   * @param size - Bytes of it that have arrived.
   */
  partialString(start: number, size: number): PartialStringAction;
  /** A string for which `partialString` answered `pass` ends before `end`. */
  passedString(end: number): void;
}

/** Limits and leniency of a tokenizer. */
export interface JsonTokenizerOptions {
  /** Objects and arrays inside each other. */
  readonly depthMax: number;
  /**
   * Bytes of one token, quotes included. A key or number beyond it is an error, and a string that is to be
   * held, wherever the stream is cut: also when one chunk brings all of it.
   */
  readonly valueSizeMax: number;
  /**
   * Any number of texts, none included, with white space, line ends or record separators (RFC 7464) before
   * and between them, or nothing where the next text cannot be taken for a part of the one before (`{}{}`).
   */
  readonly isSequence: boolean;
  /** Skips a byte order mark before the first text; RFC 8259 section 8.1 leaves that to the reader. */
  readonly allowsByteOrderMark: boolean;
}
