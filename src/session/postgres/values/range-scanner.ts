import type { WorkBudget } from '../../../detect/detector.ts';
import type { FormatCode } from '../../../wire/postgres/types/postgres-type.ts';
import {
  splitMultirangeBinary,
  splitMultirangeText,
  splitRangeBinary,
  splitRangeText,
} from '../../../wire/postgres/types/range.ts';
import { scanTextItem } from './array-scanner.ts';
import type { CellReport, CellScanner } from './cell.ts';

/** What a range scanner reads and writes. */
export interface RangeShape {
  readonly formatCode: FormatCode;
  readonly isMultirange: boolean;
  /** What a range with a finding becomes: one that holds nothing. */
  readonly empty: Uint8Array;
}

/** Scans the bounds of a range or multirange; a finding in one of them empties it. */
export function compileRangeScanner(bound: CellScanner, shape: RangeShape, report: CellReport): CellScanner {
  const scanBounds = shape.formatCode === 0 ? scanTextBounds : scanBinaryBounds;
  return {
    scan(body: Uint8Array, start: number, end: number, budget: WorkBudget): Uint8Array | undefined {
      const isFound = scanBounds(bound, shape.isMultirange, body, start, end, budget);
      if (isFound === undefined) report.failedClosed('malformed');
      return isFound === false ? undefined : shape.empty;
    },
  };
}

// Both return `undefined` when the value is malformed.
function scanTextBounds(
  bound: CellScanner,
  isMultirange: boolean,
  body: Uint8Array,
  start: number,
  end: number,
  budget: WorkBudget,
): boolean | undefined {
  const items = isMultirange ? splitMultirangeText(body, start, end) : splitRangeText(body, start, end);
  return items?.some((item) => scanTextItem(bound, body, item, budget) !== undefined);
}

function scanBinaryBounds(
  bound: CellScanner,
  isMultirange: boolean,
  body: Uint8Array,
  start: number,
  end: number,
  budget: WorkBudget,
): boolean | undefined {
  const items = isMultirange
    ? splitMultirangeBinary(body, start, end, 0)
    : splitRangeBinary(body, start, end, 0);
  return items?.some((item) => bound.scan(body, item.start, item.end, budget) !== undefined);
}
