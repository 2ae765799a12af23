import type { FieldScanner } from '../../../detect/detector.ts';
import { LimitError } from '../../../errors.ts';
import type { ValueScan } from '../../value-scan.ts';
import type { BodyMasker } from '../body-masker.ts';
import type { AppliedRule, NameRules } from '../field-rules.ts';
import { type CsvCell, CsvRecordEnds, encodeCsvCell, readCsvCells } from './csv-record.ts';
import { WITHHELD } from './found-spans.ts';
import { HeldBytes } from './held-bytes.ts';

/** What stands between cells. */
export type CsvDelimiter = ',' | ';' | '|' | '\t';

/** How a table is written, and how much of it is held. */
export interface CsvBodyOptions {
  readonly delimiter: CsvDelimiter;
  /** Whether the first record holds the names of the columns. */
  readonly hasHeader: boolean;
  /** Bytes of a record; a larger one is withheld. Default 1 MiB. */
  readonly recordSizeMax?: number;
}

/** What a column gets, chosen once. */
interface ColumnPlan {
  readonly rule: AppliedRule | undefined;
  readonly scanner: FieldScanner | undefined;
}

const RECORD_SIZE_MAX = 1_048_576;
const BYTE_ORDER_MARK: Uint8Array = Uint8Array.of(0xef, 0xbb, 0xbf);

/**
 * Masks CSV (RFC 4180) and tab-separated values, record by record. Empty lines are no records. A header
 * larger than `recordSizeMax` is a LimitError (WIREMASK_ERR_MESSAGE_SIZE).
 */
export class CsvBody implements BodyMasker {
  readonly #scan: ValueScan;
  readonly #names: NameRules;
  readonly #delimiter: number;
  readonly #recordSizeMax: number;
  readonly #ends: CsvRecordEnds;
  readonly #held = new HeldBytes();
  // Bytes of what is held that have been read.
  #read = 0;
  #isDropping = false;
  #isAtRecordStart = true;
  #expectsHeader: boolean;
  #isFirst = true;
  // Cells of the first record; a record of another size may be no record at all.
  #width = 0;
  #columns: ColumnPlan[] = [];
  readonly #plain: ColumnPlan;

  constructor(scan: ValueScan, names: NameRules, options: CsvBodyOptions) {
    this.#scan = scan;
    this.#names = names;
    this.#delimiter = options.delimiter.charCodeAt(0);
    this.#recordSizeMax = options.recordSizeMax ?? RECORD_SIZE_MAX;
    this.#expectsHeader = options.hasHeader;
    this.#ends = new CsvRecordEnds(this.#delimiter);
    this.#plain = { rule: undefined, scanner: scan.scannerFor({ name: '', path: [], kind: 'text' }) };
  }

  push(chunk: Uint8Array): readonly Uint8Array[] {
    this.#held.push(chunk);
    const { bytes } = this.#held;
    const output = new Slices();
    // Unchanged records leave together, so a record's bytes are copied once.
    let start = 0;
    let copy: Uint8Array | undefined;
    for (;;) {
      if (this.#isAtRecordStart && start < bytes.length) {
        this.#isAtRecordStart = false;
        if (this.#ends.isRestOfLineEnd(bytes[start]!)) {
          copy ??= new Uint8Array(bytes);
          output.pass(copy, start, ++start);
          this.#read = Math.max(this.#read, start);
        }
      }
      const end = this.#ends.next(bytes, this.#read);
      if (end < 0) break;
      copy ??= new Uint8Array(bytes);
      this.#takeRecord(copy, start, end, output);
      output.pass(copy, end, end + 1);
      start = end + 1;
      this.#read = start;
      this.#isAtRecordStart = true;
    }
    this.#held.drop(start);
    this.#read = this.#held.length;
    this.#boundRecord(output);
    return output.take();
  }

  end(): readonly Uint8Array[] {
    const output = new Slices();
    const last = this.#held.take(this.#held.length);
    if (last.length > 0) this.#takeRecord(last, 0, last.length, output);
    return output.take();
  }

  #boundRecord(output: Slices): void {
    if (!this.#isDropping && this.#held.length > this.#recordSizeMax) {
      this.#withhold(this.#held.length, output);
      this.#isDropping = true;
    }
    if (!this.#isDropping) return;
    this.#held.drop(this.#held.length);
    this.#read = 0;
  }

  #withhold(size: number, output: Slices): void {
    // Fails closed: without the names of the columns no rule would apply.
    if (this.#expectsHeader) {
      const measured = { limit: 'recordSizeMax', size, max: this.#recordSizeMax };
      throw new LimitError('WIREMASK_ERR_MESSAGE_SIZE', 'header of a CSV body', measured);
    }
    this.#scan.report.addFailedClosed('size');
    output.replace(WITHHELD);
    this.#isFirst = false;
  }

