import type { LeakCase, StatementCase } from '../../support/leak-case.ts';

/** The last digits of `u.sal` of row 1, as a number of rows that a server makes at once. */
const FEW = '73645';
const SMALL = '(SELECT sal % 100000 FROM u WHERE id = 1)';

const refused = (
  name: string,
  statements: readonly string[],
  options: Partial<StatementCase> = {},
): StatementCase => ({ name, statements, expects: 'refused', ...options });

const either = (
  name: string,
  statements: readonly string[],
  options: Partial<StatementCase> = {},
): StatementCase => ({ name, statements, expects: 'either', ...options });

const derived = [FEW];
const ownDatabase = true as const;

const rowCounts: readonly LeakCase[] = [
  either('count over a series as long as a value', [`SELECT count(*) FROM generate_series(1, ${SMALL})`], {
    derived,
  }),
  either(
    'the length of a text gathered over a series',
    [`SELECT length(string_agg('x', '')) FROM generate_series(1, ${SMALL})`],
    { derived },
  ),
  {
    name: 'count over a join by a comparison',
    setup: ['CREATE TABLE nums AS SELECT n FROM generate_series(1, 99999) n'],
    statements: ['SELECT count(*) FROM nums JOIN u ON n <= sal % 100000 WHERE u.id = 1'],
    expects: 'masked',
    derived,
  },
  {
    name: 'count over a recursion as deep as a value',
    statements: [
      `WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < ${SMALL}) SELECT count(*) FROM r`,
    ],
    expects: 'masked',
    derived,
  },
  either(
    'row_number over the end of a series',
    [`SELECT count(*) FROM (SELECT 1 LIMIT ALL) s, generate_series(1, ${SMALL}) g`],
    {
      derived,
    },
  ),
  {
    name: 'count over a view that counts',
    setup: [
      'CREATE TABLE nums AS SELECT n FROM generate_series(1, 99999) n',
      'CREATE VIEW counted AS SELECT n FROM nums JOIN u ON n <= sal % 100000 WHERE u.id = 1',
      'CREATE VIEW outer_view AS SELECT n FROM counted',
    ],
    statements: ['SELECT count(*) FROM outer_view'],
    expects: 'masked',
    derived,
  },
  refused(
    'the count in the tag of INSERT',
    [`INSERT INTO orders (id) SELECT 100 + g FROM u, generate_series(1, sal % 100000) g WHERE u.id = 1`],
    { derived },
  ),
  refused(
    'the count in the tag of INSERT, by LIMIT',
    [`INSERT INTO orders (id) SELECT 100 + g FROM generate_series(1, 99999) g LIMIT ${SMALL}`],
    { derived },
  ),
  refused(
    'a sequence advanced as often as a value says',
    [`SELECT count(nextval('s')) FROM generate_series(1, ${SMALL})`, 'SELECT last_value FROM s'],
    { setup: ['CREATE SEQUENCE s'], derived },
  ),
];

const shadows: readonly LeakCase[] = [
  either('a function of users under the name of a built-in one', ['SELECT name(1)'], {
    setup: [`CREATE FUNCTION name(int) RETURNS text LANGUAGE sql AS 'SELECT ssn FROM u WHERE id = $1'`],
    ownDatabase,
  }),
  either('an operator of users under the name of a built-in one', ["SELECT '(1,2)'::point + true"], {
    setup: [
      `CREATE FUNCTION read(point, bool) RETURNS text LANGUAGE sql AS 'SELECT ssn FROM u WHERE id = 1'`,
      'CREATE OPERATOR + (LEFTARG = point, RIGHTARG = bool, FUNCTION = read)',
    ],
    ownDatabase,
  }),
  either('a cast of users', ['SELECT (1::comp).b'], {
    setup: [
      'CREATE TYPE comp AS (b text)',
      `CREATE FUNCTION made(int) RETURNS comp LANGUAGE sql AS 'SELECT ROW(ssn)::comp FROM u WHERE id = $1'`,
      'CREATE CAST (int AS comp) WITH FUNCTION made(int)',
    ],
    ownDatabase,
  }),
  either('a view that uses an operator of users', ['SELECT x FROM q'], {
    setup: [
      `CREATE FUNCTION read(point, bool) RETURNS text LANGUAGE sql AS 'SELECT ssn FROM u WHERE id = 1'`,
      'CREATE OPERATOR <-> (LEFTARG = point, RIGHTARG = bool, FUNCTION = read)',
      `CREATE VIEW q AS SELECT '(1,2)'::point <-> true AS x`,
    ],
    ownDatabase,
  }),
  either('a trigger reached through a view', ["UPDATE cv SET note = 'q' WHERE id = 1"], {
    setup: [
      'CREATE VIEW cv AS SELECT id, note FROM orders',
      `CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE NOTICE '%', (SELECT ssn FROM u WHERE id = 1); RETURN NEW; END $$`,
      'CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION tell()',
    ],
    ownDatabase,
  }),
  either('a check that calls a function of users', ['INSERT INTO checked VALUES (1)'], {
    setup: [
      `CREATE FUNCTION tell(int) RETURNS bool LANGUAGE plpgsql AS
        $$ BEGIN RAISE NOTICE '%', (SELECT ssn FROM u WHERE id = $1); RETURN true; END $$`,
      'CREATE TABLE checked (id int CHECK (tell(id)))',
    ],
    ownDatabase,
  }),
];

