import assert from 'node:assert/strict';
import type { ProtocolCase } from '../../support/leak-case.ts';
import { dataRowCells, errorFields, message } from '../../support/raw-client.ts';
import { exchange, exchanging, ROWS, script, typesOf } from './e-script.ts';

const { parse, bind, execute, sync, close, query } = message;

/** Statements that change what names, plans and bytes mean. */
export const statementCases: readonly ProtocolCase[] = [
  exchanging(
    'a name parsed again after Close',
    '1312DDDCZ',
    parse('s', 'SELECT 1, 2, 3'),
    close('S', 's'),
    parse('s', ROWS),
    bind({ statement: 's' }),
    execute(),
    sync(),
  ),
  exchanging(
    'a name parsed again after DEALLOCATE',
    '1ZCZ12DDDCZ',
    parse('s', 'SELECT 1, 2, 3'),
    sync(),
    query('DEALLOCATE s'),
    parse('s', ROWS),
    bind({ statement: 's' }),
    execute(),
    sync(),
  ),
  exchanging(
    'a name parsed again after DEALLOCATE ALL',
    '1ZCZ12DDDCZ',
    parse('s', 'SELECT 1, 2, 3'),
    sync(),
    query('DEALLOCATE ALL'),
    parse('s', ROWS),
    bind({ statement: 's' }),
    execute(),
    sync(),
  ),
  exchanging(
    'a name parsed again after DISCARD ALL',
    '1ZCZ12DDDCZ',
    parse('s', 'SELECT 1, 2, 3'),
    sync(),
    query('DISCARD ALL'),
    parse('s', ROWS),
    bind({ statement: 's' }),
    execute(),
    sync(),
  ),
  exchanging(
    'a name parsed twice without Close',
    '1EZ2DDDCZ',
    parse('s', ROWS),
    parse('s', 'SELECT 1, 2, 3'),
    sync(),
    bind({ statement: 's' }),
    execute(),
    sync(),
  ),
  exchanging(
    'the unnamed statement replaced by a Query',
    '1ZTDCZEZTDDDCZ',
    parse('', ROWS),
    sync(),
    query('SELECT 1'),
    bind({}),
    execute(),
    sync(),
    query(ROWS),
  ),
  script(
    'a cached plan must not change its result type',
    async (client, { owner }) => {
      await exchange(
        client,
        '12DDDCZ',
        parse('s', 'SELECT * FROM u'),
        bind({ statement: 's' }),
        execute(),
        sync(),
      );
      await owner('ALTER TABLE u ADD COLUMN extra int');
      client.send(bind({ statement: 's' }), execute(), sync());
      const failed = await client.untilReady();
      assert.equal(errorFields(failed.find(({ type }) => type === 'E')!.body)['C'], '0A000');
      await exchange(
        client,
        '312DDDCZ',
        close('S', 's'),
        parse('s', 'SELECT * FROM u'),
        bind({ statement: 's' }),
        execute(),
        sync(),
      );
    },
    { ownDatabase: true },
  ),
  script(
    'a cached plan whose columns were exchanged',
    async (client, { owner }) => {
      await exchange(
        client,
        '12DDDCZ',
        parse('s', 'SELECT email, ssn FROM u'),
        bind({ statement: 's' }),
        execute(),
        sync(),
      );
      await owner(
        'ALTER TABLE u RENAME ssn TO tmp; ALTER TABLE u RENAME email TO ssn; ALTER TABLE u RENAME tmp TO email',
      );
      client.send(bind({ statement: 's' }), execute(), sync());
      await client.untilReady();
      client.send(query('SELECT ssn, email FROM u'));
      await client.untilReady();
    },
    { ownDatabase: true, expects: 'either' },
  ),
  script(
    'search_path changed between Parse and Bind',
    async (client) => {
      await exchange(
        client,
        '1ZCZ',
        parse('s', 'SELECT ssn FROM w'),
        sync(),
        query('SET search_path = other'),
      );
      client.send(bind({ statement: 's' }), execute(), sync());
      await client.untilReady();
    },
    {
      ownDatabase: true,
      expects: 'either',
      setup: ['CREATE SCHEMA other', 'CREATE TABLE w (ssn text)', 'CREATE VIEW other.w AS SELECT ssn FROM u'],
    },
  ),
  exchanging('another role', 'CZTDDDCZCZ', query('SET ROLE postgres'), query(ROWS), query('RESET ROLE')),
  script(
    'client_encoding LATIN1',
    async (client) => {
      client.send(query("SET client_encoding = 'LATIN1'"), query(ROWS));
      await client.untilReady(2);
    },
    { expects: 'either' },
  ),
  script(
    'client_encoding that is not a superset of ASCII',
    async (client) => {
      client.send(query("SET client_encoding = 'SJIS'"), query(ROWS));
      await client.untilReady(2);
    },
    { expects: 'either' },
  ),
  script(
    'client_encoding in the start-up message',
    async (client) => {
      client.send(query(ROWS));
      await client.untilReady();
    },
    { expects: 'either', login: { parameters: { client_encoding: 'EUC_JP' } } },
  ),
  script(
    'standard_conforming_strings off',
    async (client) => {
      client.send(
        query('SET standard_conforming_strings = off'),
        query(`SELECT 'x\\', ssn FROM u -- '`),
        query(`SELECT 'x\\', ', ssn FROM u`),
      );
      await client.untilReady(3);
    },
    { expects: 'either' },
  ),
  script(
    'invalid UTF-8 in the statement',
    async (client) => {
      const text = Buffer.concat([
        Buffer.from("SELECT '"),
        Buffer.of(0xc3, 0x28),
        Buffer.from("', ssn FROM u"),
      ]).toString('latin1');
      const body = Buffer.from(`${text}\0`, 'latin1');
      const head = Buffer.alloc(5);
      head.write('Q');
      head.writeInt32BE(body.length + 4, 1);
      client.send(head, body, query(ROWS));
      await client.untilReady(2);
    },
    { expects: 'either' },
  ),
  script(
    'a byte 0 inside the statement',
    async (client) => {
      client.send(query('SELECT 1\0; SELECT ssn FROM u'));
      await client.untilReady();
      if (!client.isClosed) await exchange(client, 'TDDDCZ', query(ROWS));
    },
    { expects: 'either' },
  ),
  script(
    'a FunctionCall',
    async (client, { owner }) => {
      await owner("CREATE FUNCTION f(int) RETURNS text LANGUAGE sql AS 'SELECT ssn FROM u WHERE id = $1'");
      client.send(query("SELECT 'f'::regproc::oid"));
      const row = (await client.untilReady()).find(({ type }) => type === 'D');
      const oid = Number(row === undefined ? 0 : dataRowCells(row.body)[0]);
      client.send(message.functionCall(oid, ['1']));
      await client.untilReady();
    },
    { expects: 'refused' },
  ),
  script('a cell larger than any buffer', async (client) => {
    client.send(
      query("SELECT id, ssn, repeat('x', 400000) FROM u WHERE id = 1"),
      query("SELECT ssn || repeat('y', 400000) FROM u WHERE id = 1"),
    );
    assert.equal(typesOf(await client.untilReady(2)), 'TDCZTDCZ');
  }),
  script('a row of very many columns', async (client) => {
    client.send(query(`SELECT ${Array.from({ length: 1600 }, (_, n) => `ssn AS c${n}`).join(', ')} FROM u`));
    assert.equal(typesOf(await client.untilReady()), 'TDDDCZ');
  }),
];
