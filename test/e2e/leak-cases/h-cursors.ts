import type { LeakCase } from '../../support/leak-case.ts';
import { message } from '../../support/raw-client.ts';
import { script } from './e-script.ts';
import {
  CLEAN_TEXT,
  inTurn,
  PROTECTED_TEXT,
  REPLACE_BY_CLEAN,
  REPLACE_BY_PROTECTED,
  replacing,
  WITH_CLEAN_VIEW,
} from './h-script.ts';

const { parse, bind, describe, execute, sync, flush, close, query } = message;

/** A cursor's or portal's name means something else than when it was last seen. */
export const cursorCases: readonly LeakCase[] = [
  {
    name: 'a cursor that a function opened under a known name',
    statements: [
      'BEGIN',
      'DECLARE c CURSOR FOR SELECT note FROM orders',
      'CLOSE c',
      "SELECT opencur('c')",
      'FETCH ALL FROM c',
    ],
    expects: 'either',
    setup: [
      `CREATE FUNCTION opencur(c refcursor) RETURNS refcursor LANGUAGE plpgsql AS $$ BEGIN
       OPEN c FOR SELECT ssn || '' FROM u; RETURN c; END $$`,
    ],
    ownDatabase: true,
  },
  replacing(
    'a held cursor on a view that was protected when it was declared',
    REPLACE_BY_PROTECTED,
    'DECLARE c CURSOR WITH HOLD FOR SELECT note FROM cv',
    REPLACE_BY_CLEAN,
    'SELECT 1',
    'FETCH ALL FROM c',
  ),
  script(
    'a held cursor declared in one Query with the view it reads',
    async (client) => {
      await inTurn(
        client,
        `${REPLACE_BY_PROTECTED}; DECLARE c CURSOR WITH HOLD FOR SELECT note FROM cv`,
        REPLACE_BY_CLEAN,
        'SELECT 1',
        'FETCH ALL FROM c',
      );
    },
    WITH_CLEAN_VIEW,
  ),
  script(
    'a portal on a view that was protected when it was bound',
    async (client) => {
      await inTurn(
        client,
        REPLACE_BY_PROTECTED,
        'BEGIN',
        [parse('s', 'SELECT note FROM cv'), bind({ portal: 'p', statement: 's' }), sync()],
        REPLACE_BY_CLEAN,
        'SELECT note FROM cv',
        [execute('p'), sync()],
      );
    },
    WITH_CLEAN_VIEW,
  ),
  {
    ...replacing(
      'a held cursor on a table whose name another one has now',
      `DECLARE c CURSOR WITH HOLD FOR ${PROTECTED_TEXT}`,
      'ALTER TABLE u RENAME TO uu',
      'CREATE TABLE u (id int)',
      'SELECT 1',
      'FETCH ALL FROM c',
    ),
    ownDatabase: true,
  },
  {
    ...replacing(
      'a cursor closed, declared anew, and rolled back to its old self',
      'BEGIN',
      `DECLARE c CURSOR FOR ${PROTECTED_TEXT}`,
      'SAVEPOINT s',
      'CLOSE c',
      'DECLARE c CURSOR FOR SELECT note FROM orders',
      'ROLLBACK TO s',
      'FETCH ALL FROM c',
    ),
    neverExposes: 'a closed cursor does not come back',
  },
  {
    ...replacing(
      'a held cursor closed and declared anew in a transaction that failed',
      `DECLARE h CURSOR WITH HOLD FOR ${PROTECTED_TEXT}`,
      'BEGIN',
      'CLOSE h',
      'DECLARE h CURSOR FOR SELECT note FROM orders',
      'ROLLBACK',
      'FETCH ALL FROM h',
    ),
    neverExposes: 'a closed cursor does not come back',
  },
  script(
    'a cursor name bound by the protocol',
    async (client) => {
      await inTurn(
        client,
        'BEGIN',
        'DECLARE c CURSOR FOR SELECT note FROM orders',
        'CLOSE c',
        [parse('s', PROTECTED_TEXT), bind({ portal: 'c', statement: 's' }), flush(), sync()],
        'FETCH ALL FROM c',
      );
    },
    { expects: 'either' },
  ),
  script(
    'a portal name closed and declared by SQL',
    async (client) => {
      await inTurn(
        client,
        'BEGIN',
        [
          parse('s', 'SELECT note FROM orders'),
          bind({ portal: 'c', statement: 's' }),
          describe('P', 'c'),
          execute('c', 1),
          sync(),
        ],
        'CLOSE c',
        `DECLARE c CURSOR FOR ${PROTECTED_TEXT}`,
        [execute('c'), sync()],
      );
    },
    { expects: 'either' },
  ),
  script(
    'a portal name closed and declared by SQL in mid-pipeline',
    async (client) => {
      await inTurn(client, 'BEGIN');
      client.send(
        parse('s', 'SELECT note FROM orders'),
        bind({ portal: 'c', statement: 's' }),
        describe('P', 'c'),
        execute('c', 1),
        flush(),
      );
      await client.untilType('s');
      await inTurn(client, 'CLOSE c; DECLARE c CURSOR FOR SELECT ssn FROM u', [execute('c'), sync()]);
    },
    { expects: 'either' },
  ),
  script(
    'a portal name closed and declared by Executes of the same pipeline',
    async (client) => {
      await inTurn(client, 'BEGIN', [
        parse('s', 'SELECT note FROM orders'),
        parse('x', 'CLOSE c'),
        parse('d', 'DECLARE c CURSOR FOR SELECT ssn FROM u'),
        bind({ portal: 'c', statement: 's' }),
        describe('P', 'c'),
        execute('c', 1),
        bind({ statement: 'x' }),
        execute(),
        bind({ statement: 'd' }),
        execute(),
        execute('c'),
        sync(),
      ]);
    },
    { expects: 'either' },
  ),
  script(
    'a cursor that is the second statement of its text',
    async (client) => {
      await inTurn(client, 'BEGIN', `SELECT 'x'; DECLARE c CURSOR FOR ${PROTECTED_TEXT}`, [
        describe('P', 'c'),
        execute('c'),
        sync(),
      ]);
    },
    { expects: 'either' },
  ),
  script(
    'a portal that a savepoint took away, declared anew by SQL',
    async (client) => {
      await inTurn(
        client,
        'BEGIN',
        'SAVEPOINT a',
        [parse('s', "SELECT 'x' FROM u"), bind({ portal: 'c', statement: 's' }), describe('P', 'c'), sync()],
        'ROLLBACK TO a',
        `DECLARE c CURSOR FOR ${PROTECTED_TEXT}`,
        [describe('P', 'c'), execute('c'), sync()],
      );
    },
    { expects: 'either' },
  ),
  script(
    'the unnamed portal ended by a Query, then executed',
    async (client) => {
      await inTurn(client, 'BEGIN', [
        parse('', CLEAN_TEXT),
        bind({}),
        describe('P'),
        execute('', 1),
        query(PROTECTED_TEXT),
        execute(),
        sync(),
      ]);
    },
    { expects: 'either' },
  ),
  script(
    'a portal bound again to another statement while a third is suspended',
    async (client) => {
      await inTurn(
        client,
        'BEGIN',
        [
          parse('a', 'SELECT note FROM orders'),
          parse('b', PROTECTED_TEXT),
          bind({ portal: 'pa', statement: 'a' }),
          bind({ portal: 'pb', statement: 'b' }),
          ...['pa', 'pb', 'pa', 'pb'].map((portal) => execute(portal, 1)),
          sync(),
        ],
        [close('P', 'pa'), bind({ portal: 'pa', statement: 'b' }), execute('pa', 1), sync()],
      );
    },
    { expects: 'masked' },
  ),
];