const views: readonly LeakCase[] = [
  either('a view over a function that runs a query', ['SELECT x FROM q'], {
    setup: [`CREATE VIEW q AS SELECT query_to_xml('select * from public.u', true, true, '')::text AS x`],
    ownDatabase,
  }),
  refused(
    'a view made over a function that runs a query',
    [
      `CREATE VIEW q AS SELECT query_to_xml('select * from public.u', true, true, '')::text AS x`,
      'SELECT x FROM q',
    ],
    { ownDatabase },
  ),
  either('a view over the statistics of the planner', ['SELECT s FROM st'], {
    setup: ['ANALYZE u', 'CREATE VIEW st AS SELECT stavalues1::text AS s FROM pg_statistic'],
    ownDatabase,
  }),
  refused(
    'a view whose dependencies were deleted',
    ["DELETE FROM pg_depend WHERE refobjid = 'u'::regclass AND deptype = 'n'", "SELECT x || '' FROM q"],
    { setup: ['CREATE VIEW q AS SELECT ssn AS x FROM u'], ownDatabase },
  ),
];

const temporaries: readonly LeakCase[] = [
  either('a temporary view that hides a clean table', [
    "CREATE TEMP VIEW orders AS SELECT id, ssn || '' AS note FROM public.u",
    "SELECT note || '' FROM orders",
  ]),
  either('a view that search_path makes temporary', [
    'SET search_path = pg_temp, public',
    "CREATE VIEW orders AS SELECT id, ssn || '' AS note FROM public.u",
    "SELECT note || '' FROM orders",
  ]),
  either('a temporary table renamed to a clean one', [
    'CREATE TEMP TABLE u (id int, ssn text)',
    'INSERT INTO u (ssn) SELECT ssn FROM public.u',
    'ALTER TABLE pg_temp.u RENAME TO orders',
    "SELECT ssn || '' FROM orders",
  ]),
  ...[
    'INSERT INTO orders (id, note) SELECT 100, z FROM tt LIMIT 1',
    'INSERT INTO orders (id, note) VALUES (100, (SELECT min(z) FROM tt))',
    'CREATE TABLE perm AS SELECT 100 AS id, z AS note FROM tt',
  ].map((statement) =>
    refused(`a copy by way of a temporary table: ${statement}`, [
      'CREATE TEMP TABLE tt AS SELECT ssn AS z FROM u',
      statement,
      statement.includes('perm') ? 'SELECT note FROM perm' : 'SELECT note FROM orders',
    ]),
  ),
  refused('a copy by way of a view of the same transaction', [
    'BEGIN',
    'CREATE VIEW v2 AS SELECT ssn AS zz FROM u',
    'INSERT INTO orders (id, note) SELECT 100 + row_number() OVER (), zz FROM v2',
    'COMMIT',
    'SELECT note FROM orders',
  ]),
  either(
    'a temporary view and a copy of it in one text',
    [
      `CREATE TEMP VIEW orders AS SELECT 100 + id AS id, ssn AS note FROM public.u;
      INSERT INTO public.orders (id, note) SELECT id, note FROM orders`,
      'SELECT note FROM public.orders',
    ],
    { drivers: ['pg text', 'psql'] },
  ),
  refused('a copy beside a write into a temporary table', [
    'CREATE TEMP TABLE tt (a int)',
    `WITH x AS (INSERT INTO orders (id, note) SELECT 100 + id, ssn FROM u RETURNING 1)
      INSERT INTO pg_temp.tt SELECT 1`,
    'SELECT note FROM orders',
  ]),
  refused(
    'a copy beside SELECT INTO TEMP',
    [
      `WITH x AS (INSERT INTO orders (id, note) SELECT 100 + id, ssn FROM u RETURNING 1)
      SELECT 1 AS a INTO TEMP t9`,
      'SELECT note FROM orders',
    ],
    { neverExposes: 'a data-modifying WITH is not allowed beside INTO' },
  ),
  refused('a temporary child of a clean table', [
    'CREATE TEMP TABLE tc () INHERITS (orders)',
    'INSERT INTO pg_temp.tc (id, note) SELECT 100 + id, ssn FROM u',
    'SELECT note FROM orders',
  ]),
  refused('a temporary table made the child of a clean one', [
    'CREATE TEMP TABLE tc AS SELECT 100 + id AS id, 1 AS u_id, 1::numeric AS amount, ssn AS note FROM u',
    'ALTER TABLE tc ALTER id SET NOT NULL',
    'ALTER TABLE tc INHERIT orders',
    'SELECT note FROM orders',
  ]),
];

