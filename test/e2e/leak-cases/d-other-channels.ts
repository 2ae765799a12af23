import type { DriverName, LeakCase, StatementCase } from '../../support/leak-case.ts';

/** postgres.js hands COPY to a stream that nobody reads here. */
const COPY_DRIVERS: readonly DriverName[] = ['pg text', 'psql'];

const channel = (name: string, ...statements: readonly string[]): StatementCase => ({
  name,
  statements,
  expects: 'masked',
});

const either = (name: string, ...statements: readonly string[]): StatementCase => ({
  name,
  statements,
  expects: 'either',
});

const copy = (name: string, ...statements: readonly string[]): StatementCase => ({
  ...either(name, ...statements),
  drivers: COPY_DRIVERS,
});

const refused = (name: string, ...statements: readonly string[]): StatementCase => ({
  name,
  statements,
  expects: 'refused',
});

const FUNCTION_RAISES = (level: string, using: string): readonly string[] => [
  `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$
   DECLARE s text := (SELECT ssn FROM u WHERE id = 1); BEGIN RAISE ${level} ${using}; END $$`,
];

const raising = (name: string, level: string, using: string): StatementCase => ({
  ...either(name, 'SELECT f()'),
  setup: FUNCTION_RAISES(level, using),
});

const errors: readonly LeakCase[] = [
  channel('a failing cast to int', 'SELECT cast(ssn AS int) FROM u'),
  channel('a failing cast to a date', 'SELECT ssn::date FROM u'),
  channel('a failing cast to json', `SELECT ('"' || ssn)::json FROM u`),
  channel('a failing cast to xml', 'SELECT xmlparse(document ssn) FROM u'),
  channel('a failing cast to uuid', 'SELECT id FROM u WHERE ssn::uuid IS NOT NULL'),
  channel('a failing cast in ORDER BY', 'SELECT id FROM u ORDER BY ssn::inet'),
  channel('a failing cast of a document', "SELECT (j ->> 'ssn')::bigint FROM u"),
  channel('an invalid month for to_date', "SELECT to_date(substr(ssn, 6), 'Month') FROM u"),
  channel('an unknown relation by regclass', 'SELECT ssn::regclass FROM u'),
  channel('an unknown time zone', 'SELECT now() AT TIME ZONE ssn FROM u WHERE id = 1'),
  channel('an unknown encoding', "SELECT convert_from('x', ssn) FROM u WHERE id = 1"),
  channel('a failing cast to an interval', 'SELECT id FROM u WHERE ssn::interval IS NULL'),
  channel('an integer out of range', "SELECT (sal::text || '00000')::int FROM u"),
  channel('an unknown setting', 'SELECT current_setting(ssn) FROM u WHERE id = 1'),
  either('an invalid value of a setting', "SELECT set_config('work_mem', ssn, true) FROM u WHERE id = 1"),
  channel('an invalid enum label of pg_size_bytes', 'SELECT pg_size_bytes(ssn) FROM u WHERE id = 1'),
  either(
    'unique violation in the protected column',
    'UPDATE u SET ssn = (SELECT ssn FROM u WHERE id = 2) WHERE id = 1',
  ),
  either(
    'unique violation in an innocent column',
    'INSERT INTO u (id, email) SELECT 9 + id, ssn FROM u UNION ALL SELECT 19 + id, ssn FROM u',
  ),
  channel('check violation', 'UPDATE u SET id = 5000 WHERE id = 1'),
  channel('not null violation', 'UPDATE u SET id = NULL WHERE id = 1'),
  channel('partition violation', 'UPDATE pt_1 SET id = 7'),
  {
    ...channel('foreign key violation', 'DELETE FROM u WHERE id = 1'),
    setup: ['CREATE TABLE k (n text REFERENCES u (ssn))', 'INSERT INTO k SELECT ssn FROM u WHERE id = 1'],
  },
  {
    ...either('exclusion violation', 'INSERT INTO k SELECT sal FROM u WHERE id = 1'),
    setup: ['CREATE TABLE k (n int, EXCLUDE (n WITH =))', 'INSERT INTO k SELECT sal FROM u WHERE id = 1'],
  },
  {
    ...either('domain check violation', 'SELECT ssn::dom FROM u'),
    setup: ["CREATE DOMAIN dom AS text CHECK (VALUE = '')"],
    ownDatabase: true,
    neverExposes: 'the report names the domain only',
  },
  {
    ...channel('create unique index on duplicates', 'CREATE UNIQUE INDEX ON u (sal)'),
    setup: ['UPDATE u SET sal = 918273645'],
    ownDatabase: true,
  },
  raising('RAISE EXCEPTION', 'EXCEPTION', "'%', s"),
  raising('RAISE NOTICE', 'NOTICE', "'%', s"),
  raising('RAISE WARNING', 'WARNING', "'%', s"),
  raising('RAISE INFO', 'INFO', "'%', s"),
  raising('DETAIL of an error', 'EXCEPTION', "'x' USING DETAIL = s"),
  raising('HINT of a notice', 'NOTICE', "'x' USING HINT = s"),
  raising('COLUMN of an error', 'EXCEPTION', "'x' USING COLUMN = s"),
  raising('CONSTRAINT of an error', 'EXCEPTION', "'x' USING CONSTRAINT = s"),
  raising('TABLE of an error', 'EXCEPTION', "'x' USING TABLE = s"),
  raising('SCHEMA of a notice', 'NOTICE', "'x' USING SCHEMA = s"),
  raising('DATATYPE of an error', 'EXCEPTION', "'x' USING DATATYPE = s"),
  {
    ...either('the internal query of an error', 'SELECT f()'),
    setup: [
      `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
      EXECUTE 'SELECT 1/0 -- ' || (SELECT ssn FROM u WHERE id = 1); EXECUTE 'SELEC ' || (SELECT ssn FROM u WHERE id = 1); END $$`,
    ],
  },
  refused('DO with RAISE', "DO $$ BEGIN RAISE NOTICE '%', (SELECT ssn FROM u WHERE id = 1); END $$"),
  refused(
    'DO with RAISE of the row',
    "DO $$ DECLARE r u; BEGIN SELECT * INTO r FROM u LIMIT 1; RAISE EXCEPTION '%', r; END $$",
  ),
  refused(
    'a function made and called',
    "CREATE FUNCTION g() RETURNS SETOF text LANGUAGE sql AS 'SELECT ssn FROM u'",
    'SELECT g()',
  ),
  {
    ...refused('a procedure', 'CALL p()'),
    setup: [
      "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', (SELECT ssn FROM u LIMIT 1); END $$",
    ],
  },
  {
    ...refused('a procedure with INOUT', 'CALL p(NULL)'),
    setup: [
      'CREATE PROCEDURE p(INOUT x text) LANGUAGE plpgsql AS $$ BEGIN SELECT ssn INTO x FROM u WHERE id = 1; END $$',
    ],
  },
  either(
    'verbose client messages',
    "SET client_min_messages = 'debug5'",
    'SET debug_print_parse = on',
    'SELECT count(*) FROM u WHERE ssn = (SELECT max(ssn) FROM u)',
    'SELECT ssn FROM u',
  ),
];

