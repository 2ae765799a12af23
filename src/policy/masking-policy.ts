import type { DetectionEngine } from '../detect/detector.ts';
import type { Masker } from '../mask/masker.ts';
import type { ColumnPattern } from './column-pattern.ts';
import type { FieldRule } from './field-rule.ts';

/** A compiled column rule. */
export interface ColumnRule {
  /** Stable name for counts and logs: the pattern, and the path where there is one. */
  readonly id: string;
  readonly pattern: ColumnPattern;
  readonly masker: Masker;
  /** JSON paths inside the column; empty = the whole value. */
  readonly jsonPaths: readonly string[];
}

/** A compiled policy: immutable, shared by all sessions of a listener. */
export interface MaskingPolicy {
  readonly columnRules: readonly ColumnRule[];
  readonly fieldRules: readonly FieldRule[];
  readonly engine: DetectionEngine | undefined;
  /** Columns into which no detector looks. */
  readonly skippedColumns: readonly ColumnPattern[];
  /** Masks what a detector finds; by index of the rule. */
  readonly findingMaskers: readonly Masker[];
  /** Masks what nobody can attribute, and values that failed closed. */
  readonly fallbackMasker: Masker;
  readonly unattributed: 'mask' | 'scan';
  readonly allowsOpaqueStatements: boolean;
  readonly allowsCopiesOfProtectedColumns: boolean;
  readonly forwardsUnreadableStatements: boolean;
  readonly allowsMaskedValuesWrittenBack: boolean;
  readonly masksRequestBodies: boolean;
  readonly forwardsUnmaskableBodies: boolean;
  /** Labels this policy can write, for the check on values that come back. */
  readonly labels: readonly string[];
  /** Shapes its partial maskers write, for the same check. */
  readonly partialShapes: readonly { readonly keepFirst?: number; readonly keepLast?: number }[];
  /** `true` when nothing is ever masked: every message may pass as it is. */
  readonly isEmpty: boolean;
}

/**
 * @returns The rules for one column: the first whole-column rule alone, or else every path rule that
 *   names it; empty when no rule does.
 */
export function rulesForColumn(
  policy: MaskingPolicy,
  schema: string,
  table: string,
  column: string,
): readonly ColumnRule[] {
  const named = policy.columnRules.filter((rule) => rule.pattern.matches(schema, table, column));
  const whole = named.find((rule) => rule.jsonPaths.length === 0);
  return whole ? [whole] : named;
}