const stores: readonly LeakCase[] = [
  refused('a protected value written beside a JSON path', [
    "UPDATE u SET j = jsonb_build_object('x', ssn) WHERE id < 3",
    'SELECT j FROM u',
  ]),
  refused(
    'a foreign key that carries a value on',
    ['UPDATE parent SET ssn = (SELECT ssn FROM u WHERE id = 1)', 'SELECT link FROM child'],
    {
      setup: [
        'CREATE TABLE parent (ssn text PRIMARY KEY)',
        'CREATE TABLE child (link text REFERENCES parent ON UPDATE CASCADE)',
        "INSERT INTO parent VALUES ('x')",
        "INSERT INTO child VALUES ('x')",
      ],
    },
  ),
  ...[
    'INSERT INTO hits (n) SELECT a.n FROM nums a JOIN u ON a.n = (sal % 100000)::int WHERE u.id = 1',
    'INSERT INTO hits (n) SELECT n FROM nums WHERE n IN (SELECT sal % 100000 FROM u)',
    'DELETE FROM hits USING u WHERE u.id = 1 AND hits.n <> u.sal % 100000',
    'UPDATE hits SET n = n - 100000 FROM u WHERE u.id = 1 AND hits.n <> u.sal % 100000',
  ].map((statement) =>
    refused(
      `a dictionary that remembers: ${statement}`,
      [statement, statement.startsWith('UPDATE') ? 'SELECT max(n) FROM hits' : 'SELECT min(n) FROM hits'],
      {
        setup: [
          'CREATE TABLE nums AS SELECT n FROM generate_series(73640, 73650) n',
          statement.startsWith('INSERT')
            ? 'CREATE TABLE hits (n int)'
            : 'CREATE TABLE hits AS SELECT n FROM nums WHERE n <> 5',
        ],
        derived,
      },
    ),
  ),
];

const errors: readonly LeakCase[] = [
  {
    name: 'ANALYZE of statistics over an expression',
    setup: ['CREATE STATISTICS st ON (ssn::int), id FROM u'],
    statements: ['ANALYZE'],
    expects: 'masked',
    since: 14,
    ownDatabase,
  },
  {
    name: 'a check of a domain over values that are there',
    setup: ['CREATE DOMAIN dd AS text', 'CREATE TABLE held (ssn dd)', 'INSERT INTO held SELECT ssn FROM u'],
    statements: ['ALTER DOMAIN dd ADD CHECK (value::int > 0)'],
    expects: 'masked',
    ownDatabase,
  },
  {
    name: 'a cascade that fails in another relation',
    setup: ['ALTER TABLE u ADD o int DEFAULT 1 CHECK (o < 10) REFERENCES orders ON UPDATE CASCADE'],
    statements: ['UPDATE orders SET id = 5000 WHERE id = 1'],
    expects: 'masked',
    ownDatabase,
  },
];

/** What statements do beside what they say: they count, store, run what others wrote, and fail. */
export const statementCases: readonly LeakCase[] = [
  ...rowCounts,
  ...shadows,
  ...views,
  ...temporaries,
  ...stores,
  ...errors,
];
