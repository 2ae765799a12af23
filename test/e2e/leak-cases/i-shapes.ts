import type { LeakCase } from '../../support/leak-case.ts';
import { message } from '../../support/raw-client.ts';
import { script } from './e-script.ts';

const { parse, bind, describe, execute, sync } = message;

// sal of row 1 is 918273645: three columns as wide as its thirds, and 4 bytes of header each.
const WIDTHS = `CREATE TEMP TABLE w AS SELECT repeat('x', sal / 1000000) AS a,
  repeat('x', sal / 1000 % 1000) AS b, repeat('x', sal % 1000) AS c FROM u WHERE id = 1`;

const opener = `CREATE FUNCTION opencur(c refcursor) RETURNS refcursor LANGUAGE plpgsql AS $$ BEGIN
  OPEN c FOR SELECT ssn || '' FROM u; RETURN c; END $$`;

/** A value is told by a width, a bound or a number of rows; or a name outlives what it stood for. */
export const shapeCases: readonly LeakCase[] = [
  {
    name: 'the average width of columns made for it',
    statements: [
      WIDTHS,
      'ANALYZE w',
      "SELECT avg_width FROM pg_stats WHERE tablename = 'w' ORDER BY attname",
    ],
    expects: 'either',
    derived: ['922277649'],
    ownDatabase: true,
  },
  {
    name: 'the bounds of a protected array that was written to be read',
    statements: [
      "UPDATE u SET tags = array_fill('x'::text, ARRAY[1], ARRAY[sal]) WHERE id = 1",
      'SELECT tags FROM u WHERE id = 1',
    ],
    expects: 'either',
    ownDatabase: true,
  },
  {
    name: 'a number of rows made by format and a split',
    statements: [
      "CREATE TEMP TABLE s AS SELECT string_to_table(format('%*s', sal % 100000, ''), NULL) AS a FROM u WHERE id = 1",
    ],
    expects: 'either',
    derived: ['73645'],
    since: 14,
    ownDatabase: true,
  },
  script(
    'a bound portal that SQL has closed and a function has opened again',
    async (client) => {
      client.send(message.query('BEGIN'));
      await client.untilReady();
      client.send(parse('', "SELECT 'x'"), bind({ portal: 'c' }), describe('P', 'c'), sync());
      await client.untilReady();
      for (const text of ['CLOSE c', "SELECT opencur('c')"]) {
        client.send(message.query(text));
        await client.untilReady();
      }
      client.send(execute('c'), sync());
      await client.untilReady();
    },
    { setup: [opener], ownDatabase: true },
  ),
];
