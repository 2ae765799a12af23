import type { ShapeCondition } from '../../scan/shape-condition.ts';

/** Where a candidate lies: `[start, end)`, in bytes of the scanned array. Reused by its owner. */
export class CandidateSpan {
  start = 0;
  end = 0;
}

/** Goes through a whole value, whose shape allows it, from one candidate to the next. */
export interface SweepMatcher {
  readonly how: 'sweep';
  /** Necessary for a candidate: derived from what `next` demands. */
  readonly condition: ShapeCondition;
  /**
   * Looks for the first candidate that starts at or after `from`. The sum of its work over all calls
   * for one value is linear in the value's length.
   *
   * @param start - First byte of the value; what lies before it is another value.
   * @param end - After the last byte of the value.
   * @param span - Receives the candidate.
   * @returns `false` when there is none.
   */
  next(bytes: Uint8Array, from: number, start: number, end: number, span: CandidateSpan): boolean;
}

/** Looks at places where one of its literals stands. */
export interface LiteralMatcher {
  readonly how: 'literal';
  readonly condition: ShapeCondition;
  /** Found without regard to ASCII case; a case-sensitive matcher compares again. */
  readonly literals: readonly string[];
  /**
   * @param literalStart - First byte of the literal that was found.
   * @param literalEnd - After its last byte.
   * @param span - Receives the candidate.
   * @returns `false` when this is no candidate. The work done then has a constant bound.
   */
  at(
    bytes: Uint8Array,
    literalStart: number,
    literalEnd: number,
    start: number,
    end: number,
    span: CandidateSpan,
  ): boolean;
}

/** Judges a whole value of a field whose name already says what it holds. */
export interface WholeValueMatcher {
  readonly how: 'whole';
  readonly condition: ShapeCondition;
  /** @param span - Receives the part to mask: the value, or less when some of it is no secret. */
  accepts(bytes: Uint8Array, start: number, end: number, span: CandidateSpan): boolean;
}

/** A hand-written detector over bytes. Holds no state between calls that a caller could see. */
export type Matcher = SweepMatcher | LiteralMatcher | WholeValueMatcher;
