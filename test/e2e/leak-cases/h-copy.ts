import assert from 'node:assert/strict';
import type { DriverName, LeakCase, ProtocolContext, StatementCase } from '../../support/leak-case.ts';
import { type BackendMessage, message, type RawClient } from '../../support/raw-client.ts';
import { exchange, ROWS, script, typesOf } from './e-script.ts';
import { inTurn, loginBeside, PROTECTED_TEXT, WITH_CLEAN_VIEW } from './h-script.ts';

const { parse, bind, execute, sync, flush, query, copyData, copyDone, copyFail } = message;

/** postgres.js hands COPY to a stream that nobody reads here. */
const COPY_DRIVERS: readonly DriverName[] = ['pg text', 'psql'];
const COPY_IN = 'COPY notes (id, body) FROM STDIN';
const BAD_ROW = copyData('bad\tx\n');

/** A string literal that means another delimiter than it did before. */
const otherStrings = (name: string, options: string): StatementCase => ({
  name: `COPY with ${name}, after standard_conforming_strings was switched off`,
  statements: [
    'SET standard_conforming_strings = off',
    `COPY (SELECT id, ssn FROM u) TO STDOUT (${options})`,
    `COPY u (id, ssn) TO STDOUT (${options})`,
  ],
  expects: 'either',
  drivers: COPY_DRIVERS,
});

const copyOptions: readonly LeakCase[] = [
  otherStrings('a delimiter by its letter', "DELIMITER '\\t'"),
  otherStrings('a delimiter by its octal code', "DELIMITER '\\054'"),
  otherStrings('a delimiter by its hex code', "DELIMITER '\\x2c'"),
  otherStrings('a CSV delimiter by its letter', "FORMAT csv, DELIMITER '\\t'"),
  otherStrings('a CSV delimiter by its octal code', "FORMAT csv, DELIMITER '\\054'"),
  otherStrings('a CSV quote by its octal code', "FORMAT csv, QUOTE '\\103', FORCE_QUOTE *"),
  otherStrings('another NULL', "NULL '\\103NRY'"),
  {
    name: 'COPY with a delimiter by its letter, after set_config of standard_conforming_strings',
    statements: [
      "SELECT set_config('standard_conforming_strings', 'off', false)",
      "COPY (SELECT id, ssn FROM u) TO STDOUT (DELIMITER '\\t')",
    ],
    expects: 'either',
    drivers: COPY_DRIVERS,
  },
  {
    name: 'COPY with a delimiter by its letter, standard_conforming_strings off for the database',
    setup: ['ALTER DATABASE {database} SET standard_conforming_strings = off'],
    statements: ["COPY (SELECT id, ssn FROM u) TO STDOUT (DELIMITER '\\t')"],
    expects: 'either',
    drivers: COPY_DRIVERS,
    ownDatabase: true,
  },
  script(
    'COPY with a delimiter by its letter, standard_conforming_strings off from the start',
    async (client) => {
      await inTurn(client, "COPY (SELECT id, ssn FROM u) TO STDOUT (DELIMITER '\\t')");
    },
    { expects: 'either', login: { parameters: { standard_conforming_strings: 'off' } } },
  ),
];

/** Enters COPY FROM STDIN, sends all of this at once, and waits for as many ReadyForQuery. */
const copying = async (
  client: RawClient,
  start: readonly Buffer[],
  rows: readonly Buffer[],
  readies: number,
): Promise<void> => {
  client.send(...start);
  await client.untilType('G');
  client.send(...rows);
  await client.untilReady(readies);
};

const byQuery = [query(COPY_IN)];
const byExecute = [parse('', COPY_IN), bind({}), execute(), flush()];
const readBoth = [query(PROTECTED_TEXT), query("SELECT 'x'")];

