import type { WorkBudget } from '../../../detect/detector.ts';
import { spliceBinaryItems } from '../../../wire/postgres/types/binary-item.ts';
import { splitCompositeBinary } from '../../../wire/postgres/types/composite-binary.ts';
import { encodeCompositeAttribute, splitCompositeText } from '../../../wire/postgres/types/composite-text.ts';
import { spliceItems } from '../../../wire/postgres/types/text-item.ts';
import { scanTextItem } from './array-scanner.ts';
import type { CellReport, CellScanner } from './cell.ts';

/**
 * Scans every attribute of a composite in text format and writes anew only those with findings.
 *
 * @param attributes - Scanners by attribute; used when the row has as many.
 * @param otherwise - For every attribute of other rows.
 */
export function compositeTextScanner(
  attributes: readonly CellScanner[],
  otherwise: CellScanner,
  report: CellReport,
): CellScanner {
  return {
    scan(body: Uint8Array, start: number, end: number, budget: WorkBudget): Uint8Array | null | undefined {
      const items = splitCompositeText(body, start, end);
      if (items === undefined) {
        report.failedClosed('malformed');
        return null;
      }
      const known = items.length === attributes.length ? attributes : [];
      const replacements = items.map((item, index) => {
        const scanner = known[index] ?? otherwise;
        const masked = item.isNull ? undefined : scanTextItem(scanner, body, item, budget);
        return masked === undefined ? undefined : encodeCompositeAttribute(masked);
      });
      if (replacements.every((replacement) => replacement === undefined)) return undefined;
      return spliceItems(body, start, end, items, replacements);
    },
  };
}

/** Scans every attribute of a composite in binary format, which names their types. */
export function compositeBinaryScanner(
  attributeFor: (index: number, typeOid: number) => CellScanner,
  report: CellReport,
): CellScanner {
  return {
    scan(body: Uint8Array, start: number, end: number, budget: WorkBudget): Uint8Array | null | undefined {
      const items = splitCompositeBinary(body, start, end);
      if (items === undefined) {
        report.failedClosed('malformed');
        return null;
      }
      const replacements = items.map((item, index) =>
        item.isNull ? undefined : attributeFor(index, item.typeOid).scan(body, item.start, item.end, budget),
      );
      if (replacements.every((replacement) => replacement === undefined)) return undefined;
      return spliceBinaryItems(body, start, end, items, replacements);
    },
  };
}
