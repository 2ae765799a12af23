import assert from 'node:assert';
import { LimitError, WireError, type WiremaskError } from '../../errors.ts';
import type { ColumnDescription } from '../../wire/postgres/row-description.ts';
import type { ResultPlan } from './column-plans.ts';
import type { CopyOutPlan } from './copy-out.ts';
import type { TrackedStatement } from './tracked-statement.ts';

/** Holds the description of a COPY's columns, asked for before the COPY itself. */
export interface CopyDescription {
  columns: readonly ColumnDescription[] | undefined;
}

/** Why a statement was not sent, and what to tell the client beside it. */
export interface Refusal {
  readonly error: WiremaskError;
  /** What the server itself would have said: about the client's own text, so only the client hears it. */
  readonly nativeMessage?: string | undefined;
  /** Where another SQLSTATE than the code's own is what drivers expect. */
  readonly sqlstate?: string | undefined;
  /** 1-based character position in the client's statement. */
  readonly position?: number | undefined;
}

/**
 * An answer the server owes, in the order of the requests. Names are looked up when the answer
 * arrives, not when the request is sent: only then is it certain what the server knows under them.
 */
export type Expectation = {
  /** Asked by the session, not by the client: the answer is swallowed. */
  readonly isOwn?: boolean;
  /** The statement was replaced by one that fails; its error becomes this one. */
  refusal?: Refusal | undefined;
} & (
  | {
      readonly kind: 'query';
      readonly statement: TrackedStatement;
      /** Which statement of the text is answered now. */
      index: number;
      /** A statement of the text has ended, in whichever way: a ReadyForQuery may follow. */
      hasEnded: boolean;
      plan: ResultPlan | undefined;
      copyOut: CopyOutPlan | undefined;
      readonly copyDescription: CopyDescription | undefined;
    }
  | { readonly kind: 'parse'; readonly name: string; readonly statement: TrackedStatement }
  | {
      readonly kind: 'bind';
      readonly portal: string;
      readonly statement: string;
    }
  | { readonly kind: 'describe-statement'; readonly name: string }
  | { readonly kind: 'describe-copy'; readonly description: CopyDescription }
  | { readonly kind: 'describe-portal'; readonly name: string }
  | {
      readonly kind: 'execute';
      readonly portal: string;
      copyOut: CopyOutPlan | undefined;
      readonly copyDescription: CopyDescription | undefined;
    }
  | { readonly kind: 'close'; readonly target: 'statement' | 'portal'; readonly name: string }
  | { readonly kind: 'sync' }
  /** Not answered: marks where the client sent rows for COPY FROM STDIN, and where it ended them. */
  | { readonly kind: 'copy-data' | 'copy-end' }
);

/** The queue of answers the server owes. */
export class Expectations {
  readonly #max: number;
  #queue: Expectation[] = [];
  #head = 0;

  /** @param max - `pendingStatementsMax`. */
  constructor(max: number) {
    this.#max = max;
  }

  get isEmpty(): boolean {
    return this.head === undefined;
  }

  /** The answer that comes next. */
  get head(): Expectation | undefined {
    while (isMark(this.#queue[this.#head])) this.shift();
    return this.#queue[this.#head];
  }

  /** The next Sync in the queue. */
  get nextSync(): Expectation | undefined {
    for (let at = this.#head; at < this.#queue.length; at++) {
      const expectation = this.#queue[at]!;
      if (expectation.kind === 'sync') return expectation;
    }
    return undefined;
  }

  /** @throws {LimitError} WIREMASK_ERR_PENDING_STATEMENTS */
  push(expectation: Expectation): void {
    const size = this.#queue.length - this.#head;
    if (size >= this.#max) {
      throw new LimitError('WIREMASK_ERR_PENDING_STATEMENTS', 'requests without an answer', {
        limit: 'pendingStatementsMax',
        size: size + 1,
        max: this.#max,
      });
    }
    this.#queue.push(expectation);
  }

  /** Adds a mark; rows in a row are one mark. */
  pushMark(kind: 'copy-data' | 'copy-end'): void {
    if (this.#queue.at(-1)?.kind === 'copy-data' && kind === 'copy-data') return;
    this.push({ kind });
  }

  /** Removes the head; there must be one. */
  shift(): void {
    assert(this.#head < this.#queue.length, 'no answer is due');
    this.#head++;
    if (this.#head === this.#queue.length) {
      this.#queue = [];
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#queue.length) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
  }

  /**
   * After an error in the extended protocol the server skips everything up to the next Sync.
   *
   * @returns `false` when no Sync has been sent yet: the client's next messages are skipped too.
   */
  skipToSync(): boolean {
    while (this.#head < this.#queue.length) {
      if (this.#queue[this.#head]!.kind === 'sync') return true;
      this.shift();
    }
    return false;
  }

  /**
   * The server has entered COPY FROM STDIN for the head: it ignores every Sync until the copy ends.
   *
   * @returns `true` when the client has already sent the end.
   * @throws {WireError} WIREMASK_ERR_MESSAGE_ORDER: a Sync between rows counts or not, depending on whether
   *   the server could read the rows before it.
   */
  dropSyncsOfCopyIn(): boolean {
    const from = this.#head + 1;
    const end = this.#queue.findIndex((e, index) => index >= from && e.kind === 'copy-end');
    const until = end < 0 ? this.#queue.length : end;
    const inside = this.#queue.slice(from, until);
    const rows = inside.findIndex((e) => e.kind === 'copy-data');
    if (rows >= 0 && inside.some((e, index) => index > rows && e.kind === 'sync')) {
      throw new WireError('WIREMASK_ERR_MESSAGE_ORDER', 'Sync between the rows of COPY FROM STDIN');
    }
    const kept = inside.filter((e) => e.kind !== 'sync');
    this.#queue.splice(from, until - from, ...kept);
    return end >= 0;
  }
}

function isMark(expectation: Expectation | undefined): boolean {
  return expectation?.kind === 'copy-end' || expectation?.kind === 'copy-data';
}
