import type { MaskReport } from './masking-session.ts';

/** Who wants to hear of counts as they happen, beside the totals: a metrics registry. */
export interface ReportListener {
  masked(ruleId: string, count: number): void;
  failedClosed(reason: string): void;
  refused(code: string): void;
}

/** Counts by rule id; never a value. */
export class MaskCounts implements MaskReport {
  rows = 0;
  messagesFromUpstream = 0;
  messagesFromDownstream = 0;
  readonly masked: Map<string, number> = new Map();
  readonly failedClosed: Map<string, number> = new Map();
  readonly refused: Map<string, number> = new Map();
  readonly #listener: ReportListener | undefined;
  readonly #cells = new Map<string, number>();

  constructor(listener?: ReportListener) {
    this.#listener = listener;
  }

  addMasked(ruleId: string, count: number): void {
    this.masked.set(ruleId, (this.masked.get(ruleId) ?? 0) + count);
    this.#listener?.masked(ruleId, count);
  }

  /** Counts one cell; the listener hears of it at the next `flush`, once per chunk and not per cell. */
  countCell(ruleId: string): void {
    this.#cells.set(ruleId, (this.#cells.get(ruleId) ?? 0) + 1);
  }

  /** Adds the cells counted since the last call to the totals. */
  flush(): void {
    if (this.#cells.size === 0) return;
    for (const [ruleId, count] of this.#cells) this.addMasked(ruleId, count);
    this.#cells.clear();
  }

  addFailedClosed(reason: string): void {
    this.failedClosed.set(reason, (this.failedClosed.get(reason) ?? 0) + 1);
    this.#listener?.failedClosed(reason);
  }

  addRefused(code: string): void {
    this.refused.set(code, (this.refused.get(code) ?? 0) + 1);
    this.#listener?.refused(code);
  }
}
