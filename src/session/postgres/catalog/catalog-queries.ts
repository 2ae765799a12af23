import type { PostgresType } from '../../../wire/postgres/types/postgres-type.ts';
import {
  type CatalogRelation,
  type CatalogSnapshot,
  type ForeignKeyColumn,
  firstUserOid,
  type ViewColumnOrigin,
} from './catalog-snapshot.ts';
import { sensitiveSystemRelations } from './system-columns.ts';

/** A relation being read. */
export interface CatalogRelationDraft extends CatalogRelation {
  readonly columns: Map<number, string>;
  readonly structured: Set<number>;
}

/** A catalog being read: what `CatalogSnapshot` promises, before it is complete. */
export interface CatalogDraft extends CatalogSnapshot {
  readonly relations: Map<number, CatalogRelationDraft>;
  readonly systemRelations: Set<string>;
  readonly types: Map<number, PostgresType>;
  readonly inheritance: [number, number][];
  readonly generatedColumns: { relation: number; column: number; uses: number }[];
  readonly ruleDependencies: [number, number][];
  readonly relationsCallingUserFunctions: Set<number>;
  readonly relationsWithTriggers: Set<number>;
  readonly foreignKeys: ForeignKeyColumn[];
  readonly viewRowColumns: Map<number, ReadonlySet<string>>;
  readonly codeTypes: Set<number>;
  readonly codeTypeNames: Set<string>;
  readonly viewOrigins: Map<number, readonly ViewColumnOrigin[]>;
  readonly userFunctions: Set<string>;
  readonly harmlessUserFunctions: Set<string>;
  readonly userOperators: Set<string>;
  readonly harmlessUserOperators: Set<string>;
  readonly identifiers: Set<string>;
}

/** @returns A draft with nothing in it. */
export function emptyCatalogDraft(): CatalogDraft {
  return {
    relations: new Map(),
    systemRelations: new Set(),
    types: new Map(),
    inheritance: [],
    generatedColumns: [],
    ruleDependencies: [],
    relationsCallingUserFunctions: new Set(),
    relationsWithTriggers: new Set(),
    foreignKeys: [],
    viewRowColumns: new Map(),
    codeTypes: new Set(),
    codeTypeNames: new Set(),
    viewOrigins: new Map(),
    userFunctions: new Set(),
    harmlessUserFunctions: new Set(),
    userOperators: new Set(),
    harmlessUserOperators: new Set(),
    identifiers: new Set(),
  };
}

/** A query of the catalog reader and what its rows add. Cells are text; NULL arrives as ''. */
export interface CatalogQuery {
  readonly text: string;
  readonly add: (draft: CatalogDraft, cells: readonly string[]) => void;
}

const sensitiveNames = sensitiveSystemRelations.map((name) => `'${name}'`).join(',');

/**
 * Makes names and operators resolve to pg_catalog for the rest of the transaction, whatever search_path
 * the client has set: a client's own operators must not answer for the catalog. Nor may a client's
 * timeout keep others from knowing it; a locked view is not waited for (milliseconds).
 */
export const pinSearchPath = `select pg_catalog.set_config('search_path', 'pg_catalog', true),
  pg_catalog.set_config('statement_timeout', '0', true), pg_catalog.set_config('lock_timeout', '1000', true)`;

// Functions and operators made by users that are not known to be harmless.
const userCode = `(select 'pg_catalog.pg_proc'::pg_catalog.regclass::oid as class, p.oid as object
  from pg_catalog.pg_proc p join pg_catalog.pg_language l on l.oid = p.prolang
  where p.oid >= ${firstUserOid} and not (p.provolatile = 'i' and l.lanname in ('c', 'internal'))
  union all
  select 'pg_catalog.pg_operator'::pg_catalog.regclass::oid, o.oid from pg_catalog.pg_operator o
  left join pg_catalog.pg_proc p on p.oid = o.oprcode
  left join pg_catalog.pg_language l on l.oid = p.prolang
  where o.oid >= ${firstUserOid}
  and not coalesce(p.provolatile = 'i' and l.lanname in ('c', 'internal'), false))`;

