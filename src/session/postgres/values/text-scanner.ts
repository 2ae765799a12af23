import type { WorkBudget } from '../../../detect/detector.ts';
import { cutText } from '../../../mask/cut-text.ts';
import type { CellScanner } from './cell.ts';
import { encodeReplacement, type ScalarType } from './encode-replacement.ts';
import type { ScanContext } from './scan-context.ts';
import { decodeText, isValidText } from './valid-text.ts';

/** Scans values whose bytes are their text in both formats, and masks findings inside them. */
export function compileTextScanner(context: ScanContext, scalar: ScalarType): CellScanner {
  const closed = context.closedReplacement(scalar);
  const lengthMax = scalar.kind.kind === 'text' ? scalar.kind.lengthMax : undefined;
  return {
    scan(body: Uint8Array, start: number, end: number, budget: WorkBudget): Uint8Array | null | undefined {
      // Fails closed: detectors read UTF-8, and a client may read other bytes as anything.
      if (!isValidText(body, start, end)) {
        context.report.failedClosed('encoding');
        return closed;
      }
      if (!context.scan(body, start, end, budget)) {
        context.report.failedClosed('budget');
        return closed;
      }
      if (context.findings.length === 0) return undefined;
      const masked = context.maskFindings(body, start, end);
      if (masked === null || lengthMax === undefined) return masked;
      return fitLength(masked, lengthMax, scalar);
    },
  };
}

// A replacement may be longer than the finding: the text is cut, and char(n) filled up, to the column's
// length.
function fitLength(masked: Uint8Array, lengthMax: number, scalar: ScalarType): Uint8Array | null {
  if (!scalar.isPadded && masked.length <= lengthMax) return masked;
  return encodeReplacement(scalar, cutText(decodeText(masked, 0, masked.length), lengthMax));
}
