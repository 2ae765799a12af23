import type { WorkBudget } from '../../../detect/detector.ts';
import type { CellScanner } from './cell.ts';
import { encodeReplacement, type ScalarType } from './encode-replacement.ts';
import type { ScanContext } from './scan-context.ts';
import { decodeText, isValidText } from './valid-text.ts';

const AMPERSAND = 0x26;
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos));/gi;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Scans XML as the text it is written in, and once more with its character references resolved when it
 * has any. A finding replaces the whole document: a part might be a tag, and a label is none.
 */
export function compileXmlScanner(context: ScanContext, scalar: ScalarType): CellScanner {
  const closed = context.closedReplacement(scalar);
  const fail = (reason: 'encoding' | 'budget'): Uint8Array | null => {
    context.report.failedClosed(reason);
    return closed;
  };
  return {
    scan(body: Uint8Array, start: number, end: number, budget: WorkBudget): Uint8Array | null | undefined {
      if (!isValidText(body, start, end)) return fail('encoding');
      if (!context.scan(body, start, end, budget)) return fail('budget');
      const hasReferences = body.subarray(start, end).includes(AMPERSAND);
      if (context.findings.length === 0 && hasReferences) {
        const resolved = Buffer.from(resolveReferences(decodeText(body, start, end)), 'utf8');
        if (!context.scan(resolved, 0, resolved.length, budget)) return fail('budget');
      }
      if (context.findings.length === 0) return undefined;
      return encodeReplacement(scalar, context.replaceWhole(decodeText(body, start, end), scalar.kind));
    },
  };
}

// https://www.w3.org/TR/xml/#sec-references
function resolveReferences(text: string): string {
  return text.replace(REFERENCE, (reference, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? reference;
    const codePoint = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : reference;
  });
}