/** @returns The end of a query: objects of one catalog that depend on code of users. */
function dependsOnUserCode(catalog: string, oid: string): string {
  return `join pg_catalog.pg_depend d on d.objid = ${oid}
      and d.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass
      join ${userCode} code on code.class = d.refclassid and code.object = d.refobjid`;
}

/** Run in this order, after `pinSearchPath`, in one transaction. PostgreSQL 12 and later. */
export const catalogQueries: readonly CatalogQuery[] = [
  {
    text: `select c.oid, n.nspname, c.relname, c.relkind, coalesce(a.attnum, 0), coalesce(a.attname, ''),
        coalesce(t.typcategory in ('A', 'C', 'R') or t.typcategory = 'P', false)
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_catalog.pg_type t on t.oid = a.atttypid
      where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and c.relpersistence <> 't'
      and (c.oid >= ${firstUserOid} or n.nspname = 'pg_catalog' and c.relname in (${sensitiveNames}))
      or c.relkind = 't' and c.oid < ${firstUserOid}`,
    add: addRelationColumn,
  },
  {
    text: `select n.nspname || '.' || c.relname from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.oid < ${firstUserOid} and c.relkind in ('r', 'v')`,
    add: (draft, [name]) => draft.systemRelations.add(name as string),
  },
  {
    text: `select t.oid, t.typname, t.typtype, t.typcategory, t.typelem, t.typbasetype, t.typdelim,
        coalesce(r.rngsubtype, 0), n.nspname
      from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
      left join pg_catalog.pg_range r on r.rngtypid = t.oid
      where t.oid >= ${firstUserOid}`,
    add: addType,
  },
  {
    text: `select enumtypid, enumlabel from pg_catalog.pg_enum order by enumtypid, enumsortorder`,
    add: (draft, [oid, label]) => {
      const type = draft.types.get(Number(oid));
      if (type) draft.types.set(type.oid, { ...type, labels: [...(type.labels ?? []), label as string] });
    },
  },
  {
    text: `select t.oid, a.attname, a.atttypid, a.atttypmod from pg_catalog.pg_type t
      join pg_catalog.pg_attribute a on a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
      where t.typtype = 'c' and t.oid >= ${firstUserOid} order by t.oid, a.attnum`,
    add: (draft, [oid, name, typeOid, modifier]) => {
      const type = draft.types.get(Number(oid));
      if (!type) return;
      const attribute = { name: name as string, typeOid: Number(typeOid), typeModifier: Number(modifier) };
      draft.types.set(type.oid, { ...type, attributes: [...(type.attributes ?? []), attribute] });
    },
  },
  {
    text: `select f.ftrelid, 0, o.option_name, o.option_value
      from pg_catalog.pg_foreign_table f, pg_catalog.pg_options_to_table(f.ftoptions) o
      where o.option_name in ('schema_name', 'schema', 'table_name', 'table')
      union all
      select a.attrelid, a.attnum, o.option_name, o.option_value
      from pg_catalog.pg_attribute a, pg_catalog.pg_options_to_table(a.attfdwoptions) o
      where a.attfdwoptions is not null and o.option_name in ('column_name', 'column')`,
    add: addForeignName,
  },
  {
    text: `select inhrelid, inhparent from pg_catalog.pg_inherits`,
    add: (draft, [child, parent]) => draft.inheritance.push([Number(child), Number(parent)]),
  },
  {
    text: `select a.attrelid, a.attnum, d.refobjsubid from pg_catalog.pg_attribute a
      join pg_catalog.pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
      join pg_catalog.pg_depend d on d.objid = f.oid and d.refobjid = a.attrelid
        and d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
      where a.attgenerated <> '' and d.refobjsubid > 0 and d.refobjsubid <> a.attnum`,
    add: (draft, [relation, column, uses]) => {
      draft.generatedColumns.push({ relation: Number(relation), column: Number(column), uses: Number(uses) });
    },
  },
  {
    text: `select distinct r.ev_class, d.refobjid from pg_catalog.pg_depend d
      join pg_catalog.pg_rewrite r on r.oid = d.objid
      where d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
      and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and d.refobjid <> r.ev_class and r.ev_class >= ${firstUserOid}`,
    add: (draft, [relation, uses]) => draft.ruleDependencies.push([Number(relation), Number(uses)]),
  },
  {
    text: `select r.ev_class from pg_catalog.pg_rewrite r ${dependsOnUserCode('pg_rewrite', 'r.oid')}
      where r.ev_class >= ${firstUserOid}
      union select y.polrelid from pg_catalog.pg_policy y ${dependsOnUserCode('pg_policy', 'y.oid')}`,
    add: (draft, [relation]) => draft.relationsCallingUserFunctions.add(Number(relation)),
  },
  {
    text: `select k.castsource, k.casttarget from pg_catalog.pg_cast k
      join ${userCode} code on code.class = 'pg_catalog.pg_proc'::pg_catalog.regclass
        and code.object = k.castfunc
      union select c.contypid, c.contypid from pg_catalog.pg_constraint c
      ${dependsOnUserCode('pg_constraint', 'c.oid')} where c.contypid <> 0`,
    add: addCodeTypes,
  },
  {
    // After the code types: every type that may hold one of them.
    text: `select a.attrelid, a.atttypid from pg_catalog.pg_attribute a
      join pg_catalog.pg_class c on c.oid = a.attrelid
      where c.oid >= ${firstUserOid} and c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0
      and (a.atttypid >= ${firstUserOid} or exists (select from pg_catalog.pg_cast k
        where k.oid >= ${firstUserOid} and a.atttypid in (k.castsource, k.casttarget)))`,
    add: (draft, [relation, type]) => {
      if (isCodeType(draft, Number(type))) draft.relationsCallingUserFunctions.add(Number(relation));
    },
  },
  {
    text: `select p.proname, pg_catalog.bool_and(p.provolatile = 'i' and l.lanname in ('c', 'internal'))
      from pg_catalog.pg_proc p join pg_catalog.pg_language l on l.oid = p.prolang
      where p.oid >= ${firstUserOid} group by p.proname`,
    add: (draft, [name, isHarmless]) => {
      (isHarmless === 't' ? draft.harmlessUserFunctions : draft.userFunctions).add(name as string);
    },
  },
  {
    text: `select o.oprname, pg_catalog.bool_and(
        coalesce(p.provolatile = 'i' and l.lanname in ('c', 'internal'), false))
      from pg_catalog.pg_operator o
      left join pg_catalog.pg_proc p on p.oid = o.oprcode
      left join pg_catalog.pg_language l on l.oid = p.prolang
      where o.oid >= ${firstUserOid} group by o.oprname`,
    add: (draft, [name, isHarmless]) => {
      (isHarmless === 't' ? draft.harmlessUserOperators : draft.userOperators).add(name as string);
    },
  },
  {
    text: `select tgrelid from pg_catalog.pg_trigger where not tgisinternal
      union select c.conrelid from pg_catalog.pg_constraint c
      ${dependsOnUserCode('pg_constraint', 'c.oid')} where c.conrelid <> 0
      union select f.adrelid from pg_catalog.pg_attrdef f ${dependsOnUserCode('pg_attrdef', 'f.oid')}
      union select i.indrelid from pg_catalog.pg_index i ${dependsOnUserCode('pg_class', 'i.indexrelid')}`,
    add: (draft, [relation]) => draft.relationsWithTriggers.add(Number(relation)),
  },
  {
    text: `select c.conrelid, k.attribute, c.confrelid, k.referenced from pg_catalog.pg_constraint c,
      unnest(c.conkey, c.confkey) k(attribute, referenced) where c.contype = 'f'`,
    add: (draft, cells) => {
      const [relation, column, references, referencedColumn] = cells.map(Number) as [
        number,
        number,
        number,
        number,
      ];
      draft.foreignKeys.push({ relation, column, references, referencedColumn });
    },
  },
  {
    text: `select conname from pg_catalog.pg_constraint
      union select relname from pg_catalog.pg_class where relkind in ('i', 'I')
      union select nspname from pg_catalog.pg_namespace
      union select typname from pg_catalog.pg_type where typcategory <> 'A' and oid < ${firstUserOid}`,
    add: (draft, [name]) => draft.identifiers.add(name as string),
  },
];

