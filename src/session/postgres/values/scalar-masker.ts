import { WireError } from '../../../errors.ts';
import type { Masker } from '../../../mask/masker.ts';
import { malformedValue } from '../../../wire/postgres/types/value-codec.ts';
import type { CellMasker } from './cell.ts';
import { encodeConstant, encodeReplacement, type ScalarType } from './encode-replacement.ts';
import { decodeText, isValidText } from './valid-text.ts';

/** A cell masker whose every answer is the same bytes; callers copy them into their message. */
export function constantCellMasker(constant: Uint8Array | null): CellMasker {
  return { constant, mask: () => constant };
}

/** Masks values of one scalar type. */
export function compileScalarMasker(masker: Masker, scalar: ScalarType): CellMasker {
  const isConstant = masker.isConstantFor?.(scalar.kind) ?? masker.isConstant;
  if (isConstant) {
    return constantCellMasker(encodeReplacement(scalar, masker.replacement('', scalar.kind, undefined)));
  }
  const onUnreadable = encodeConstant(scalar);
  const { replaceAscii } = masker;
  const isPlainText = scalar.kind.kind === 'text' && !scalar.isPadded;
  const isInPlace = isPlainText && replaceAscii !== undefined;
  return {
    constant: undefined,
    ...(isInPlace && { maskInto: intoWriter(replaceAscii) }),
    mask(body: Uint8Array, start: number, end: number): Uint8Array | null {
      if (isInPlace) {
        const replaced = Buffer.allocUnsafe(end - start);
        if (replaceAscii(body, start, end, replaced, 0)) return replaced;
      }
      try {
        const value = canonicalText(scalar, body, start, end);
        return encodeReplacement(scalar, masker.replacement(value, scalar.kind, undefined));
      } catch (error) {
        // Fails closed: what cannot be read is replaced by the constant of its type.
        if (error instanceof WireError) return onUnreadable;
        throw error;
      }
    },
  };
}

function intoWriter(replaceAscii: NonNullable<Masker['replaceAscii']>): CellMasker['maskInto'] {
  return (writer, body, start, end) => {
    const at = writer.reserve(end - start);
    return replaceAscii(body, start, end, writer.memory, at);
  };
}

/**
 * One spelling per value, whichever format it came in.
 *
 * @throws {WireError} WIREMASK_ERR_VALUE_ENCODING
 */
export function canonicalText(scalar: ScalarType, body: Uint8Array, start: number, end: number): string {
  if (scalar.formatCode === 1) return scalar.codec.toText(body.subarray(start, end));
  if (!isValidText(body, start, end)) throw malformedValue(scalar.type.name);
  const text = decodeText(body, start, end);
  return scalar.codec.canonicalText === undefined ? text : scalar.codec.canonicalText(text);
}
