import assert from 'node:assert/strict';
import type { ProtocolCase } from '../../support/leak-case.ts';
import { message } from '../../support/raw-client.ts';
import { exchange, exchanging, ROWS, script, typesOf } from './e-script.ts';

const { parse, bind, describe, execute, sync, flush, close, query } = message;

/** Several things on their way at once. */
export const pipelineCases: readonly ProtocolCase[] = [
  exchanging(
    'several statements before one Sync',
    '12DC12DDDC12DCZ',
    parse('', 'SELECT 1'),
    bind({}),
    execute(),
    parse('', ROWS),
    bind({}),
    execute(),
    parse('', 'SELECT count(*) FROM u'),
    bind({}),
    execute(),
    sync(),
  ),
  exchanging(
    'an error in the middle of a pipeline',
    '12DDDC1EZ12DDDCZ',
    parse('', ROWS),
    bind({}),
    execute(),
    parse('', 'SELECT ssn::int FROM u WHERE id = 1'),
    bind({ values: ['x'] }),
    execute(),
    sync(),
    parse('', ROWS),
    bind({}),
    execute(),
    sync(),
  ),
  exchanging(
    'a Parse that the error skipped',
    'EZ1Z12DDDCZ',
    parse('x', 'SELECT nothing FROM nowhere'),
    parse('s', 'SELECT 1, 2, 3'),
    sync(),
    parse('s', ROWS),
    sync(),
    parse('', 'SELECT 1'),
    bind({ statement: 's' }),
    execute(),
    sync(),
  ),
  exchanging(
    'a Close that the error skipped',
    '1ZEZ2DDDCZ',
    parse('s', ROWS),
    sync(),
    parse('x', 'SELECT nothing FROM nowhere'),
    close('S', 's'),
    sync(),
    bind({ statement: 's' }),
    execute(),
    sync(),
  ),
  exchanging(
    'a simple query between messages of the extended protocol',
    '12DDDCTDDDCZ',
    parse('', ROWS),
    bind({}),
    execute(),
    query(ROWS),
  ),
  script('Flush instead of Sync', async (client) => {
    client.send(parse('', ROWS), flush());
    await client.untilType('1');
    client.send(bind({}), execute(), flush());
    assert.equal(typesOf(await client.untilType('C')), '2DDDC');
    await exchange(client, 'Z', sync());
  }),
  script('a hundred pipelined queries', async (client) => {
    client.send(...Array.from({ length: 100 }, (_, n) => query(n % 2 === 0 ? ROWS : 'SELECT 1, 2, 3')));
    const messages = await client.untilReady(100);
    assert.equal(typesOf(messages), 'TDDDCZTDCZ'.repeat(50));
  }),
  exchanging('several statements in one Query', 'TDCTDDDCTDCZ', query(`SELECT 1; ${ROWS}; SELECT 2 AS ssn`)),
  exchanging(
    'several statements in one Query, an error in the middle',
    'TDDDCTEZ',
    query(`${ROWS}; SELECT ssn::int FROM u WHERE id = 1; ${ROWS}`),
  ),
  exchanging(
    'an empty query',
    'IZ12IZTDDDCZ',
    query(''),
    parse('', ''),
    bind({}),
    execute(),
    sync(),
    query(ROWS),
  ),
  exchanging('only comments and semicolons', 'IZTDDDCZ', query(' ;; /* */ -- '), query(`;${ROWS};;`)),
  exchanging('zero columns', 'TDDDCZTDDDCZ', query('SELECT FROM u'), query(ROWS)),
  exchanging('a COPY in mid-Query', 'TDCHdddcCTDDDCZ', query(`SELECT 1; COPY (${ROWS}) TO STDOUT; ${ROWS}`)),
  exchanging(
    'COPY by the extended protocol',
    '12HdddcCZ',
    parse('', `COPY (${ROWS}) TO STDOUT`),
    bind({}),
    execute(),
    sync(),
  ),
  exchanging(
    'COPY by the extended protocol, described',
    '1tn2HdddcCZ',
    parse('s', `COPY (${ROWS}) TO STDOUT (FORMAT csv)`),
    describe('S', 's'),
    bind({ statement: 's' }),
    execute(),
    sync(),
  ),
  script('COPY FROM STDIN with an error that quotes a row', async (client) => {
    client.send(query('COPY orders (id, note) FROM STDIN'));
    await client.untilType('G');
    client.send(message.copyData('not a number\tx\n'), message.copyDone());
    assert.equal(typesOf(await client.untilReady()), 'EZ');
    await exchange(client, 'TDDDCZ', query(ROWS));
  }),
  script('COPY FROM STDIN given up', async (client) => {
    client.send(query('COPY orders (id, note) FROM STDIN'));
    await client.untilType('G');
    client.send(message.copyFail('no'));
    assert.equal(typesOf(await client.untilReady()), 'EZ');
    await exchange(client, 'TDDDCZ', query(ROWS));
  }),
  script('every byte of the conversation in a write of its own', async (client) => {
    await client.sendBytewise(
      Buffer.concat([
        query(ROWS),
        parse('s', ROWS),
        bind({ statement: 's', resultFormats: [1] }),
        execute(),
        sync(),
      ]),
    );
    assert.equal(typesOf(await client.untilReady(2)), 'TDDDCZ12DDDCZ');
  }),
];
