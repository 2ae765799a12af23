import type { ValueKind } from '../../../mask/masker.ts';
import type { PostgresType } from '../../../wire/postgres/types/postgres-type.ts';

const TEXT: ValueKind = { kind: 'text' };
const UNKNOWN: ValueKind = { kind: 'unknown' };

// Types whose kind does not depend on the type modifier.
const KINDS: ReadonlyMap<number, ValueKind> = new Map<number, ValueKind>([
  [16, { kind: 'boolean' }],
  [17, { kind: 'bytes' }],
  [18, { kind: 'text', lengthMax: 1 }], // "char"
  [19, { kind: 'text', lengthMax: 63 }], // name: NAMEDATALEN - 1
  [20, { kind: 'integer', bits: 64, isSigned: true }],
  [21, { kind: 'integer', bits: 16, isSigned: true }],
  [23, { kind: 'integer', bits: 32, isSigned: true }],
  [25, TEXT],
  [26, { kind: 'integer', bits: 32, isSigned: false }], // oid
  [28, { kind: 'integer', bits: 32, isSigned: false }], // xid
  [29, { kind: 'integer', bits: 32, isSigned: false }], // cid
  [114, { kind: 'json' }],
  [142, { kind: 'xml' }],
  [194, TEXT], // pg_node_tree
  [600, { kind: 'point' }],
  [650, { kind: 'network', family: 'cidr' }],
  [700, { kind: 'float' }],
  [701, { kind: 'float' }],
  [705, TEXT], // unknown
  [774, { kind: 'network', family: 'macaddr8' }],
  [790, { kind: 'money' }],
  [829, { kind: 'network', family: 'macaddr' }],
  [869, { kind: 'network', family: 'inet' }],
  [1082, { kind: 'date' }],
  [1083, { kind: 'time', hasZone: false }],
  [1114, { kind: 'timestamp', hasZone: false }],
  [1184, { kind: 'timestamp', hasZone: true }],
  [1186, { kind: 'interval' }],
  [1266, { kind: 'time', hasZone: true }],
  [1790, TEXT], // refcursor
  [2275, TEXT], // cstring
  [2950, { kind: 'uuid' }],
  [3614, { kind: 'tsvector' }],
  [3802, { kind: 'json' }],
  [5069, { kind: 'integer', bits: 64, isSigned: false }], // xid8
]);

/** OID of char(n). */
export const BPCHAR_OID = 1042;
const VARCHAR_OID = 1043;
const BIT_OID = 1560;
const VARBIT_OID = 1562;
const NUMERIC_OID = 1700;
/** The length word that the server counts into most type modifiers (VARHDRSZ). */
const MODIFIER_OFFSET = 4;

/**
 * What a scalar type can hold, from its type modifier where it has one.
 *
 * @param typeModifier - As in RowDescription; -1 when there is none.
 * @returns `unknown` for types nobody described and for those with a structure of their own.
 */
export function kindOfType(type: PostgresType, typeModifier: number): ValueKind {
  if (type.shape === 'enum') return { kind: 'enumeration', labels: type.labels ?? [] };
  switch (type.oid) {
    case BPCHAR_OID:
    case VARCHAR_OID:
      return typeModifier > MODIFIER_OFFSET
        ? { kind: 'text', lengthMax: typeModifier - MODIFIER_OFFSET }
        : TEXT;
    case BIT_OID:
    case VARBIT_OID: {
      const isVarying = type.oid === VARBIT_OID;
      return typeModifier > 0
        ? { kind: 'bits', length: typeModifier, isVarying }
        : { kind: 'bits', isVarying };
    }
    case NUMERIC_OID:
      return decimalKind(typeModifier);
    default: {
      const kind = KINDS.get(type.oid);
      if (kind !== undefined) return kind;
      return type.shape === 'base' && type.name === 'citext' ? TEXT : UNKNOWN;
    }
  }
}

// Precision in the upper half, scale in the lower eleven bits as a signed number.
// https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/numeric.c (make_numeric_typmod)
function decimalKind(typeModifier: number): ValueKind {
  if (typeModifier < MODIFIER_OFFSET) return { kind: 'decimal' };
  const packed = typeModifier - MODIFIER_OFFSET;
  return { kind: 'decimal', precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 1024) - 1024 };
}
