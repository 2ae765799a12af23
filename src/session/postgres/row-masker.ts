import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { type WorkBudget, workBudgetFor } from '../../detect/detector.ts';
import { WireError } from '../../errors.ts';
import { messageHeaderSize } from '../../wire/postgres/framing.ts';
import type { SessionBudget, SessionLimits } from '../limits.ts';
import type { MaskCounts } from '../mask-report.ts';
import type { CellPlan, ResultPlan } from './column-plans.ts';
import type { CellMasker } from './values/cell.ts';

// Clock reads cost about 40 ns: only a message that has scanned this much is worth one.
const clockIntervalBytes = 65_536;

type MaskPlan = Extract<CellPlan, { action: 'mask' }>;

/**
 * Follows plans over rows. One per session; writes changed rows to the writer it is given.
 */
export class RowMasker {
  readonly #limits: SessionLimits;
  readonly #budget: SessionBudget;
  readonly #counts: MaskCounts;
  readonly #now: () => number;
  readonly #work: WorkBudget = { remaining: 0 };
  #messageWork = 0;
  #messageStart = 0;
  #nextClock = 0;
  #isLate = false;

  constructor(options: {
    readonly limits: SessionLimits;
    readonly budget: SessionBudget;
    readonly counts: MaskCounts;
    readonly now: () => number;
  }) {
    this.#limits = options.limits;
    this.#budget = options.budget;
    this.#counts = options.counts;
    this.#now = options.now;
  }

  /** Starts the budget of a message. */
  beginMessage(): void {
    this.#messageWork = this.#budget.workPerMessageMax;
    this.#nextClock = this.#messageWork - clockIntervalBytes;
    this.#isLate = false;
    this.#messageStart = -1;
  }

  /**
   * Masks one whole DataRow message, `bytes[start, end)`.
   *
   * @returns `false` when nothing changed and nothing was written; `true` when the new message is in
   *   `writer`.
   * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
   */
  maskDataRow(bytes: Uint8Array, start: number, end: number, plan: ResultPlan, writer: ByteWriter): boolean {
    // int16 cell count, then per cell: int32 length (-1 = NULL), bytes.
    const { columns } = plan;
    let at = start + messageHeaderSize;
    if (at + 2 > end) throw malformed('has no cell count', end - start);
    const count = (bytes[at]! << 8) | bytes[at + 1]!;
    if (count !== columns.length)
      throw malformed(`has ${count} cells for ${columns.length} columns`, end - start);
    at += 2;
    this.beginMessage();
    let copied = start;
    let base = -1;
    for (let index = 0; index < count; index++) {
      if (at + 4 > end) throw malformed('ends in a cell length', end - start);
      const size = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
      const cell = at + 4;
      if (size < 0) {
        if (size !== -1) throw malformed(`has a cell length of ${size}`, end - start);
        at = cell;
        continue;
      }
      const next = cell + size;
      if (next > end) throw malformed(`has a cell of ${size} bytes`, end - start);
      const cellPlan = columns[index]!;
      if (cellPlan.action !== 'forward') {
        if (cellPlan.action === 'mask') {
          if (base < 0) base = writer.length;
          writer.bytes(bytes, copied, at);
          this.#writeMasked(bytes, cell, next, cellPlan, writer);
          copied = next;
        } else {
          const value = this.#scan(bytes, cell, next, cellPlan.scanner);
          if (value !== undefined) {
            if (base < 0) base = writer.length;
            writer.bytes(bytes, copied, at);
            writeCell(writer, value);
            copied = next;
          }
        }
      }
      at = next;
    }
    if (at !== end) throw malformed(`has ${end - at} bytes after its last cell`, end - start);
    if (base < 0) return false;
    writer.bytes(bytes, copied, end);
    writer.patchInt32(base + 1, writer.length - base - 1);
    return true;
  }

  /**
   * Masks one value outside a DataRow: a field of a COPY row.
   *
   * @returns `undefined` when it stays as it is, new bytes, or `null` for NULL.
   */
  maskValue(value: Uint8Array, plan: CellPlan): Uint8Array | null | undefined {
    if (plan.action === 'forward') return undefined;
    if (plan.action === 'scan') return this.#scan(value, 0, value.length, plan.scanner);
    return this.#mask(value, 0, value.length, plan);
  }

  #writeMasked(bytes: Uint8Array, start: number, end: number, plan: MaskPlan, writer: ByteWriter): void {
    const { maskInto } = plan;
    if (maskInto !== undefined) {
      const written = writer.length;
      writer.int32(end - start);
      if (maskInto(writer, bytes, start, end)) {
        this.#counts.countCell(plan.ruleId);
        return;
      }
      writer.truncate(written);
    }
    writeCell(writer, this.#mask(bytes, start, end, plan));
  }

  #mask(bytes: Uint8Array, start: number, end: number, plan: MaskPlan): Uint8Array | null {
    this.#counts.countCell(plan.ruleId);
    if (plan.constant !== undefined) return plan.constant;
    let value = (plan.maskers[0] as CellMasker).mask(bytes, start, end);
    for (let i = 1; i < plan.maskers.length && value !== null; i++) {
      value = plan.maskers[i]!.mask(value, 0, value.length);
    }
    if (value === null || plan.scanner === undefined) return value;
    const scanned = this.#scan(value, 0, value.length, plan.scanner);
    return scanned === undefined ? value : scanned;
  }

  // Fails closed: a value over its size, its work or its message's time is masked whole.
  #scan(
    bytes: Uint8Array,
    start: number,
    end: number,
    scanner: Extract<CellPlan, { action: 'scan' }>['scanner'],
  ): Uint8Array | null | undefined {
    const work = this.#work;
    const isOversize = end - start > this.#limits.valueSizeMax;
    const allowed = Math.min(workBudgetFor(end - start), this.#budget.workPerValueMax, this.#messageWork);
    work.remaining = isOversize || this.#isLate ? -1 : allowed;
    const result = scanner.scan(bytes, start, end, work);
    this.#messageWork -= allowed - work.remaining;
    if (this.#messageWork < this.#nextClock) this.#checkClock();
    return result;
  }

  #checkClock(): void {
    const now = this.#now();
    if (this.#messageStart < 0) this.#messageStart = now;
    else if (now - this.#messageStart > this.#budget.latencyMs) this.#isLate = true;
    this.#nextClock = this.#messageWork - clockIntervalBytes;
  }
}

function writeCell(writer: ByteWriter, value: Uint8Array | null): void {
  if (value === null) {
    writer.int32(-1);
    return;
  }
  writer.int32(value.length);
  writer.bytes(value);
}

function malformed(what: string, size: number): WireError {
  return new WireError('WIREMASK_ERR_MESSAGE_BODY', `DataRow of ${size} bytes ${what}`);
}