  #takeRecord(bytes: Uint8Array, start: number, end: number, output: Slices): void {
    if (this.#isDropping) {
      this.#isDropping = false;
      return;
    }
    if (end - start > this.#recordSizeMax) {
      this.#withhold(end - start, output);
      return;
    }
    const from = this.#isFirst && startsWithMark(bytes, start, end) ? start + BYTE_ORDER_MARK.length : start;
    output.pass(bytes, start, from);
    const record = bytes.subarray(from, end);
    const masked = this.#maskRecord(record);
    if (masked === undefined) output.pass(bytes, from, end);
    else output.replace(masked);
  }

  #maskRecord(record: Uint8Array): Uint8Array | undefined {
    if (record.length === 0) return undefined;
    const cells = readCsvCells(record, this.#delimiter);
    const isHeader = this.#expectsHeader;
    const isFirst = this.#isFirst;
    if (isFirst) this.#width = cells.length;
    this.#isFirst = false;
    this.#expectsHeader = false;
    const isOdd = cells.length > 1 && (isFirst || cells.length !== this.#width);
    const masked = isOdd
      ? this.#maskText(record, cells)
      : this.#maskCells(record, cells, (cell, index) => {
          const plan = isHeader ? this.#plain : this.#planAt(index);
          return this.#applyRule(cell, plan) ?? this.#maskFindings(cell, plan);
        });
    if (isHeader) this.#columns = cells.map(({ value }) => this.#planOf(value));
    return masked;
  }

  // What has other cells than the table may be no record of it: a delimiter may lie inside a value, so the
  // text is looked at before its cells.
  #maskText(record: Uint8Array, cells: readonly CsvCell[]): Uint8Array | undefined {
    const ruled = this.#maskCells(record, cells, (cell, index) => this.#applyRule(cell, this.#planAt(index)));
    let text = ruled ?? record;
    const { scanner } = this.#plain;
    if (scanner !== undefined) text = this.#scan.mask(scanner, text, 0, text.length) ?? text;
    const left = readCsvCells(text, this.#delimiter);
    const scanned = this.#maskCells(text, left, (cell, index) =>
      this.#maskFindings(cell, this.#planAt(index)),
    );
    return scanned ?? (text === record ? undefined : text);
  }

  #maskCells(
    record: Uint8Array,
    cells: readonly CsvCell[],
    mask: (cell: CsvCell, index: number) => Uint8Array | undefined,
  ): Uint8Array | undefined {
    const parts: Uint8Array[] = [];
    let at = 0;
    for (const [index, cell] of cells.entries()) {
      const value = mask(cell, index);
      if (value === undefined) continue;
      parts.push(record.subarray(at, cell.start), encodeCsvCell(value, this.#delimiter, cell.isQuoted));
      at = cell.end;
    }
    if (parts.length === 0) return undefined;
    parts.push(record.subarray(at));
    return Buffer.concat(parts);
  }

  #applyRule({ value }: CsvCell, { rule }: ColumnPlan): Uint8Array | undefined {
    if (rule === undefined) return undefined;
    this.#scan.report.addMasked(rule.id, 1);
    const text = Buffer.from(value).toString('utf8');
    return Buffer.from(rule.masker.replacement(text, { kind: 'text' }, undefined) ?? '', 'utf8');
  }

  #maskFindings({ value }: CsvCell, { scanner }: ColumnPlan): Uint8Array | undefined {
    if (scanner === undefined || value.length === 0) return undefined;
    return this.#scan.mask(scanner, value, 0, value.length);
  }

  #planAt(index: number): ColumnPlan {
    return this.#columns[index] ?? this.#plain;
  }

  #planOf(header: Uint8Array): ColumnPlan {
    const name = Buffer.from(header).toString('utf8').trim();
    return {
      rule: this.#names.ruleFor(name),
      scanner: this.#scan.scannerFor({ name, path: [], kind: 'text' }),
    };
  }
}

function startsWithMark(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 3 && BYTE_ORDER_MARK.every((byte, index) => bytes[start + index] === byte);
}

/** Collects output: neighbouring parts of one buffer leave as one slice. */
class Slices {
  readonly #slices: Uint8Array[] = [];
  #bytes: Uint8Array | undefined;
  #from = 0;
  #to = 0;

  pass(bytes: Uint8Array, from: number, to: number): void {
    if (this.#bytes === bytes && this.#to === from) {
      this.#to = to;
      return;
    }
    this.#flush();
    this.#bytes = bytes;
    this.#from = from;
    this.#to = to;
  }

  replace(bytes: Uint8Array): void {
    this.#flush();
    this.#slices.push(bytes);
  }

  take(): readonly Uint8Array[] {
    this.#flush();
    return this.#slices;
  }

  #flush(): void {
    if (this.#bytes !== undefined && this.#to > this.#from)
      this.#slices.push(this.#bytes.subarray(this.#from, this.#to));
    this.#bytes = undefined;
  }
}
