import assert from 'node:assert/strict';
import type { LeakCase } from '../../support/leak-case.ts';
import { message, RawClient } from '../../support/raw-client.ts';
import { exchange, ROWS, script } from './e-script.ts';
import {
  cellTexts,
  inTurn,
  loginBeside,
  REPLACE_BY_CLEAN,
  REPLACE_BY_PROTECTED,
  replacing,
  WITH_CLEAN_VIEW,
} from './h-script.ts';

const { query } = message;
const COPY_CV = 'INSERT INTO notes (body) SELECT note FROM cv';
const OTHER_DATABASES = 260;

/** What a view meant when a statement was judged is not what it means when the statement runs. */
const replacedViews: readonly LeakCase[] = [
  replacing(
    'a copy prepared when its source was clean',
    `PREPARE p AS ${COPY_CV}`,
    REPLACE_BY_PROTECTED,
    'EXECUTE p',
    'SELECT body FROM notes',
  ),
  replacing(
    'a copy prepared when its source was clean, explained',
    `PREPARE p AS ${COPY_CV}`,
    REPLACE_BY_PROTECTED,
    'EXPLAIN ANALYZE EXECUTE p',
    'SELECT body FROM notes',
  ),
  replacing(
    'a query prepared when its source was clean, into a table',
    'PREPARE p AS SELECT note FROM cv',
    REPLACE_BY_PROTECTED,
    'CREATE TABLE k AS EXECUTE p',
    'SELECT note FROM k',
  ),
  replacing(
    'a view replaced and copied in one transaction',
    'BEGIN',
    REPLACE_BY_PROTECTED,
    COPY_CV,
    'COMMIT',
    'SELECT body FROM notes',
  ),
  {
    ...replacing(
      'a view replaced and copied in one text',
      `BEGIN; ${REPLACE_BY_PROTECTED}; ${COPY_CV}; COMMIT`,
      'SELECT body FROM notes',
    ),
    drivers: ['pg text', 'psql'],
  },
  script(
    'a view replaced and copied in one Query',
    async (client) => {
      await inTurn(client, `${REPLACE_BY_PROTECTED}; ${COPY_CV}`, 'SELECT body FROM notes');
    },
    WITH_CLEAN_VIEW,
  ),
  script(
    'a view replaced and copied in one pipeline',
    async (client) => {
      await inTurn(client, [query(REPLACE_BY_PROTECTED), query(COPY_CV)], 'SELECT body FROM notes');
    },
    WITH_CLEAN_VIEW,
  ),
  script(
    'a view replaced and read in one pipeline',
    async (client) => {
      await inTurn(
        client,
        [query(REPLACE_BY_PROTECTED), query('SELECT note FROM cv'), query('SELECT note FROM cv')],
        'SELECT note FROM cv',
      );
    },
    WITH_CLEAN_VIEW,
  ),
  script(
    'a view replaced by another connection while a transaction is open',
    async (client, context) => {
      const other = await loginBeside(context);
      await inTurn(client, 'BEGIN', 'SELECT 1');
      await inTurn(other, REPLACE_BY_PROTECTED, 'SELECT 1');
      await inTurn(client, 'SELECT note FROM cv', "SELECT note || '' FROM cv");
      await other.end();
    },
    WITH_CLEAN_VIEW,
  ),
  script(
    'a view replaced by a connection that ended before its answer',
    async (client, context) => {
      const reader = await loginBeside(context);
      const lost = await loginBeside(context);
      await inTurn(reader, 'BEGIN', 'SELECT note FROM cv');
      lost.send(query(REPLACE_BY_PROTECTED));
      await pause();
      lost.socket.destroy();
      await pause();
      await inTurn(client, 'SELECT note FROM orders');
      await inTurn(reader, 'COMMIT');
      await pause();
      await inTurn(client, 'SELECT note FROM cv');
      await reader.end();
    },
    { ...WITH_CLEAN_VIEW, neverExposes: 'the server may notice the end first' },
  ),
  script(
    'a view replaced by a connection that ended with COMMIT',
    async (client, context) => {
      const other = await loginBeside(context);
      await inTurn(other, 'BEGIN', REPLACE_BY_PROTECTED);
      await inTurn(client, 'SELECT note FROM orders');
      other.send(query('COMMIT'), message.terminate());
      other.socket.end();
      await pause();
      await inTurn(client, 'SELECT note FROM cv');
    },
    WITH_CLEAN_VIEW,
  ),
  script(
    'a temporary table that takes the name of a clean one when its Parse is executed',
    async (client) => {
      await inTurn(
        client,
        [
          message.parse('s', "CREATE TEMP TABLE orders AS SELECT id, ssn || '' AS note FROM u"),
          message.sync(),
        ],
        [message.bind({ statement: 's' }), message.execute(), message.sync()],
        "SELECT note || '' FROM orders",
        'SELECT note FROM orders',
      );
    },
    { expects: 'either' },
  ),
];

