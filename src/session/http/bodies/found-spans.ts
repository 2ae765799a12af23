import { type FieldScanner, FindingList, workBudgetFor } from '../../../detect/detector.ts';
import type { ValueScan } from '../../value-scan.ts';

/** What stands for bytes that are withheld whole. */
export const WITHHELD: Uint8Array = Buffer.from('[masked]');

/** The findings of one text, for bodies that decide for each of them whether it is complete. */
export class FoundSpans {
  readonly #scan: ValueScan;
  readonly #findings = new FindingList();
  readonly #work = { remaining: 0 };

  constructor(scan: ValueScan) {
    this.#scan = scan;
  }

  /** Findings of the last search, in order, not overlapping. */
  get length(): number {
    return this.#findings.length;
  }

  /** @returns `false` when the budget ran out: the text is to be withheld (fails closed). */
  search(scanner: FieldScanner, bytes: Uint8Array, start: number, end: number): boolean {
    this.#findings.clear();
    this.#work.remaining = workBudgetFor(end - start);
    return scanner.scan(bytes, start, end, this.#findings, this.#work);
  }

  /** Where a finding begins. */
  startOf(index: number): number {
    return this.#findings.starts[index]!;
  }

  /** After the last byte of a finding. */
  endOf(index: number): number {
    return this.#findings.ends[index]!;
  }

  /** @returns What stands for `bytes[from, to)`, a part of a finding or all of it; it is counted. */
  replacement(index: number, bytes: Uint8Array, from: number, to: number): Uint8Array {
    const { engine, findingMaskers, fallbackMasker } = this.#scan.policy;
    const rule = this.#findings.rules[index]!;
    const { id = String(rule), entity } = engine?.rules[rule] ?? {};
    this.#scan.report.addMasked(id, 1);
    const value = Buffer.from(bytes.subarray(from, to)).toString('utf8');
    const masker = findingMaskers[rule] ?? fallbackMasker;
    return Buffer.from(masker.replacement(value, { kind: 'text' }, entity) ?? '', 'utf8');
  }
}
