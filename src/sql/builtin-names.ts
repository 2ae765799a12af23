import type { QualifiedName } from './statement-facts.ts';

// Types of pg_catalog, and the other spellings the parser leaves as they are.
const builtinTypes: ReadonlySet<string> = new Set(
  `aclitem any anyarray anycompatible anycompatiblearray anycompatiblemultirange anycompatiblenonarray
  anycompatiblerange anyelement anyenum anymultirange anynonarray anyrange bit bool box bpchar bytea char cid
  cidr circle cstring date datemultirange daterange event_trigger float4 float8 inet int2 int2vector int4
  int4multirange int4range int8 int8multirange int8range internal interval json jsonb jsonpath line lseg
  macaddr macaddr8 money name numeric nummultirange numrange oid oidvector path pg_lsn pg_node_tree
  pg_snapshot point polygon record refcursor regclass regcollation regconfig regdictionary regnamespace
  regoper regoperator regproc regprocedure regrole regtype text tid time timestamp timestamptz timetz trigger
  tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot unknown uuid varbit varchar
  void xid xid8 xml`.split(/\s+/),
);

/**
 * @returns Whether the name is a type of pg_catalog by spelling: qualified with pg_catalog, or
 *   unqualified and one of its base types. Row types of catalog relations are not: they stand for a relation.
 */
export function isBuiltinType(name: QualifiedName): boolean {
  if (name.schema === undefined) return builtinTypes.has(name.name) || isArrayName(name.name);

  return name.schema === 'pg_catalog' && (builtinTypes.has(name.name) || isArrayName(name.name));
}

/** `_int4` is the array of `int4`. */
function isArrayName(name: string): boolean {
  return name.startsWith('_') && builtinTypes.has(name.slice(1));
}

const builtinOperators: ReadonlySet<string> = new Set(
  (
    '!! !~ !~* !~~ !~~* # ## #- #> #>> % & && &< &<| &> * *< *<= *<> *= *> *>= + - -> ->> -|- / < <-> << ' +
    '<<= <<| <= <> != <@ <^ = > >= >> >>= >^ ? ?# ?& ?- ?-| ?| ?|| @ @-@ @> @? @@ @@@ ^ ^@ | |&> |/ ' +
    '|>> || ||/ ~ ~* ~<=~ ~<~ ~= ~>=~ ~>~ ~~ ~~*'
  ).split(' '),
);

/** @returns Whether the name is that of an operator of pg_catalog, and no other schema is given. */
export function isBuiltinOperator(name: QualifiedName): boolean {
  return (name.schema === undefined || name.schema === 'pg_catalog') && builtinOperators.has(name.name);
}
