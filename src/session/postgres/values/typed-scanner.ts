import type { WorkBudget } from '../../../detect/detector.ts';
import { WireError } from '../../../errors.ts';
import type { CellScanner } from './cell.ts';
import { encodeReplacement, type ScalarType } from './encode-replacement.ts';
import { canonicalText } from './scalar-masker.ts';
import type { ScanContext } from './scan-context.ts';
import { isValidText } from './valid-text.ts';

/**
 * Scans values that have no room for a label, such as numbers: a finding in the value's text replaces it
 * whole by the stand-in of its type.
 */
export function compileTypedScanner(context: ScanContext, scalar: ScalarType): CellScanner {
  const closed = context.closedReplacement(scalar);
  const { kind } = scalar;
  // The bytes of a text-format value are its text, but bytea hides its content and float its digits.
  const isReadAsIs = scalar.formatCode === 0 && kind.kind !== 'bytes' && kind.kind !== 'float';
  const contentOf = kind.kind === 'bytes' ? byteaContent : canonicalBytes;
  return {
    scan(body: Uint8Array, start: number, end: number, budget: WorkBudget): Uint8Array | null | undefined {
      let bytes = body;
      let from = start;
      let to = end;
      if (!isReadAsIs) {
        const content = whenReadable(contentOf, scalar, body, start, end);
        if (content === undefined) {
          context.report.failedClosed('malformed');
          return closed;
        }
        bytes = content;
        from = 0;
        to = content.length;
      }
      if (isReadAsIs && !isValidText(body, start, end)) {
        context.report.failedClosed('encoding');
        return closed;
      }
      if (!context.scan(bytes, from, to, budget)) {
        context.report.failedClosed('budget');
        return closed;
      }
      if (context.findings.length === 0) return undefined;
      const value = whenReadable(canonicalText, scalar, body, start, end);
      // Fails closed: a finding in bytes that are no value of the type.
      if (value === undefined) {
        context.report.failedClosed('malformed');
        return closed;
      }
      return encodeReplacement(scalar, context.replaceWhole(value, kind));
    },
  };
}

type ReadValue<T> = (scalar: ScalarType, body: Uint8Array, start: number, end: number) => T;

function whenReadable<T>(
  read: ReadValue<T>,
  scalar: ScalarType,
  body: Uint8Array,
  start: number,
  end: number,
): T | undefined {
  try {
    return read(scalar, body, start, end);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function canonicalBytes(scalar: ScalarType, body: Uint8Array, start: number, end: number): Uint8Array {
  return Buffer.from(canonicalText(scalar, body, start, end), 'utf8');
}

function byteaContent(scalar: ScalarType, body: Uint8Array, start: number, end: number): Uint8Array {
  if (scalar.formatCode === 1) return body.subarray(start, end);
  return scalar.codec.fromText(canonicalText(scalar, body, start, end));
}

/** Scans the raw bytes of a type without known formats: a finding makes the value NULL. */
export function compileOpaqueScanner(context: ScanContext): CellScanner {
  return {
    scan(body: Uint8Array, start: number, end: number, budget: WorkBudget): null | undefined {
      if (!context.scan(body, start, end, budget)) {
        context.report.failedClosed('budget');
        return null;
      }
      if (context.findings.length === 0) return undefined;
      context.replaceWhole('', { kind: 'unknown' });
      return null;
    },
  };
}

/** Fails closed on every value: a binary format that nobody can read. */
export function compileUnreadableScanner(context: ScanContext): CellScanner {
  return {
    scan(): null {
      context.report.failedClosed('malformed');
      return null;
    },
  };
}