const preparedTransactions: readonly LeakCase[] = [
  replacing(
    'a view replaced in a prepared transaction',
    'BEGIN',
    REPLACE_BY_PROTECTED,
    "PREPARE TRANSACTION 'replaced'",
    'SELECT 1',
    "COMMIT PREPARED 'replaced'",
    'SELECT note FROM cv',
  ),
  script(
    'a view replaced in a prepared transaction that another connection commits',
    async (client, context) => {
      const other = await loginBeside(context);
      await inTurn(other, 'SELECT note FROM cv');
      await inTurn(client, 'BEGIN', REPLACE_BY_PROTECTED, "PREPARE TRANSACTION 'beside'", 'SELECT 1');
      await inTurn(other, 'SELECT 1', "COMMIT PREPARED 'beside'", 'SELECT note FROM cv');
      await inTurn(client, 'SELECT note FROM cv');
      await other.end();
    },
    WITH_CLEAN_VIEW,
  ),
];

/** What was protected once holds the same values after its definition changed. */
const formerlyProtected: readonly LeakCase[] = [
  script(
    'a renamed column, after many connections to databases that do not exist',
    async (client, context) => {
      await inTurn(client, 'ALTER TABLE u RENAME COLUMN ssn TO zzz', 'SELECT zzz FROM u');
      for (let count = 0; count < OTHER_DATABASES; count++) {
        const other = await RawClient.connect(context.port);
        other.expectMessages();
        other.send(message.startup({ user: 'postgres', database: `no_such_${count}` }));
        await other.untilClosed();
      }
      const again = await loginBeside(context);
      await inTurn(again, 'SELECT zzz FROM u');
      await again.end();
    },
    { expects: 'either', ownDatabase: true },
  ),
  replacing(
    'a generated column that is no longer generated',
    "ALTER TABLE u ADD COLUMN g text GENERATED ALWAYS AS (ssn || '') STORED",
    'SELECT 1',
    'ALTER TABLE u ALTER COLUMN g DROP EXPRESSION',
    'SELECT 1',
    'SELECT g FROM u',
  ),
  replacing(
    'a materialized view filled while its source was protected',
    'CREATE MATERIALIZED VIEW m2 AS SELECT id, note FROM cv',
    REPLACE_BY_PROTECTED,
    'REFRESH MATERIALIZED VIEW m2',
    REPLACE_BY_CLEAN,
    'SELECT note FROM m2',
    'SELECT 1',
    'SELECT note FROM m2',
  ),
  {
    ...replacing(
      'an inheritance child let go',
      'ALTER TABLE uc NO INHERIT u',
      'SELECT 1',
      'SELECT ssn FROM uc',
    ),
    setup: ['CREATE TABLE uc () INHERITS (u)', 'INSERT INTO uc (id, ssn) SELECT id + 10, ssn FROM u'],
  },
  replacing(
    'a partition detached, and the catalog read anew',
    'ALTER TABLE pt DETACH PARTITION pt_1',
    'CREATE TABLE k (id int)',
    'SELECT 1',
    'SELECT ssn FROM pt_1',
  ),
  script(
    'a partition detached, read by another connection',
    async (client, context) => {
      await inTurn(client, 'SELECT ssn FROM pt', 'ALTER TABLE pt DETACH PARTITION pt_1', 'SELECT 1');
      const other = await loginBeside(context);
      await inTurn(other, 'SELECT ssn FROM pt_1', "SELECT ssn || '' FROM pt_1");
      await other.end();
    },
    { expects: 'either', ownDatabase: true },
  ),
];

/** One connection must not be able to spoil the catalog for the others. */
const readable: readonly LeakCase[] = [
  script('a held cursor with a name of our own', async (client, context) => {
    const other = await loginBeside(context);
    await expectNotes(other);
    await inTurn(
      client,
      'DECLARE wiremask_catalog CURSOR WITH HOLD FOR SELECT 1',
      'CREATE TABLE k (a int)',
      'SELECT 1',
    );
    await expectNotes(other);
    await expectNotes(client);
    await exchange(other, 'TDDDCZ', query(ROWS));
    await other.end();
  }),
  script('a statement timeout that is too short for the catalog', async (client, context) => {
    const other = await loginBeside(context);
    await expectNotes(other);
    // The empty text takes no time, and gives this connection its turn to read the catalog.
    await inTurn(client, 'CREATE TABLE k (a int); SET statement_timeout = 1', '');
    await expectNotes(other);
    await exchange(other, 'TDDDCZ', query(ROWS));
    await other.end();
  }),
];

const expectNotes = async (client: RawClient): Promise<void> => {
  const notes = cellTexts(await inTurn(client, 'SELECT note FROM orders ORDER BY id'));
  assert.deepEqual(notes, ['order 1', 'order 2', 'order 3', 'order 4', 'order 5']);
};

const PAUSE_MS = 200;
const pause = async (): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
};

/** Definitions change between the moment a statement is judged and the moment it runs. */
export const definitionCases: readonly LeakCase[] = [
  ...replacedViews,
  ...preparedTransactions,
  ...formerlyProtected,
  ...readable,
];
