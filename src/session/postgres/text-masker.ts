import { isUtf8 } from 'node:buffer';
import {
  type Field,
  type FieldScanner,
  FindingList,
  type WorkBudget,
  workBudgetFor,
} from '../../detect/detector.ts';
import { looksPartiallyMasked } from '../../mask/partial.ts';
import { compileLabelMatcher } from '../../mask/redaction-label.ts';
import type { PlanContext } from './plan-context.ts';

/** What stands for a text that is withheld whole. */
export const withheldText: Uint8Array = Buffer.from('[masked]');

const star = 0x2a;

/** Longer values are not taken for partial masks of ours. */
const partialSizeMax = 4096;

/**
 * Masks texts that come without a column: error fields, notices, payloads, settings, column names.
 */
export class TextMasker {
  readonly #plans: PlanContext;
  readonly #scanner: FieldScanner | undefined;
  readonly #findings = new FindingList();
  readonly #work: WorkBudget = { remaining: 0 };
  readonly #findLabel: (bytes: Uint8Array, start: number, end: number) => boolean;

  constructor(plans: PlanContext) {
    this.#plans = plans;
    this.#scanner = plans.policy.engine?.scannerFor({ name: '', path: [], kind: 'text' });
    this.#findLabel = compileLabelMatcher(plans.policy.labels);
  }

  /** @returns Whether the bytes hold one of the labels this policy writes. */
  holdsLabel(bytes: Uint8Array): boolean {
    return this.#findLabel(bytes, 0, bytes.length);
  }

  /**
   * @returns Whether a value is one that this policy has masked: it holds a label, or has the shape of a
   * partial mask.
   */
  holdsMaskedValue(value: Uint8Array): boolean {
    if (this.#findLabel(value, 0, value.length)) return true;
    const { partialShapes } = this.#plans.policy;
    if (partialShapes.length === 0 || value.length > partialSizeMax || !value.includes(star)) return false;
    const text = Buffer.from(value).toString('utf8');
    return partialShapes.some((shape) => looksPartiallyMasked(text, shape));
  }

  /**
   * @returns Whether a statement text holds a label, or writes a literal that has the shape of a partial
   * mask.
   */
  holdsMaskedLiteral(statement: Uint8Array): boolean {
    if (this.#findLabel(statement, 0, statement.length)) return true;
    const { partialShapes } = this.#plans.policy;
    if (partialShapes.length === 0 || !statement.includes(star)) return false;
    const text = Buffer.from(statement).toString('utf8');
    if (!/\b(insert|update|merge)\b/i.test(text)) return false;
    return text
      .split("'")
      .some((literal) => partialShapes.some((shape) => looksPartiallyMasked(literal, shape)));
  }

  /**
   * Replaces what the detectors find.
   *
   * @param field - Where the text comes from, when it has a name after all.
   * @returns The same array when nothing was found. Text that is not UTF-8, or exceeds the budget, is
   *   withheld whole (fails closed).
   */
  scan(text: Uint8Array, field?: Field): Uint8Array {
    const scanner = field === undefined ? this.#scanner : this.#plans.policy.engine?.scannerFor(field);
    if (!scanner || text.length === 0) return text;
    if (!isUtf8(text)) {
      this.#plans.cellReport.failedClosed('encoding');
      return withheldText;
    }
    this.#findings.clear();
    this.#work.remaining = workBudgetFor(text.length);
    if (!scanner.scan(text, 0, text.length, this.#findings, this.#work)) {
      this.#plans.cellReport.failedClosed('budget');
      return withheldText;
    }
    return this.#findings.length === 0 ? text : this.#replaceFindings(text);
  }

  /**
   * @returns Whether the detectors find anything in bytes of any kind, or their budget ran out (fails
   *   closed); findings are counted.
   */
  finds(bytes: Uint8Array, field: Field): boolean {
    const scanner = this.#plans.policy.engine?.scannerFor(field);
    if (!scanner) return false;
    this.#findings.clear();
    this.#work.remaining = workBudgetFor(bytes.length);
    if (!scanner.scan(bytes, 0, bytes.length, this.#findings, this.#work)) {
      this.#plans.cellReport.failedClosed('budget');
      return true;
    }
    for (let i = 0; i < this.#findings.length; i++) this.#plans.cellReport.found(this.#findings.rules[i]!);
    return this.#findings.length > 0;
  }

  #replaceFindings(text: Uint8Array): Uint8Array {
    const { policy, cellReport } = this.#plans;
    const parts: Uint8Array[] = [];
    let at = 0;
    for (let i = 0; i < this.#findings.length; i++) {
      const rule = this.#findings.rules[i]!;
      const start = this.#findings.starts[i]!;
      const end = this.#findings.ends[i]!;
      const found = Buffer.from(text.subarray(start, end)).toString('utf8');
      const entity = policy.engine?.rules[rule]?.entity;
      const replacement = (policy.findingMaskers[rule] ?? policy.fallbackMasker).replacement(
        found,
        { kind: 'text' },
        entity,
      );
      parts.push(text.subarray(at, start), Buffer.from(replacement ?? ''));
      at = end;
      cellReport.found(rule);
    }
    parts.push(text.subarray(at));
    return Buffer.concat(parts);
  }
}
