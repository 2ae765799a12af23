import { WireError } from '../../../errors.ts';
import { constantOfKind } from '../../../mask/constant-of-kind.ts';
import { cutText } from '../../../mask/cut-text.ts';
import type { ValueKind } from '../../../mask/masker.ts';
import { DEFAULT_REDACTION_LABEL } from '../../../mask/redaction-label.ts';
import { codecFor } from '../../../wire/postgres/types/codec-for.ts';
import type { FormatCode, PostgresType } from '../../../wire/postgres/types/postgres-type.ts';
import type { ValueCodec } from '../../../wire/postgres/types/value-codec.ts';
import { BPCHAR_OID, kindOfType } from './kind-of-type.ts';

/** A scalar type of a column, with what is needed to read and write its values. */
export interface ScalarType {
  readonly type: PostgresType;
  readonly codec: ValueCodec;
  readonly kind: ValueKind;
  readonly formatCode: FormatCode;
  /** char(n): the server fills values up with spaces. */
  readonly isPadded: boolean;
  /** A text date in a style that only the client's settings can read. */
  readonly isUnwritable: boolean;
}

/** @returns `undefined` when the type is not a scalar one with known formats. */
export function describeScalar(
  type: PostgresType,
  typeModifier: number,
  formatCode: FormatCode,
  isDateStyleIso: boolean,
): ScalarType | undefined {
  const codec = codecFor(type);
  if (codec === undefined) return undefined;
  const kind = kindOfType(type, typeModifier);
  const isDated = kind.kind === 'date' || kind.kind === 'timestamp';
  return {
    type,
    codec,
    kind,
    formatCode,
    isPadded: type.oid === BPCHAR_OID,
    isUnwritable: isDated && formatCode === 0 && !isDateStyleIso,
  };
}

/**
 * A masker's replacement as bytes of the column's type and format.
 *
 * @returns `null` for SQL NULL, also where the replacement is no value of the type (fails closed).
 */
export function encodeReplacement(scalar: ScalarType, replacement: string | null): Uint8Array | null {
  if (replacement === null || scalar.isUnwritable) return null;
  const { kind, codec } = scalar;
  if (kind.kind === 'text') {
    const text = cutText(replacement, kind.lengthMax);
    return Buffer.from(scalar.isPadded ? padText(text, kind.lengthMax) : text, 'utf8');
  }
  try {
    const binary = codec.fromText(replacement);
    return scalar.formatCode === 1 ? binary : Buffer.from(replacement, 'utf8');
  } catch (error) {
    // Fails closed: a fixed replacement the type cannot hold becomes NULL.
    if (error instanceof WireError) return null;
    throw error;
  }
}

/** The constant that stands in for a value which cannot be read. */
export function encodeConstant(scalar: ScalarType): Uint8Array | null {
  return encodeReplacement(scalar, constantOfKind(scalar.kind, DEFAULT_REDACTION_LABEL));
}

function padText(text: string, length: number | undefined): string {
  if (length === undefined) return text;
  let count = 0;
  for (const _ of text) count++;
  return count < length ? text + ' '.repeat(length - count) : text;
}
