import { type Field, type FieldScanner, FindingList, workBudgetFor } from '../detect/detector.ts';
import type { ValueKind } from '../mask/masker.ts';
import type { MaskingPolicy } from '../policy/masking-policy.ts';
import type { MaskCounts } from './mask-report.ts';

const TEXT: ValueKind = { kind: 'text' };
const WITHHELD: Uint8Array = Buffer.from('[masked]');

/**
 * Runs detectors on values and replaces what they find. One per session: the findings are those of the last
 * value, and what is found is counted where the session reports to.
 */
export class ValueScan {
  readonly policy: MaskingPolicy;
  readonly report: MaskCounts;
  readonly #findings = new FindingList();
  readonly #work = { remaining: 0 };
  #isExhausted = false;

  constructor(policy: MaskingPolicy, report: MaskCounts) {
    this.policy = policy;
    this.report = report;
  }

  /** @returns The detectors for a field; `undefined` when none can fire there. */
  scannerFor(field: Field): FieldScanner | undefined {
    return this.policy.engine?.scannerFor(field);
  }

  /** @returns Whether anything is found, or the budget ran out: the value is then withheld (fails closed). */
  finds(scanner: FieldScanner, bytes: Uint8Array, start: number, end: number): boolean {
    this.#findings.clear();
    this.#work.remaining = workBudgetFor(end - start);
    this.#isExhausted = !scanner.scan(bytes, start, end, this.#findings, this.#work);
    return this.#isExhausted || this.#findings.length > 0;
  }

  /**
   * @returns `bytes[start, end)` with every finding replaced, the bytes between as they were; `undefined`
   * when
   *   nothing was found. What a masker nullifies becomes empty.
   */
  mask(scanner: FieldScanner, bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
    return this.finds(scanner, bytes, start, end) ? this.maskFound(bytes, start, end) : undefined;
  }

  /** The same after `finds` has said so. */
  maskFound(bytes: Uint8Array, start: number, end: number): Uint8Array {
    if (this.#isExhausted) {
      this.report.addFailedClosed('budget');
      return WITHHELD;
    }
    const { length, rules, starts, ends } = this.#findings;
    const parts: Uint8Array[] = [];
    let at = start;
    for (let index = 0; index < length; index++) {
      // A detector's span is kept within the value, and what was masked once is not shown again.
      const from = Math.max(starts[index]!, at);
      const to = Math.min(ends[index]!, end);
      if (to <= from) continue;
      const replacement = this.#replace(rules[index]!, bytes, from, to, TEXT);
      parts.push(bytes.subarray(at, from), Buffer.from(replacement ?? '', 'utf8'));
      at = to;
    }
    parts.push(bytes.subarray(at, end));
    return Buffer.concat(parts);
  }

  /**
   * Replacement of a value that is no text, after `finds` has said so: the first finding's masker decides.
   *
   * @param kind - What the replacement must be.
   */
  replaceWhole(bytes: Uint8Array, start: number, end: number, kind: ValueKind): string | null {
    if (this.#isExhausted) {
      this.report.addFailedClosed('budget');
      return this.policy.fallbackMasker.replacement('', kind, undefined);
    }
    return this.#replace(this.#findings.rules[0]!, bytes, start, end, kind);
  }

  #replace(rule: number, bytes: Uint8Array, from: number, to: number, kind: ValueKind): string | null {
    const { engine, findingMaskers, fallbackMasker } = this.policy;
    const { id = String(rule), entity } = engine?.rules[rule] ?? {};
    this.report.addMasked(id, 1);
    const value = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
    return (findingMaskers[rule] ?? fallbackMasker).replacement(value, kind, entity);
  }
}