const notifications: readonly LeakCase[] = [
  either(
    'pg_notify with the value',
    'LISTEN ch',
    "SELECT pg_notify('ch', ssn) FROM u WHERE id = 1",
    'SELECT 1',
    'SELECT 2',
  ),
  either(
    'pg_notify with the value as the channel',
    'SELECT pg_notify(ssn, $$x$$) FROM u WHERE id = 1',
    'SELECT channel FROM (SELECT pg_listening_channels() channel) c',
    'SELECT ssn FROM u',
  ),
  {
    ...either('a trigger that notifies', 'LISTEN ch', 'UPDATE u SET email = email WHERE id = 1', 'SELECT 1'),
    setup: [
      "CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('ch', row_to_json(NEW)::text); RETURN NEW; END $$",
      'CREATE TRIGGER t AFTER UPDATE ON u FOR EACH ROW EXECUTE FUNCTION t()',
    ],
  },
  {
    ...either(
      'a setting as a store',
      "SELECT set_config('my.x', ssn, false) FROM u WHERE id = 1",
      'SHOW my.x',
    ),
  },
  {
    ...either(
      'a setting that is reported',
      "SELECT set_config('application_name', ssn, false) FROM u WHERE id = 1",
      'SHOW application_name',
    ),
  },
  either(
    'a sequence as a store',
    'CREATE SEQUENCE sq',
    "SELECT setval('sq', sal) FROM u WHERE id = 1",
    'SELECT last_value FROM sq',
    "SELECT nextval('sq'), currval('sq')",
  ),
  either(
    'a comment as a store',
    "COMMENT ON TABLE orders IS 'x'",
    "SELECT obj_description('orders'::regclass), ssn FROM u",
  ),
];