/** An error in COPY FROM STDIN: the server skips some of what follows, and some not. */
const copyIn: readonly LeakCase[] = [
  script(
    'Sync behind a row of a Query that cannot be read',
    async (client) => {
      await copying(client, byQuery, [BAD_ROW, sync()], 2);
      await inTurn(client, readBoth);
    },
    WITH_CLEAN_VIEW,
  ),
  script(
    'Sync before a row of a Query that cannot be read',
    async (client) => {
      await copying(client, byQuery, [sync(), BAD_ROW], 1);
      await inTurn(client, readBoth);
    },
    WITH_CLEAN_VIEW,
  ),
  script(
    'the end and Sync behind a row of a Query that cannot be read',
    async (client) => {
      await copying(client, byQuery, [BAD_ROW, copyDone(), sync()], 2);
      await inTurn(client, readBoth);
    },
    WITH_CLEAN_VIEW,
  ),
  script(
    'Sync, rows and the end by Query',
    async (client) => {
      await copying(client, byQuery, [sync(), copyData('5\tx\n'), copyDone()], 1);
      await inTurn(client, readBoth);
    },
    WITH_CLEAN_VIEW,
  ),
  script(
    'Sync behind a row of an Execute that cannot be read, then a copy, read by another connection',
    async (client, context) => {
      await copying(client, byExecute, [BAD_ROW, sync()], 1);
      await inTurn(client, 'INSERT INTO notes (body) SELECT ssn FROM u');
      await readNotes(context);
    },
    WITH_CLEAN_VIEW,
  ),
  script(
    'Sync behind a row of an Execute that cannot be read, then a function',
    async (client, context) => {
      await copying(client, byExecute, [BAD_ROW, sync()], 1);
      await inTurn(client, "CREATE FUNCTION f() RETURNS SETOF text LANGUAGE sql AS 'SELECT ssn FROM u'");
      const other = await loginBeside(context);
      await inTurn(other, 'SELECT * FROM f()', ROWS);
      await other.end();
    },
    WITH_CLEAN_VIEW,
  ),
  script(
    'Sync behind a row, the end and another Sync',
    async (client, context) => {
      await copying(client, byExecute, [BAD_ROW, sync(), copyDone(), sync()], 1);
      await inTurn(client, 'INSERT INTO notes (body) SELECT ssn FROM u');
      await readNotes(context);
    },
    WITH_CLEAN_VIEW,
  ),
  script(
    'the end and Sync behind a row of an Execute that cannot be read',
    async (client) => {
      await copying(client, byExecute, [BAD_ROW, copyDone(), sync()], 1);
      await exchange(client, 'TDDDCZTDCZ', ...readBoth);
    },
    { ...WITH_CLEAN_VIEW, expects: 'masked' },
  ),
  script(
    'the copy given up behind a row of an Execute that cannot be read',
    async (client) => {
      await copying(client, byExecute, [BAD_ROW, copyFail('no'), sync()], 1);
      await exchange(client, 'TDDDCZTDCZ', ...readBoth);
    },
    { ...WITH_CLEAN_VIEW, expects: 'masked' },
  ),
  script(
    'statements behind a COPY FROM STDIN of the same text',
    async (client) => {
      client.send(query(`COPY notes (body) FROM STDIN; SELECT 'x'; ${PROTECTED_TEXT}`));
      await client.untilType('G');
      client.send(copyData('q\n'), copyDone());
      assert.equal(typesOf(await client.untilReady()), 'CTDCTDDDCZ');
      await exchange(client, 'TDDDCZ', query(ROWS));
    },
    { ...WITH_CLEAN_VIEW, expects: 'masked' },
  ),
  script(
    'statements and rows of a COPY FROM STDIN in one write',
    async (client) => {
      client.send(
        query(`COPY notes (body) FROM STDIN; ${PROTECTED_TEXT}; SELECT 'x'`),
        copyData('q\n'),
        sync(),
        copyDone(),
      );
      await client.untilReady();
      await inTurn(client, readBoth);
    },
    WITH_CLEAN_VIEW,
  ),
];

const readNotes = async (context: ProtocolContext): Promise<void> => {
  const other = await loginBeside(context);
  await inTurn(other, 'SELECT body FROM notes', ROWS);
  await other.end();
};

const copyColumns: readonly LeakCase[] = [
  script(
    'search_path changed between Parse and Execute of a COPY',
    async (client) => {
      await inTurn(
        client,
        'SET search_path = s2',
        'SELECT 1',
        [parse('s1', 'COPY u (id, ssn) TO STDOUT'), sync()],
        'SET search_path = public',
        [bind({ statement: 's1' }), execute(), sync()],
      );
    },
    {
      expects: 'either',
      ownDatabase: true,
      setup: ['CREATE SCHEMA s2', 'CREATE TABLE s2.u (id int, ssn text)'],
    },
  ),
  script(
    'search_path changed between Bind and Execute of a COPY',
    async (client) => {
      await inTurn(
        client,
        'BEGIN',
        'SET search_path = s2',
        [parse('s1', 'COPY u (id, ssn) TO STDOUT'), bind({ portal: 'p1', statement: 's1' }), sync()],
        'SET search_path = public',
        [execute('p1'), sync()],
      );
    },
    {
      expects: 'either',
      ownDatabase: true,
      setup: ['CREATE SCHEMA s2', 'CREATE TABLE s2.u (id int, ssn text)'],
    },
  ),
  script(
    'a generated column, which COPY of the table leaves out',
    async (client) => {
      client.send(query('COPY u TO STDOUT'));
      assertFirstColumns(await client.untilReady());
      client.send(parse('', 'COPY u TO STDOUT'), bind({}), execute(), sync());
      assertFirstColumns(await client.untilReady());
    },
    {
      ownDatabase: true,
      setup: ['ALTER TABLE u ADD COLUMN g int GENERATED ALWAYS AS (id) STORED', 'UPDATE u SET id = id'],
    },
  ),
  script(
    'a generated column in front of the others',
    async (client) => {
      client.send(query('COPY k TO STDOUT'));
      const rows = (await client.untilReady()).filter(({ type }) => type === 'd');
      assert.deepEqual(
        rows.map(({ body }) => body.toString().split('\t')[0]),
        ['1', '2', '3'],
      );
    },
    {
      ownDatabase: true,
      setup: [
        'CREATE TABLE k (g int GENERATED ALWAYS AS (id) STORED, id int, gone int) INHERITS (u)',
        'ALTER TABLE k DROP COLUMN gone',
        'INSERT INTO k (id, ssn, email) SELECT id, ssn, email FROM u',
      ],
    },
  ),
];

/** The rows are there, and what nobody protects is as it is in the table. */
const assertFirstColumns = (messages: readonly BackendMessage[]): void => {
  const rows = messages.filter(({ type }) => type === 'd').map(({ body }) => body.toString().split('\t'));
  assert.deepEqual(
    rows.map(([id, , email]) => [id, email]),
    [
      ['1', 'ann@example.test'],
      ['2', 'bob@example.test'],
      ['3', '\\N'],
    ],
  );
};

/** COPY is a conversation of its own inside the conversation. */
export const copyCases: readonly LeakCase[] = [...copyOptions, ...copyIn, ...copyColumns];
