/** What a column can hold, independent of protocol. `lengthMax` is in characters. */
export type ValueKind =
  | { readonly kind: 'text'; readonly lengthMax?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly bits: 16 | 32 | 64; readonly isSigned: boolean }
  | { readonly kind: 'float' }
  | { readonly kind: 'decimal'; readonly precision?: number; readonly scale?: number }
  | { readonly kind: 'money' }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'json' }
  | { readonly kind: 'xml' }
  | { readonly kind: 'date' }
  | { readonly kind: 'time'; readonly hasZone: boolean }
  | { readonly kind: 'timestamp'; readonly hasZone: boolean }
  | { readonly kind: 'interval' }
  | { readonly kind: 'network'; readonly family: 'inet' | 'cidr' | 'macaddr' | 'macaddr8' }
  | { readonly kind: 'bits'; readonly length?: number; readonly isVarying: boolean }
  | { readonly kind: 'point' }
  | { readonly kind: 'tsvector' }
  | { readonly kind: 'enumeration'; readonly labels: readonly string[] }
  /** A type nobody described: only NULL can stand in for its values. */
  | { readonly kind: 'unknown' };

/** A masker as a rule asks for it. */
export type MaskerSpec =
  | { readonly mask: 'redact'; readonly label?: string }
  | { readonly mask: 'partial'; readonly keepFirst?: number; readonly keepLast?: number }
  | { readonly mask: 'keyed-hash'; readonly key: Uint8Array }
  | { readonly mask: 'nullify' }
  | { readonly mask: 'replace'; readonly value: string };

/** Name of a masker, as configuration writes it. */
export type MaskerName = MaskerSpec['mask'];

/**
 * A found value to its replacement.
 *
 * The result is the canonical text of a value of the given kind (`'0'`, `'f'`, `'1970-01-01'`), or
 * `null` where the kind has no stand-in; a protocol layer turns it into the bytes of its format. It
 * never contains more of the value than the masker promises to keep.
 */
export interface Masker {
  readonly spec: MaskerSpec;
  /** `true` when the replacement does not depend on the value: compute it once per column. */
  readonly isConstant: boolean;
  /** The same for values of one kind; as `isConstant` when left out. */
  readonly isConstantFor?: (kind: ValueKind) => boolean;
  /**
   * Writes the replacement of an ASCII text, which is as long as the text, to `target` from `at` on; for text
   * columns under a column rule. Half the time of going through a string.
   *
   * @returns `false`, and nothing is written, when `bytes[start, end)` needs `replacement`: it is not ASCII,
   *   or is replaced whole.
   */
  readonly replaceAscii?: (
    bytes: Uint8Array,
    start: number,
    end: number,
    target: Uint8Array,
    at: number,
  ) => boolean;
  /**
   * @param value - Canonical text of the value; ignored by constant maskers.
   * @param kind - What the replacement must be.
   * @param entity - Entity of the finding, for labels; `undefined` under a column rule.
   */
  replacement(value: string, kind: ValueKind, entity: string | undefined): string | null;
}
