import type { ByteWriter } from '../../../bytes/byte-writer.ts';
import type { FieldScanner, WorkBudget } from '../../../detect/detector.ts';
import type { Masker } from '../../../mask/masker.ts';
import type { FormatCode, TypeLookup } from '../../../wire/postgres/types/postgres-type.ts';
import type { DocumentFields } from './document-fields.ts';

/** Everything about a column that decides how its cells are read and written. */
export interface CellType {
  readonly typeOid: number;
  /** RowDescription's type modifier; -1 when there is none. */
  readonly typeModifier: number;
  readonly formatCode: FormatCode;
  readonly typeOf: TypeLookup;
  /** `false` when DateStyle is not ISO: text dates can then only become NULL. */
  readonly isDateStyleIso: boolean;
}

/**
 * Replaces one cell whole, by a column rule. Never throws on malformed bytes: a value that cannot be
 * read is replaced as if it were any other (fails closed).
 */
export interface CellMasker {
  /**
   * Replacement that holds for every cell of the column: bytes, or `null` for SQL NULL; `undefined` when
   * it depends on the value.
   */
  readonly constant: Uint8Array | null | undefined;
  /**
   * Writes the replacement of `body[start, end)`, which is as long; 60 ns less than `mask` and a copy.
   *
   * @returns `false` when only `mask` can tell it: take back what the writer has got.
   */
  readonly maskInto?:
    | ((writer: ByteWriter, body: Uint8Array, start: number, end: number) => boolean)
    | undefined;
  /** @returns New bytes for `body[start, end)` in the column's format, or `null` for SQL NULL. */
  mask(body: Uint8Array, start: number, end: number): Uint8Array | null;
}

/** What a scan of one cell came to. */
export interface CellScanner {
  /**
   * Looks for findings in `body[start, end)` and masks them inside the value where the type allows it
   * (text, strings in json, elements of arrays, attributes of composites), the whole value otherwise.
   *
   * @returns `undefined` when nothing was found (forward the bytes as they are), new bytes in the
   *   column's format, or `null` for SQL NULL. What cannot be decoded, or exceeds the budget, is
   *   replaced whole (fails closed) and reported.
   */
  scan(body: Uint8Array, start: number, end: number, budget: WorkBudget): Uint8Array | null | undefined;
}

/** Told about every replacement, for counts. Never sees a value. */
export interface CellReport {
  /** A detector rule fired (index into `DetectionEngine.rules`). */
  found(rule: number): void;
  /** A whole value was masked because it could not be decoded, or its budget ran out. */
  failedClosed(reason: 'encoding' | 'malformed' | 'budget'): void;
}

/** What `compileCellScanner` needs for one column. */
export interface CellScannerOptions {
  readonly scanner: FieldScanner;
  /** Scanners for values inside documents; left out, they are scanned as the column is. */
  readonly documentFields?: DocumentFields | undefined;
  readonly type: CellType;
  /** Masker for a finding of this rule. */
  readonly maskerFor: (rule: number) => Masker;
  /** Entity of the rule, for labels. */
  readonly entityOf: (rule: number) => string;
  /** Masker for a value that failed closed. */
  readonly fallback: Masker;
  readonly report: CellReport;
}

/** What `compileCellMasker` needs for one column. */
export interface CellMaskerOptions {
  readonly masker: Masker;
  readonly type: CellType;
  /**
   * JSON paths to mask inside the document (`$.ssn`, `$..token`, `$.users[*].email`), for json and
   * jsonb columns; empty = the whole value.
   */
  readonly jsonPaths: readonly string[];
}
