/** A statement that reads nothing protected and must work as if wiremask were not there. */
export interface OrdinaryStatement {
  readonly name: string;
  readonly text: string;
  /** No rows are expected. */
  readonly isEmpty?: true;
}

/** What applications send all day. */
export const ordinaryStatements: readonly OrdinaryStatement[] = [
  { name: 'SELECT 1', text: 'SELECT 1' },
  {
    name: 'constants of many types',
    text: "SELECT 1 AS a, 'x' AS b, 1.5 AS c, true AS d, NULL AS e, '{1,2}'::int[] AS f",
  },
  { name: 'count(*)', text: 'SELECT count(*) FROM u' },
  { name: 'count(*) of another table', text: 'SELECT count(*) AS n FROM orders' },
  { name: 'current_date', text: "SELECT now() > '2020-01-01' AS later, current_date > '2020-01-01'" },
  { name: 'version()', text: 'SELECT version()' },
  {
    name: 'current_user and current_schema',
    text: 'SELECT current_user, current_schema, current_database()',
  },
  { name: 'SHOW', text: 'SHOW server_version' },
  { name: 'unprotected columns', text: 'SELECT id, email FROM u ORDER BY id' },
  { name: 'a table without protected columns', text: 'SELECT * FROM orders ORDER BY id' },
  {
    name: 'a join by unprotected columns',
    text: 'SELECT o.id, o.note, u.email FROM orders o JOIN u ON u.id = o.u_id ORDER BY o.id',
  },
  { name: 'enums, bytes and times', text: 'SELECT * FROM kinds' },
  {
    name: 'INSERT RETURNING unprotected columns',
    text: "INSERT INTO u (id, email) VALUES (60, 'x@example.test') RETURNING id, email",
  },
  {
    name: 'UPDATE RETURNING unprotected columns',
    text: "UPDATE orders SET note = 'n' WHERE id = 1 RETURNING *",
  },
  { name: 'DELETE', text: 'DELETE FROM orders WHERE id = 2', isEmpty: true },
  { name: 'zero rows', text: 'SELECT id, ssn FROM u WHERE id = 999', isEmpty: true },
  { name: 'CREATE TEMP TABLE', text: 'CREATE TEMP TABLE scratch (a int, b text)', isEmpty: true },
  { name: 'SET', text: "SET statement_timeout = '30s'", isEmpty: true },
];

/** What ORMs and tools ask the catalog. */
export const catalogStatements: readonly OrdinaryStatement[] = [
  {
    name: 'information_schema.tables',
    text: `SELECT table_schema, table_name, table_type FROM information_schema.tables
      WHERE table_schema = 'public' ORDER BY 2`,
  },
  {
    name: 'information_schema.columns',
    text: `SELECT table_name, column_name, data_type, is_nullable, column_default, character_maximum_length
      FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position`,
  },
  {
    name: 'columns from pg_attribute with defaults from pg_get_expr',
    text: `SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull,
        pg_get_expr(d.adbin, d.adrelid) AS default
      FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = 'public.u'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
  },
  {
    name: 'indexes',
    text: `SELECT i.relname, ix.indisunique, ix.indisprimary, pg_get_indexdef(ix.indexrelid) AS definition
      FROM pg_index ix JOIN pg_class i ON i.oid = ix.indexrelid JOIN pg_class t ON t.oid = ix.indrelid
      WHERE t.relname = 'u' ORDER BY 1`,
  },
  {
    name: 'constraints',
    text: `SELECT conname, contype, pg_get_constraintdef(oid) AS definition FROM pg_constraint
      WHERE conrelid = 'public.u'::regclass ORDER BY 1`,
  },
  {
    name: 'primary keys by information_schema',
    text: `SELECT k.column_name FROM information_schema.table_constraints t
      JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name)
      WHERE t.constraint_type = 'PRIMARY KEY' AND t.table_name = 'u'`,
  },
  {
    name: 'enum labels',
    text: `SELECT n.nspname AS schema, t.typname AS name, e.enumlabel AS value FROM pg_type t
      JOIN pg_enum e ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace
      ORDER BY e.enumsortorder`,
  },
  {
    name: 'types, as drivers load them',
    text: `SELECT t.oid, t.typname, t.typelem, t.typdelim, t.typbasetype, t.typtype FROM pg_type t
      WHERE t.typname IN ('mood', '_mood', 'int4', '_text', 'u', 'jsonb') ORDER BY t.oid`,
  },
  {
    name: 'schemas',
    text: "SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_%' ORDER BY 1",
  },
  {
    name: 'the oid of a table by regclass',
    text: "SELECT 'orders'::regclass::text AS name, to_regclass('public.u') IS NOT NULL AS found",
  },
  {
    name: 'table sizes and comments',
    text: `SELECT c.relname, c.relkind, c.reltuples >= -1 AS counted, obj_description(c.oid) AS comment
      FROM pg_class c WHERE c.relname IN ('u', 'orders') ORDER BY 1`,
  },
  {
    name: 'settings',
    text: "SELECT name, setting FROM pg_settings WHERE name IN ('server_version', 'TimeZone', 'max_connections')",
  },
];
