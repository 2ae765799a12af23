import { WireError } from '../../errors.ts';
import type { CopyFacts, StatementFacts } from '../../sql/statement-facts.ts';
import {
  encodeCopyBinaryTuple,
  parseCopyBinaryHeader,
  parseCopyBinaryTuple,
} from '../../wire/postgres/copy-binary.ts';
import { copyRowContentEnd, joinCopyCells } from '../../wire/postgres/copy-cell.ts';
import { encodeCopyCsvCell, parseCopyCsvRow } from '../../wire/postgres/copy-csv-row.ts';
import type { CopyResponse } from '../../wire/postgres/copy-response.ts';
import { encodeCopyTextCell, parseCopyTextRow } from '../../wire/postgres/copy-text-row.ts';
import type { ColumnDescription } from '../../wire/postgres/row-description.ts';
import type { ResultPlan } from './column-plans.ts';
import type { RowMasker } from './row-masker.ts';
import type { TextMasker } from './text-masker.ts';

/** How the rows of one COPY TO STDOUT are written, and what their columns get. */
export interface CopyOutPlan {
  readonly result: ResultPlan;
  readonly format: 'text' | 'csv' | 'binary';
  readonly delimiter: number;
  readonly nullText: Uint8Array;
  readonly quote: number;
  readonly escape: number;
  /** The next CopyData is the header line. */
  isHeaderNext: boolean;
  /** The next CopyData begins with the binary header. */
  isStart: boolean;
}

/** @returns A plan for the rows that follow a CopyOutResponse. */
export function planCopyOut(
  facts: CopyFacts | undefined,
  response: CopyResponse,
  result: ResultPlan,
): CopyOutPlan {
  const format = response.format === 1 ? 'binary' : facts?.format === 'csv' ? 'csv' : 'text';
  const quote = byteOf(facts?.quote, '"');
  return {
    result,
    format,
    delimiter: byteOf(facts?.delimiter, format === 'csv' ? ',' : '\t'),
    nullText: Buffer.from(facts?.nullText ?? (format === 'csv' ? '' : '\\N')),
    quote,
    escape: facts?.escape === undefined ? quote : byteOf(facts.escape, '"'),
    isHeaderNext: facts?.hasHeader === true && format !== 'binary',
    isStart: format === 'binary',
  };
}

/**
 * Masks the content of one CopyData message. The server sends one row per message.
 *
 * @returns `undefined` when nothing changed.
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-COPYDATA
 */
export function maskCopyData(
  data: Uint8Array,
  plan: CopyOutPlan,
  rows: RowMasker,
  texts: TextMasker,
): Uint8Array | undefined {
  rows.beginMessage();
  if (plan.isHeaderNext) {
    plan.isHeaderNext = false;
    const header = texts.scan(data);
    return header === data ? undefined : withNewline(header);
  }
  return plan.format === 'binary' ? maskBinary(data, plan, rows) : maskLine(data, plan, rows);
}

function maskLine(data: Uint8Array, plan: CopyOutPlan, rows: RowMasker): Uint8Array | undefined {
  const cells =
    plan.format === 'csv'
      ? parseCopyCsvRow(data, plan)
      : parseCopyTextRow(data, plan.delimiter, plan.nullText);
  const { columns } = plan.result;
  // Another number of cells means that the row was cut at other places than the server meant.
  const isEmptyRow = columns.length === 0 && cells.length === 1;
  if (cells.length !== columns.length && !isEmptyRow) {
    throw new WireError(
      'WIREMASK_ERR_MESSAGE_BODY',
      `COPY row of ${cells.length} cells for ${columns.length} columns`,
    );
  }
  const raw: Uint8Array[] = [];
  let hasChanged = false;
  for (const [index, cell] of cells.entries()) {
    const cellPlan = columns[index];
    const masked = cell.value === null || !cellPlan ? undefined : rows.maskValue(cell.value, cellPlan);
    if (masked === undefined) {
      raw.push(cell.raw);
      continue;
    }
    hasChanged = true;
    raw.push(
      plan.format === 'csv'
        ? encodeCopyCsvCell(masked, { ...plan, isQuoted: cell.isQuoted && masked !== null })
        : encodeCopyTextCell(masked, plan.delimiter, plan.nullText),
    );
  }
  return hasChanged ? joinCopyCells(raw, plan.delimiter, data.subarray(copyRowContentEnd(data))) : undefined;
}

function maskBinary(data: Uint8Array, plan: CopyOutPlan, rows: RowMasker): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let at = 0;
  if (plan.isStart) {
    plan.isStart = false;
    at = parseCopyBinaryHeader(data).headerLength;
    parts.push(data.subarray(0, at));
  }
  let hasChanged = false;
  while (at < data.length) {
    const tuple = parseCopyBinaryTuple(data, at);
    if (tuple.kind === 'trailer') {
      parts.push(data.subarray(at));
      break;
    }
    const { columns } = plan.result;
    if (tuple.cells.length !== columns.length) {
      throw new WireError(
        'WIREMASK_ERR_MESSAGE_BODY',
        `COPY tuple of ${tuple.cells.length} cells for ${columns.length} columns`,
      );
    }
    const cells = tuple.cells.map((cell, index) => {
      const cellPlan = columns[index];
      if (cell === null || !cellPlan) return cell;
      const masked = rows.maskValue(cell, cellPlan);
      if (masked === undefined) return cell;
      hasChanged = true;
      return masked;
    });
    parts.push(encodeCopyBinaryTuple(cells));
    at = tuple.end;
  }
  return hasChanged ? Buffer.concat(parts) : undefined;
}

/**
 * Whether the options of a COPY mean the same to the server however it reads a backslash: a single byte
 * each, and no NULL text with a backslash but the usual one.
 */
export function hasCertainOptions({ nullText, ...options }: CopyFacts): boolean {
  const areBytes = [options.delimiter, options.quote, options.escape].every(
    (option) => option === undefined || Buffer.byteLength(option) === 1,
  );
  return areBytes && (nullText === undefined || nullText === '\\N' || !nullText.includes('\\'));
}

/**
 * Text of a query whose description gives the columns of a COPY: the server then names their origins.
 *
 * @returns `undefined` when the COPY names nothing that could be described.
 */
export function copyDescribeText(facts: StatementFacts): string | undefined {
  const { copy } = facts;
  if (!copy) return undefined;
  if (copy.queryText !== undefined) return copy.queryText;
  if (!copy.relation) return undefined;
  const { schema, name } = copy.relation;
  const relation = schema === undefined ? quoted(name) : `${quoted(schema)}.${quoted(name)}`;
  return `select ${copy.columns?.map(quoted).join(', ') ?? '*'} from ${relation}`;
}

/**
 * Columns of a COPY that nobody could describe.
 *
 * @returns Descriptions of an unknown origin and type, so that their values become NULL where a rule could
 *   apply.
 */
export function unknownCopyColumns(response: CopyResponse): ColumnDescription[] {
  return response.columnFormats.map((formatCode) => ({
    name: new Uint8Array(0),
    tableOid: 0,
    columnAttribute: 0,
    typeOid: 0,
    typeSize: -1,
    typeModifier: -1,
    formatCode,
  }));
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function byteOf(option: string | undefined, fallback: string): number {
  return Buffer.from(option ?? fallback)[0] ?? fallback.charCodeAt(0);
}

function withNewline(line: Uint8Array): Uint8Array {
  return line.at(-1) === 0x0a ? line : Buffer.concat([line, Uint8Array.of(0x0a)]);
}
