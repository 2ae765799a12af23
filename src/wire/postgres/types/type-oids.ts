import type { PostgresType } from './postgres-type.ts';

// OID, name, OID of its array type (0 = none). pg_type.dat is the source of these fixed numbers:
// https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat
const BASE_TYPES: readonly (readonly [oid: number, name: string, arrayOid: number])[] = [
  [16, 'bool', 1000],
  [17, 'bytea', 1001],
  [18, 'char', 1002],
  [19, 'name', 1003],
  [20, 'int8', 1016],
  [21, 'int2', 1005],
  [22, 'int2vector', 1006],
  [23, 'int4', 1007],
  [24, 'regproc', 1008],
  [25, 'text', 1009],
  [26, 'oid', 1028],
  [27, 'tid', 1010],
  [28, 'xid', 1011],
  [29, 'cid', 1012],
  [30, 'oidvector', 1013],
  [114, 'json', 199],
  [142, 'xml', 143],
  [194, 'pg_node_tree', 0],
  [600, 'point', 1017],
  [601, 'lseg', 1018],
  [602, 'path', 1019],
  [603, 'box', 1020],
  [604, 'polygon', 1027],
  [628, 'line', 629],
  [650, 'cidr', 651],
  [700, 'float4', 1021],
  [701, 'float8', 1022],
  [718, 'circle', 719],
  [774, 'macaddr8', 775],
  [790, 'money', 791],
  [829, 'macaddr', 1040],
  [869, 'inet', 1041],
  [1033, 'aclitem', 1034],
  [1042, 'bpchar', 1014],
  [1043, 'varchar', 1015],
  [1082, 'date', 1182],
  [1083, 'time', 1183],
  [1114, 'timestamp', 1115],
  [1184, 'timestamptz', 1185],
  [1186, 'interval', 1187],
  [1266, 'timetz', 1270],
  [1560, 'bit', 1561],
  [1562, 'varbit', 1563],
  [1700, 'numeric', 1231],
  [1790, 'refcursor', 2201],
  [2202, 'regprocedure', 2207],
  [2203, 'regoper', 2208],
  [2204, 'regoperator', 2209],
  [2205, 'regclass', 2210],
  [2206, 'regtype', 2211],
  [2950, 'uuid', 2951],
  [2970, 'txid_snapshot', 2949],
  [3220, 'pg_lsn', 3221],
  [3361, 'pg_ndistinct', 0],
  [3402, 'pg_dependencies', 0],
  [3614, 'tsvector', 3643],
  [3615, 'tsquery', 3645],
  [3642, 'gtsvector', 3644],
  [3734, 'regconfig', 3735],
  [3769, 'regdictionary', 3770],
  [3802, 'jsonb', 3807],
  [4072, 'jsonpath', 4073],
  [4089, 'regnamespace', 4090],
  [4096, 'regrole', 4097],
  [4191, 'regcollation', 4192],
  [4600, 'pg_brin_bloom_summary', 0],
  [4601, 'pg_brin_minmax_multi_summary', 0],
  [5017, 'pg_mcv_list', 0],
  [5038, 'pg_snapshot', 5039],
  [5069, 'xid8', 271],
];

// OID, name, array OID, subtype; then the multirange over it with its array.
const RANGE_TYPES: readonly (readonly [
  oid: number,
  name: string,
  arrayOid: number,
  subtypeOid: number,
  multirangeOid: number,
  multirangeName: string,
  multirangeArrayOid: number,
])[] = [
  [3904, 'int4range', 3905, 23, 4451, 'int4multirange', 6150],
  [3906, 'numrange', 3907, 1700, 4532, 'nummultirange', 6151],
  [3908, 'tsrange', 3909, 1114, 4533, 'tsmultirange', 6152],
  [3910, 'tstzrange', 3911, 1184, 4534, 'tstzmultirange', 6153],
  [3912, 'daterange', 3913, 1082, 4535, 'datemultirange', 6155],
  [3926, 'int8range', 3927, 20, 4536, 'int8multirange', 6157],
];

// The catalogs' own row types; their attributes differ between server versions, so they are not listed.
const COMPOSITE_TYPES: readonly (readonly [oid: number, name: string, arrayOid: number])[] = [
  [71, 'pg_type', 210],
  [75, 'pg_attribute', 270],
  [81, 'pg_proc', 272],
  [83, 'pg_class', 273],
  [1248, 'pg_database', 0],
];

const RECORD_OID = 2249;
const TEXT_OID = 25;

function collectBuiltinTypes(): Map<number, PostgresType> {
  const types = new Map<number, PostgresType>();
  const add = (type: PostgresType, arrayOid: number): void => {
    types.set(type.oid, type);
    if (arrayOid === 0) return;
    // box is the one built-in type whose array literals are divided by something else than a comma.
    const delimiter = type.name === 'box' ? ';' : ',';
    types.set(arrayOid, { oid: arrayOid, name: `_${type.name}`, shape: 'array', inner: type.oid, delimiter });
  };
  for (const [oid, name, arrayOid] of BASE_TYPES) add({ oid, name, shape: 'base' }, arrayOid);
  for (const [oid, name, arrayOid, inner, multirangeOid, multirangeName, multirangeArrayOid] of RANGE_TYPES) {
    add({ oid, name, shape: 'range', inner }, arrayOid);
    add({ oid: multirangeOid, name: multirangeName, shape: 'multirange', inner: oid }, multirangeArrayOid);
  }
  for (const [oid, name, arrayOid] of COMPOSITE_TYPES) add({ oid, name, shape: 'composite' }, arrayOid);
  add({ oid: RECORD_OID, name: 'record', shape: 'pseudo' }, 2287);
  add({ oid: 2275, name: 'cstring', shape: 'pseudo' }, 1263);
  add({ oid: 705, name: 'unknown', shape: 'pseudo' }, 0);
  add({ oid: 2278, name: 'void', shape: 'pseudo' }, 0);
  // pg_stats shows samples of the data under this type: arrays whose element type only the value knows.
  add({ oid: 2277, name: 'anyarray', shape: 'array', inner: TEXT_OID, delimiter: ',' }, 0);
  return types;
}

/**
 * The types every PostgreSQL server has under the same OIDs, with their arrays, ranges and multiranges.
 *
 * @see https://www.postgresql.org/docs/current/catalog-pg-type.html
 */
export const builtinTypes: ReadonlyMap<number, PostgresType> = collectBuiltinTypes();
