import assert from 'node:assert/strict';
import type { ProtocolCase } from '../../support/leak-case.ts';
import { errorFields, message, RawClient } from '../../support/raw-client.ts';
import { ROWS, unlogged } from './e-script.ts';

const PROTOCOL_3_2 = 0x0003_0002;
const PROTOCOL_3_9 = 0x0003_0009;

const readRows = async (client: RawClient, database: string, version?: number): Promise<void> => {
  await client.startup({ parameters: { database }, ...(version === undefined ? {} : { version }) });
  client.send(message.query(ROWS));
  const messages = await client.untilReady();
  assert.equal(messages.map(({ type }) => type).join(''), 'TDDDCZ');
};

/**
 * Asks for encryption, and goes on without: on the same connection after N, on a new one when the server is
 * ready for GSSAPI, as some are.
 */
const declined = async (client: RawClient, request: Buffer, port: number): Promise<RawClient> => {
  client.send(request);
  const answer = (await client.untilBytes(1)).toString();
  if (answer === 'N') return client;
  assert.equal(answer, 'G');
  client.socket.destroy();
  return await RawClient.connect(port);
};

const backendKey = (client: RawClient): { readonly processId: number; readonly key: Buffer } => {
  const body = client.messages.find(({ type }) => type === 'K')?.body;
  assert.ok(body !== undefined, 'no BackendKeyData');
  return { processId: body.readInt32BE(0), key: body.subarray(4) };
};

