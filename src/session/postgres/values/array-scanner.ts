import type { WorkBudget } from '../../../detect/detector.ts';
import { spliceArrayBinary, splitArrayBinary } from '../../../wire/postgres/types/array-binary.ts';
import { encodeArrayElement, splitArrayText } from '../../../wire/postgres/types/array-text.ts';
import { spliceItems, type TextItem, textItemValue } from '../../../wire/postgres/types/text-item.ts';
import type { CellReport, CellScanner } from './cell.ts';

/** Scans one item of a literal in place where it has no escapes, in a copy where it has. */
export function scanTextItem(
  scanner: CellScanner,
  body: Uint8Array,
  item: TextItem,
  budget: WorkBudget,
): Uint8Array | null | undefined {
  if (!item.isQuoted) return scanner.scan(body, item.start, item.end, budget);
  if (!item.hasEscapes) return scanner.scan(body, item.start + 1, item.end - 1, budget);
  const value = textItemValue(body, item);
  return scanner.scan(value, 0, value.length, budget);
}

/** Scans every element of an array in text format and writes anew only those with findings. */
export function arrayTextScanner(element: CellScanner, delimiter: number, report: CellReport): CellScanner {
  return {
    scan(body: Uint8Array, start: number, end: number, budget: WorkBudget): Uint8Array | null | undefined {
      const items = splitArrayText(body, start, end, delimiter);
      if (items === undefined) {
        report.failedClosed('malformed');
        return null;
      }
      let replacements: (Uint8Array | undefined)[] | undefined;
      for (let index = 0; index < items.length; index++) {
        const item = items[index] as TextItem;
        const masked = item.isNull ? undefined : scanTextItem(element, body, item, budget);
        if (masked === undefined) continue;
        replacements ??= new Array<Uint8Array | undefined>(items.length).fill(undefined);
        replacements[index] = encodeArrayElement(masked, delimiter);
      }
      return replacements === undefined ? undefined : spliceItems(body, start, end, items, replacements);
    },
  };
}

/**
 * Scans every element of an array in binary format.
 *
 * @param elementFor - Scanner for the element type that the array itself names.
 */
export function arrayBinaryScanner(
  elementFor: (typeOid: number) => CellScanner,
  report: CellReport,
): CellScanner {
  return {
    scan(body: Uint8Array, start: number, end: number, budget: WorkBudget): Uint8Array | null | undefined {
      const items = splitArrayBinary(body, start, end);
      if (items === undefined) {
        report.failedClosed('malformed');
        return null;
      }
      const replacements = items.map((item) =>
        item.isNull ? undefined : elementFor(item.typeOid).scan(body, item.start, item.end, budget),
      );
      if (replacements.every((replacement) => replacement === undefined)) return undefined;
      return spliceArrayBinary(body, start, end, items, replacements);
    },
  };
}