const copies: readonly StatementCase[] = [
  copy('COPY of a table', 'COPY u TO STDOUT'),
  copy('COPY of columns', 'COPY u (id, ssn) TO STDOUT'),
  copy('COPY of a query', 'COPY (SELECT ssn AS x FROM u) TO STDOUT'),
  copy('COPY of an expression', 'COPY (SELECT reverse(ssn) FROM u) TO STDOUT'),
  copy('COPY of a whole row', 'COPY (SELECT u FROM u) TO STDOUT'),
  copy('COPY of RETURNING', 'COPY (UPDATE u SET id = id RETURNING ssn) TO STDOUT'),
  copy('COPY CSV', 'COPY u TO STDOUT (FORMAT csv)'),
  copy('COPY CSV with header', 'COPY u (ssn, id) TO STDOUT (FORMAT csv, HEADER)'),
  copy('COPY binary', 'COPY u (id, ssn, sal, tags) TO STDOUT (FORMAT binary)'),
  copy('COPY with another delimiter', "COPY u TO STDOUT (DELIMITER '|')"),
  copy('COPY with the delimiter inside values', "COPY u (ssn, id) TO STDOUT (DELIMITER '-')"),
  copy('COPY CSV with another quote', "COPY u TO STDOUT (FORMAT csv, QUOTE '~', FORCE_QUOTE *)"),
  copy('COPY CSV with the quote as escape', `COPY u TO STDOUT (FORMAT csv, QUOTE 'C', ESCAPE 'N')`),
  copy('COPY with another NULL', "COPY u TO STDOUT (NULL 'CNRY')"),
  copy('COPY in another encoding', "COPY u TO STDOUT (ENCODING 'LATIN1')"),
  copy('COPY in the old spelling', "COPY u TO STDOUT WITH CSV HEADER DELIMITER ';'"),
  copy('COPY BINARY in the old spelling', 'COPY BINARY u TO STDOUT'),
  {
    ...copy('COPY of a view', 'COPY (SELECT * FROM v) TO STDOUT'),
    setup: ['CREATE VIEW v AS SELECT ssn n FROM u'],
  },
  copy('COPY of a partition root', 'COPY (SELECT * FROM pt) TO STDOUT'),
  copy('COPY of a partition leaf', 'COPY pt_1 TO STDOUT'),
  copy('COPY through EXECUTE-like text in comments', 'COPY /* orders */ u /* id */ TO STDOUT'),
  { ...copy('psql \\copy', '\\copy u TO STDOUT'), drivers: ['psql'] as const },
  {
    ...copy('COPY to a program', "COPY u TO PROGRAM 'cat >/dev/null'", 'SELECT ssn FROM u'),
    expects: 'refused',
  },
  {
    ...copy(
      'COPY from a program',
      'CREATE TEMP TABLE k (n text)',
      "COPY k FROM PROGRAM 'echo hello'",
      'SELECT n FROM k',
      'SELECT ssn FROM u',
    ),
    expects: 'refused',
  },
];

