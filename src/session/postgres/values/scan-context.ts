import type { FieldScanner, WorkBudget } from '../../../detect/detector.ts';
import { FindingList } from '../../../detect/detector.ts';
import { constantOfKind } from '../../../mask/constant-of-kind.ts';
import type { Masker, ValueKind } from '../../../mask/masker.ts';
import { DEFAULT_REDACTION_LABEL } from '../../../mask/redaction-label.ts';
import type { CellReport, CellScannerOptions } from './cell.ts';
import type { DocumentFields } from './document-fields.ts';
import { encodeReplacement, type ScalarType } from './encode-replacement.ts';
import { decodeText } from './valid-text.ts';

const TEXT: ValueKind = { kind: 'text' };

/**
 * What all scanners of one column share. The findings are those of the last `scan`: use them before the
 * next one.
 */
export class ScanContext {
  readonly findings: FindingList = new FindingList();
  readonly report: CellReport;
  /** For values inside documents. */
  readonly documentFields: DocumentFields | undefined;
  readonly #scanner: FieldScanner;
  readonly #maskerFor: (rule: number) => Masker;
  readonly #entityOf: (rule: number) => string;
  readonly #fallback: Masker;

  constructor(options: CellScannerOptions) {
    this.report = options.report;
    this.#scanner = options.scanner;
    this.documentFields = options.documentFields;
    this.#maskerFor = options.maskerFor;
    this.#entityOf = options.entityOf;
    this.#fallback = options.fallback;
  }

  /** @returns `false` when the budget ran out; the findings are then incomplete. */
  scan(bytes: Uint8Array, start: number, end: number, budget: WorkBudget): boolean {
    return this.scanAs(this.#scanner, bytes, start, end, budget);
  }

  /** The same for a part of the value that has a name of its own; without a scanner nothing can be found. */
  scanAs(
    scanner: FieldScanner | undefined,
    bytes: Uint8Array,
    start: number,
    end: number,
    budget: WorkBudget,
  ): boolean {
    this.findings.clear();
    if (budget.remaining < 0) return false;
    return scanner?.scan(bytes, start, end, this.findings, budget) ?? true;
  }

  /**
   * `bytes[start, end)` with every finding replaced; the bytes between stay.
   *
   * @returns `null` when a masker nullifies: a part of a text cannot be NULL, so all of it is.
   */
  maskFindings(bytes: Uint8Array, start: number, end: number): Uint8Array | null {
    const { length, rules, starts, ends } = this.findings;
    const parts: Uint8Array[] = [];
    let at = start;
    let isNull = false;
    for (let index = 0; index < length; index++) {
      const rule = rules[index] as number;
      // A detector's span is kept within the value, and what was masked once is not shown again.
      const findingStart = Math.max(starts[index] as number, at);
      const findingEnd = Math.min(ends[index] as number, end);
      this.report.found(rule);
      if (findingEnd <= findingStart) continue;
      const value = decodeText(bytes, findingStart, findingEnd);
      const replacement = this.#maskerFor(rule).replacement(value, TEXT, this.#entityOf(rule));
      if (replacement === null) isNull = true;
      else parts.push(bytes.subarray(at, findingStart), Buffer.from(replacement, 'utf8'));
      at = findingEnd;
    }
    parts.push(bytes.subarray(at, end));
    return isNull ? null : Buffer.concat(parts);
  }

  /** Replacement of a value that is masked whole because of its findings: the first one's masker decides. */
  replaceWhole(value: string, kind: ValueKind): string | null {
    const { length, rules } = this.findings;
    for (let index = 0; index < length; index++) this.report.found(rules[index] as number);
    const rule = rules[0] as number;
    return this.#maskerFor(rule).replacement(value, kind, this.#entityOf(rule));
  }

  /** Replacement of a value that failed closed, for every such value of the type. */
  closedReplacement(scalar: ScalarType): Uint8Array | null {
    const { kind } = scalar;
    const isConstant = this.#fallback.isConstantFor?.(kind) ?? this.#fallback.isConstant;
    return encodeReplacement(
      scalar,
      isConstant
        ? this.#fallback.replacement('', kind, undefined)
        : constantOfKind(kind, DEFAULT_REDACTION_LABEL),
    );
  }
}