/** Tricks before and around the log-in. */
export const startupCases: readonly ProtocolCase[] = [
  unlogged('SSLRequest, then plaintext', async (client, { database, port }) => {
    await readRows(await declined(client, message.sslRequest(), port), database);
  }),
  unlogged('GSSENCRequest, then plaintext', async (client, { database, port }) => {
    await readRows(await declined(client, message.gssEncRequest(), port), database);
  }),
  unlogged('GSSENCRequest, then SSLRequest, then plaintext', async (client, { database, port }) => {
    const next = await declined(client, message.gssEncRequest(), port);
    await readRows(await declined(next, message.sslRequest(), port), database);
  }),
  unlogged(
    'SSLRequest twice',
    async (client, { database, port }) => {
      await declined(client, message.sslRequest(), port);
      client.send(message.sslRequest());
      await Promise.race([client.untilBytes(1), client.untilClosed()]);
      client.socket.destroy();
      await readRows(await RawClient.connect(port), database);
    },
    { expects: 'either' },
  ),
  unlogged(
    'GSSENCRequest twice',
    async (client, { database, port }) => {
      const next = await declined(client, message.gssEncRequest(), port);
      next.send(message.gssEncRequest());
      await Promise.race([next.untilBytes(1), next.untilClosed()]);
      next.socket.destroy();
      await readRows(await RawClient.connect(port), database);
    },
    { expects: 'either' },
  ),
  unlogged(
    'SSLRequest with the start-up message behind it',
    async (client, { database, port }) => {
      client.send(message.sslRequest(), message.startup({ user: 'postgres', database }));
      await client.untilBytes(1);
      client.socket.destroy();
      await readRows(await RawClient.connect(port), database);
    },
    { expects: 'either' },
  ),
  unlogged(
    'SSLRequest after the log-in',
    async (client, { database, port }) => {
      await readRows(client, database);
      client.send(message.sslRequest(), message.query(ROWS));
      await client.untilClosed();
      await readRows(await RawClient.connect(port), database);
    },
    { expects: 'either' },
  ),
  unlogged('the start-up message one byte at a time', async (client, { database, port }) => {
    await declined(client, message.sslRequest(), port);
    const bytes = message.startup({ user: 'postgres', database });
    await client.sendBytewise(bytes.subarray(0, bytes.length - 1));
    client.expectMessages();
    client.send(bytes.subarray(bytes.length - 1));
    await client.untilReady();
    client.send(message.query(ROWS));
    await client.untilReady();
  }),
  unlogged('the first query behind the start-up message', async (client, { database }) => {
    client.expectMessages();
    client.send(message.startup({ user: 'postgres', database }), message.query(ROWS), message.query(ROWS));
    const messages = await client.untilReady(3);
    assert.match(messages.map(({ type }) => type).join(''), /^R.*KZTDDDCZTDDDCZ$/);
  }),
  unlogged('protocol 3.2', async (client, { database }) => await readRows(client, database, PROTOCOL_3_2)),
  unlogged(
    'a protocol version of the future',
    async (client, { database }) => await readRows(client, database, PROTOCOL_3_9),
  ),
  unlogged('an unknown protocol option', async (client, { database }) => {
    await client.startup({ parameters: { database, '_pq_.wiremask': 'on' } });
    client.send(message.query(ROWS));
    await client.untilReady();
  }),
  unlogged('options in the start-up message', async (client, { database }) => {
    await client.startup({
      parameters: { database, options: '-c search_path=pg_temp,public -c bytea_output=escape' },
    });
    client.send(message.query('SELECT ssn AS x FROM u'), message.query('SELECT ssn::bytea FROM u'));
    await client.untilReady(2);
  }),
  unlogged('settings in the start-up message', async (client, { database }) => {
    const settings = { DateStyle: 'German', IntervalStyle: 'sql_standard', extra_float_digits: '3' };
    await client.startup({ parameters: { database, ...settings } });
    client.send(message.query('SELECT ssn, sal, sal::float8 FROM u'));
    await client.untilReady();
  }),
  unlogged('a cancelled statement', async (client, { database, port }) => {
    await readRows(client, database);
    const { processId, key } = backendKey(client);
    client.send(message.query('SELECT ssn, pg_sleep(8) FROM u'));
    const canceller = await RawClient.connect(port);
    // The statement must have begun, or the request finds nothing to cancel.
    await new Promise((resolve) => setTimeout(resolve, 300));
    canceller.send(message.cancelRequest(processId, key));
    await canceller.untilClosed();
    const messages = await client.untilReady();
    const error = messages.find(({ type }) => type === 'E');
    assert.equal(error === undefined ? undefined : errorFields(error.body)['C'], '57014');
  }),
  unlogged(
    'a cancelled statement by protocol 3.2',
    async (client, { database, port }) => {
      await readRows(client, database, PROTOCOL_3_2);
      const { processId, key } = backendKey(client);
      assert.ok(key.length > 4, 'a long key');
      client.send(message.query('SELECT ssn, pg_sleep(8) FROM u'));
      const canceller = await RawClient.connect(port);
      await new Promise((resolve) => setTimeout(resolve, 300));
      canceller.send(message.cancelRequest(processId, key));
      await canceller.untilClosed();
      const messages = await client.untilReady();
      assert.ok(messages.some(({ type }) => type === 'E'));
    },
    { since: 18 },
  ),
  unlogged(
    'a replication connection for the whole database',
    async (client, { database }) => {
      await client.startup({ parameters: { database, replication: 'database' } });
      if (client.isClosed) return;
      client.send(message.query('IDENTIFY_SYSTEM'), message.query(ROWS));
      await client.untilReady(2);
    },
    { expects: 'refused' },
  ),
  unlogged(
    'a physical replication connection',
    async (client) => {
      await client.startup({ parameters: { replication: 'true' } });
      if (client.isClosed) return;
      client.send(message.query("BASE_BACKUP (CHECKPOINT 'fast')"));
      await client.untilReady(1, 30_000);
    },
    { expects: 'refused' },
  ),
  unlogged(
    'a frontend message of an unknown type',
    async (client, { database, port }) => {
      await readRows(client, database);
      client.send(Buffer.from('y\0\0\0\x04'), message.query(ROWS));
      await client.untilReady();
      await readRows(await RawClient.connect(port), database);
    },
    { expects: 'either' },
  ),
  unlogged(
    'a length that is too small',
    async (client, { database }) => {
      await readRows(client, database);
      client.send(Buffer.from('Q\0\0\0\x03'));
      await client.untilClosed();
    },
    { expects: 'either' },
  ),
  unlogged(
    'a length that overflows',
    async (client, { database }) => {
      await readRows(client, database);
      client.send(Buffer.from('Q\xff\xff\xff\xff', 'latin1'), message.query(ROWS));
      await client.untilClosed();
    },
    { expects: 'either' },
  ),
  unlogged(
    'a start-up length that is too large',
    async (client, { database, port }) => {
      client.send(Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 3, 0, 0]), Buffer.alloc(64, 0x41));
      await client.untilClosed();
      await readRows(await RawClient.connect(port), database);
    },
    { expects: 'either' },
  ),
];