const plans: readonly LeakCase[] = [
  {
    ...either('EXPLAIN of a constant folded into the plan', 'EXPLAIN VERBOSE SELECT * FROM f() WHERE f = f'),
    setup: [
      'CREATE FUNCTION f() RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT ssn FROM u WHERE id = 1); END $$',
    ],
  },
  {
    ...either('EXPLAIN of a filter constant', 'EXPLAIN SELECT 1 FROM orders WHERE note = f()'),
    setup: [
      'CREATE FUNCTION f() RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT ssn FROM u WHERE id = 1); END $$',
    ],
  },
  {
    ...either(
      'EXPLAIN ANALYZE in JSON',
      'EXPLAIN (ANALYZE, FORMAT JSON) SELECT 1 FROM orders WHERE note = f()',
    ),
    setup: [
      'CREATE FUNCTION f() RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT ssn FROM u WHERE id = 1); END $$',
    ],
  },
  either(
    'EXPLAIN ANALYZE that writes',
    'EXPLAIN ANALYZE UPDATE orders SET note = ssn FROM u WHERE u.id = u_id',
    'SELECT note FROM orders',
  ),
  either(
    'the text of other statements in pg_stat_activity',
    "SELECT query FROM pg_stat_activity WHERE query LIKE '%pg_stat%'",
    'SELECT ssn FROM u',
  ),
  either(
    'pg_prepared_statements next to the value',
    'PREPARE ps AS SELECT ssn FROM u',
    'SELECT statement FROM pg_prepared_statements',
    'EXECUTE ps',
  ),
  either(
    'the definition of a table with the value in it',
    'SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef',
    "SELECT pg_get_constraintdef(oid), (SELECT max(ssn) FROM u) FROM pg_constraint WHERE conrelid = 'u'::regclass",
  ),
];

const exits: readonly LeakCase[] = [
  refused('COPY to a file', "COPY u TO '/dev/null'", 'SELECT ssn FROM u'),
  either('pg_read_file', "SELECT pg_read_file('PG_VERSION')", 'SELECT ssn FROM u'),
  {
    ...either('pg_read_binary_file of a table', "SELECT pg_read_binary_file(pg_relation_filepath('u'))"),
    setup: ['CHECKPOINT'],
  },
  refused('lo_export', "SELECT lo_export(lo_from_bytea(0, 'x'), '/dev/null')", 'SELECT ssn FROM u'),
  either(
    'a large object as a store',
    'SELECT lo_from_bytea(4242, ssn::bytea) FROM u WHERE id = 1',
    'SELECT lo_get(4242)',
  ),
  either(
    'a large object by its table',
    'SELECT lo_from_bytea(4242, ssn::bytea) FROM u WHERE id = 1',
    'SELECT data FROM pg_largeobject',
  ),
  {
    ...either(
      'dblink',
      "SELECT x FROM dblink('host=127.0.0.1 user=postgres port={port} dbname={database}', 'select ssn from u') AS t(x text)",
    ),
    setup: ['CREATE EXTENSION dblink'],
  },
  refused(
    'an extension',
    'CREATE EXTENSION dblink',
    "SELECT x FROM dblink('host=127.0.0.1 user=postgres port={port} dbname={database}', 'select ssn from u') AS t(x text)",
  ),
  refused('LOAD', "LOAD 'auto_explain'", 'SELECT ssn FROM u'),
  refused(
    'a publication slot',
    "SELECT pg_create_logical_replication_slot('s', 'test_decoding')",
    'SELECT ssn FROM u',
  ),
];

/** A value leaves by something else than a DataRow. */
export const channelCases: readonly LeakCase[] = [...errors, ...notifications, ...copies, ...plans, ...exits];
