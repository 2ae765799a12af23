import type { LeakCase } from '../../support/leak-case.ts';

const through = (name: string, setup: readonly string[], ...statements: readonly string[]): LeakCase => ({
  name,
  setup,
  statements,
  expects: 'masked',
});

/**
 * The statements that would carry the value into a relation of their own may be refused, or the copy
 * masked.
 */
const copying = (name: string, ...statements: readonly string[]): LeakCase => ({
  name,
  statements,
  expects: 'either',
});

const altering = (name: string, ...statements: readonly string[]): LeakCase => ({
  ...copying(name, ...statements),
  ownDatabase: true,
});

const FOREIGN = [
  'CREATE EXTENSION postgres_fdw',
  "CREATE SERVER self FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '{port}', dbname '{database}')",
  "CREATE USER MAPPING FOR PUBLIC SERVER self OPTIONS (user 'postgres', password_required 'false')",
  "CREATE FOREIGN TABLE fu (id int, note text OPTIONS (column_name 'ssn')) SERVER self OPTIONS (table_name 'u')",
];

/** The value arrives under the OID of another relation: an unknown origin is not a clean one. */
export const relationCases: readonly LeakCase[] = [
  through('a view', ['CREATE VIEW v AS SELECT id, ssn FROM u'], 'SELECT ssn FROM v'),
  through('a view that renames', ['CREATE VIEW v(id, note) AS SELECT id, ssn FROM u'], 'SELECT note FROM v'),
  through(
    'a view over a view',
    ['CREATE VIEW v AS SELECT ssn AS a FROM u', 'CREATE VIEW w AS SELECT a AS b FROM v'],
    'SELECT b FROM w',
  ),
  through(
    'a view over an expression',
    ["CREATE VIEW v AS SELECT ssn || '' AS note FROM u"],
    'SELECT note FROM v',
  ),
  through('a view over the whole row', ['CREATE VIEW v AS SELECT u AS r FROM u'], 'SELECT r FROM v'),
  through(
    'a view over a UNION',
    ['CREATE VIEW v AS SELECT ssn AS n FROM u UNION ALL SELECT note FROM orders'],
    'SELECT n FROM v',
  ),
  through(
    'a security barrier view',
    ['CREATE VIEW v WITH (security_barrier) AS SELECT ssn AS n FROM u'],
    'SELECT n FROM v',
  ),
  through('a star over a view', ['CREATE VIEW v AS SELECT * FROM u'], 'SELECT * FROM v'),
  through(
    'RETURNING of an updatable view',
    ['CREATE VIEW v AS SELECT id, ssn AS n FROM u'],
    'UPDATE v SET id = id RETURNING n',
  ),
  through(
    'a materialized view',
    ['CREATE MATERIALIZED VIEW m AS SELECT id, ssn AS n FROM u'],
    'SELECT n FROM m',
  ),
  through(
    'a materialized view over an expression',
    ['CREATE MATERIALIZED VIEW m AS SELECT lower(ssn) AS n FROM u'],
    'SELECT n FROM m',
  ),
  through(
    'an inheritance child',
    ['CREATE TABLE uc () INHERITS (u)', 'INSERT INTO uc SELECT id + 10, ssn, id::text, sal, j, tags FROM u'],
    'SELECT ssn FROM uc',
    'SELECT tags, sal AS id FROM uc',
  ),
  through(
    'an inheritance child read by its parent',
    ['CREATE TABLE uc () INHERITS (u)', 'INSERT INTO uc SELECT id + 10, ssn, id::text FROM u'],
    'SELECT ssn FROM u',
  ),
  through('a partition root', [], 'SELECT ssn AS x FROM pt'),
  through('a partition leaf', [], 'SELECT ssn AS x FROM pt_1'),
  through(
    'a view made in mid-session by the owner',
    [],
    'SELECT 1',
    '@owner CREATE VIEW v AS SELECT ssn AS n FROM u',
    'SELECT n FROM v',
  ),
  through(
    'a table that has a copy of the rows already',
    ['CREATE TABLE k AS SELECT id, ssn AS n FROM u', 'CREATE VIEW v AS SELECT u.ssn AS n FROM u'],
    'SELECT n FROM v',
  ),
  through('a foreign table of the same server', FOREIGN, 'SELECT note FROM fu'),
  through(
    'planner statistics',
    ['INSERT INTO u SELECT 10 + n, NULL, NULL, 918273645 FROM generate_series(1, 50) n', 'ANALYZE u'],
    "SELECT most_common_vals FROM pg_stats WHERE tablename = 'u'",
  ),
  through(
    'a histogram of planner statistics',
    ['ANALYZE u'],
    "SELECT histogram_bounds::text FROM pg_stats WHERE tablename = 'u'",
  ),
  through(
    'planner statistics without the view',
    ['ANALYZE u'],
    'SELECT stavalues1 AS x, stavalues2 AS y FROM pg_statistic WHERE starelid = 16384 OR starelid = (SELECT oid FROM pg_class WHERE relname = $$u$$)',
  ),
  copying('CREATE TABLE AS', 'CREATE TABLE k AS SELECT id, ssn AS n FROM u', 'SELECT n FROM k'),
  copying('CREATE TEMP TABLE AS', 'CREATE TEMP TABLE k AS SELECT id, ssn AS n FROM u', 'SELECT n FROM k'),
  copying('CREATE TABLE AS TABLE', 'CREATE TEMP TABLE k AS TABLE u', 'SELECT ssn FROM k'),
  copying(
    'CREATE TABLE AS EXECUTE',
    'PREPARE ps AS SELECT ssn AS n FROM u',
    'CREATE TEMP TABLE k AS EXECUTE ps',
    'SELECT n FROM k',
  ),
  copying('SELECT INTO', 'SELECT ssn AS n INTO k FROM u', 'SELECT n FROM k'),
  copying('SELECT INTO TEMP', 'SELECT ssn AS n INTO TEMP k FROM u', 'SELECT n FROM k'),
  copying(
    'CREATE MATERIALIZED VIEW',
    'CREATE MATERIALIZED VIEW m AS SELECT ssn AS n FROM u',
    'SELECT n FROM m',
  ),
  copying('CREATE VIEW', 'CREATE VIEW v AS SELECT ssn AS n FROM u', 'SELECT n FROM v'),
  copying('a temporary view', 'CREATE TEMP VIEW v AS SELECT ssn AS n FROM u', 'SELECT n FROM pg_temp.v'),
  copying(
    'a view that takes the name of a protected table',
    'CREATE TEMP VIEW u AS SELECT ssn AS email FROM public.u',
    'SELECT email FROM u',
  ),
  copying(
    'INSERT SELECT RETURNING',
    'CREATE TABLE k (n text)',
    'INSERT INTO k SELECT ssn FROM u RETURNING n',
  ),
  copying(
    'INSERT SELECT, read afterwards',
    'CREATE TABLE k (n text)',
    'INSERT INTO k SELECT ssn FROM u',
    'SELECT n FROM k',
  ),
  copying('INSERT TABLE', 'CREATE TABLE k (LIKE u)', 'INSERT INTO k TABLE u', 'SELECT ssn FROM k'),
  copying(
    'INSERT VALUES of a sub-select',
    'INSERT INTO orders VALUES (9, 1, 1, (SELECT ssn FROM u WHERE id = 1)) RETURNING note',
  ),
  copying(
    'INSERT ON CONFLICT with a sub-select',
    'INSERT INTO orders VALUES (1) ON CONFLICT (id) DO UPDATE SET note = (SELECT ssn FROM u WHERE u.id = 1) RETURNING note',
  ),
  copying('UPDATE of another table', 'UPDATE orders SET note = ssn FROM u WHERE u.id = u_id RETURNING note'),
  copying('UPDATE of an unprotected column of the same table', 'UPDATE u SET email = ssn RETURNING email'),
  copying(
    'UPDATE by a row sub-select',
    'UPDATE orders SET (note, amount) = (SELECT ssn, sal FROM u WHERE u.id = u_id) RETURNING note, amount',
  ),
  {
    ...copying(
      'MERGE',
      'MERGE INTO orders USING u ON u.id = u_id WHEN MATCHED THEN UPDATE SET note = ssn',
      'SELECT note FROM orders',
    ),
  },
  copying(
    'a CTE that copies and another that reads',
    'WITH c AS (UPDATE orders SET note = ssn FROM u WHERE u.id = u_id RETURNING note) SELECT note FROM c',
  ),
  copying(
    'a rule',
    'CREATE TABLE k (n text)',
    'CREATE RULE r AS ON INSERT TO k DO INSTEAD SELECT ssn FROM u',
    "INSERT INTO k VALUES ('')",
  ),
  copying(
    'a default expression',
    'CREATE TABLE k (id int, n text)',
    "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT ssn FROM u WHERE id = 1'",
    'ALTER TABLE k ALTER n SET DEFAULT f()',
    'INSERT INTO k VALUES (1) RETURNING n',
  ),
  altering('a renamed column', 'ALTER TABLE u RENAME COLUMN ssn TO harmless', 'SELECT harmless FROM u'),
  altering(
    'a name handed to another column',
    'ALTER TABLE u RENAME COLUMN ssn TO x',
    'ALTER TABLE u RENAME COLUMN email TO ssn',
    'SELECT x FROM u',
  ),
  altering(
    'a new column that takes the value over',
    'ALTER TABLE u ADD COLUMN n text',
    'UPDATE u SET n = ssn',
    'SELECT n FROM u',
  ),
  altering(
    'a column dropped and added again',
    'ALTER TABLE u ADD COLUMN keep text',
    'UPDATE u SET keep = ssn',
    'ALTER TABLE u DROP COLUMN ssn',
    'ALTER TABLE u ADD COLUMN ssn text',
    'UPDATE u SET ssn = keep',
    'SELECT ssn FROM u',
  ),
  altering(
    'a generated column',
    "ALTER TABLE u ADD COLUMN n text GENERATED ALWAYS AS (ssn || '') STORED",
    'SELECT n FROM u',
  ),
  altering(
    'another type for the column',
    'ALTER TABLE u ALTER COLUMN ssn TYPE varchar(80)',
    'SELECT ssn FROM u',
  ),
  altering(
    'a column type changed with USING',
    'ALTER TABLE u ALTER COLUMN email TYPE text USING ssn',
    'SELECT email FROM u',
  ),
  altering('a renamed table', 'ALTER TABLE u RENAME TO w', 'SELECT ssn AS n FROM w'),
  altering(
    'a renamed table with a decoy in its place',
    'ALTER TABLE u RENAME TO w',
    'CREATE TABLE u (id int, ssn text)',
    'SELECT ssn AS n FROM w',
  ),
  altering(
    'another schema',
    'CREATE SCHEMA other',
    'ALTER TABLE u SET SCHEMA other',
    'SELECT ssn AS n FROM other.u',
  ),
  altering('a renamed schema', 'ALTER SCHEMA public RENAME TO hidden', 'SELECT ssn AS n FROM hidden.u'),
  altering('a partition detached', 'ALTER TABLE pt DETACH PARTITION pt_1', 'SELECT ssn AS n FROM pt_1'),
  altering(
    'a table created anew by the owner in mid-session',
    'SELECT ssn FROM u',
    '@owner ALTER TABLE u RENAME TO w; CREATE TABLE u AS SELECT ssn, id FROM w',
    'SELECT ssn FROM u',
    'SELECT id, ssn AS n FROM u',
  ),
  altering(
    'a column added in front by the owner in mid-session',
    'SELECT ssn FROM u',
    '@owner DROP TABLE pt; CREATE TABLE pt (ssn text, id int); INSERT INTO pt SELECT ssn, id FROM u',
    'SELECT ssn FROM pt',
    'SELECT * FROM pt',
  ),
  altering(
    'a column renamed by the owner in mid-session',
    'SELECT ssn FROM u',
    '@owner ALTER TABLE u RENAME ssn TO tmp; ALTER TABLE u RENAME email TO ssn; ALTER TABLE u RENAME tmp TO email; UPDATE u SET ssn = email',
    'SELECT ssn AS n FROM u',
  ),
];