function addRelationColumn(draft: CatalogDraft, cells: readonly string[]): void {
  const [oidText, schema, name, kind, attributeText, column, isStructured] = cells as readonly [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const oid = Number(oidText);
  let relation = draft.relations.get(oid);
  if (!relation) {
    relation = { oid, schema, name, kind, columns: new Map(), structured: new Set() };
    draft.relations.set(oid, relation);
    draft.identifiers.add(name);
  }
  const attribute = Number(attributeText);
  if (attribute > 0) {
    relation.columns.set(attribute, column);
    if (isStructured === 't') relation.structured.add(attribute);
    draft.identifiers.add(column);
  }
}

// A built-in type is not opaque because users can cast it to their own, or from it.
function addCodeTypes(draft: CatalogDraft, [source, target]: readonly string[]): void {
  const pair = [Number(source), Number(target)];
  const own = pair.filter((oid) => oid >= firstUserOid);
  if (own.length === 0) draft.codeTypeNames.add('*');
  for (const oid of own.length > 0 ? own : pair) draft.codeTypes.add(oid);
  for (const { oid, name } of draft.types.values()) if (isCodeType(draft, oid)) draft.codeTypeNames.add(name);
}

/** @returns Whether a type, or one it is made of, is among the code types. */
function isCodeType(draft: CatalogDraft, oid: number, depth = 0): boolean {
  if (draft.codeTypes.has(oid)) return true;
  const type = draft.types.get(oid);
  // Types cannot hold themselves but through relations, which a depth of 8 covers for all that is in use.
  if (!type || depth > 8) return false;
  const inner = [type.inner ?? 0, ...(type.attributes ?? []).map((attribute) => attribute.typeOid)];
  return inner.some((part) => part > 0 && isCodeType(draft, part, depth + 1));
}

function addForeignName(draft: CatalogDraft, cells: readonly string[]): void {
  const [oid, attribute, option, value] = cells as [string, string, string, string];
  const relation = draft.relations.get(Number(oid));
  if (!relation) return;
  const foreign = relation.foreign ?? { schema: undefined, table: undefined, columns: new Map() };
  const columns = new Map(foreign.columns);
  if (Number(attribute) > 0) columns.set(Number(attribute), value);
  draft.relations.set(relation.oid, {
    ...relation,
    foreign: {
      schema: option.startsWith('schema') ? value : foreign.schema,
      table: option.startsWith('table') ? value : foreign.table,
      columns,
    },
  });
}

function addType(draft: CatalogDraft, cells: readonly string[]): void {
  const [oidText, name, typtype, category, element, base, delimiter, subtype] = cells as string[];
  const oid = Number(oidText);
  draft.identifiers.add(name as string);
  const inner = Number(element) || Number(base) || Number(subtype);
  const shape = typeShape(typtype as string, category as string, Number(element));
  const type: PostgresType = { oid, name: name as string, shape, delimiter: delimiter as string };
  draft.types.set(oid, inner > 0 ? { ...type, inner } : type);
}

function typeShape(typtype: string, category: string, element: number): PostgresType['shape'] {
  switch (typtype) {
    case 'c':
      return 'composite';
    case 'd':
      return 'domain';
    case 'e':
      return 'enum';
    case 'p':
      return 'pseudo';
    case 'r':
      return 'range';
    case 'm':
      return 'multirange';
    default:
      return category === 'A' && element > 0 ? 'array' : 'base';
  }
}
