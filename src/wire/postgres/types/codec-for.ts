import { bitCodec } from './bit-codecs.ts';
import { booleanCodec } from './boolean-codec.ts';
import { byteaCodec } from './bytea-codec.ts';
import { dateCodec } from './date-codec.ts';
import { float4Codec, float8Codec } from './float-codecs.ts';
import { int2Codec, int4Codec, int8Codec, oidCodec, xid8Codec } from './integer-codecs.ts';
import { intervalCodec } from './interval-codec.ts';
import { moneyCodec } from './money-codec.ts';
import { cidrCodec, inetCodec, macaddr8Codec, macaddrCodec } from './network-codecs.ts';
import { numericCodec } from './numeric-codec.ts';
import { pointCodec } from './point-codec.ts';
import type { PostgresType } from './postgres-type.ts';
import { jsonbCodec, paddedTextCodec, textCodec } from './text-codecs.ts';
import { timeCodec, timeWithZoneCodec } from './time-codecs.ts';
import { timestampCodec, timestampWithZoneCodec } from './timestamp-codecs.ts';
import { tsvectorCodec } from './tsvector-codec.ts';
import { uuidCodec } from './uuid-codec.ts';
import type { ValueCodec } from './value-codec.ts';

const CODECS: ReadonlyMap<number, ValueCodec> = new Map([
  [16, booleanCodec],
  [17, byteaCodec],
  [18, textCodec], // "char"
  [19, textCodec], // name
  [20, int8Codec],
  [21, int2Codec],
  [23, int4Codec],
  [25, textCodec], // text
  [26, oidCodec],
  [28, oidCodec], // xid
  [29, oidCodec], // cid
  [114, textCodec], // json
  [142, textCodec], // xml
  [194, textCodec], // pg_node_tree
  [600, pointCodec],
  [650, cidrCodec],
  [700, float4Codec],
  [701, float8Codec],
  [705, textCodec], // unknown
  [774, macaddr8Codec],
  [790, moneyCodec],
  [829, macaddrCodec],
  [869, inetCodec],
  [1042, paddedTextCodec], // bpchar
  [1043, textCodec], // varchar
  [1082, dateCodec],
  [1083, timeCodec],
  [1114, timestampCodec],
  [1184, timestampWithZoneCodec],
  [1186, intervalCodec],
  [1266, timeWithZoneCodec],
  [1560, bitCodec],
  [1562, bitCodec], // varbit
  [1700, numericCodec],
  [1790, textCodec], // refcursor
  [2275, textCodec], // cstring
  [2950, uuidCodec],
  [3614, tsvectorCodec],
  [3802, jsonbCodec],
  [5069, xid8Codec],
]);

// Extensions get their OIDs when they are created, so their types are known by name.
const EXTENSION_CODECS: ReadonlyMap<string, ValueCodec> = new Map([['citext', textCodec]]);

/**
 * The codec of a scalar type: built-in base types, enums, and citext.
 *
 * @returns `undefined` for types with a structure of their own (arrays, composites, ranges), for domains
 *   (resolve them first) and for types whose formats are not known.
 */
export function codecFor(type: PostgresType): ValueCodec | undefined {
  if (type.shape === 'enum') return textCodec;
  return CODECS.get(type.oid) ?? (type.shape === 'base' ? EXTENSION_CODECS.get(type.name) : undefined);
}
