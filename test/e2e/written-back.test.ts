import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DATA_SQL, LEAK_MASKING, SCHEMA_SQL } from '../support/leak-case.ts';
import { findPostgres } from '../support/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { errorFields, message, RawClient } from '../support/raw-client.ts';
import { startTestSidecar, type TestSidecar } from '../support/sidecar.ts';

describe.each(findPostgres())('a masked value written back, PostgreSQL $version', (binaries) => {
  let server: PostgresServer;
  let sidecar: TestSidecar;
  let owner: pg.Client;
  let client: pg.Client;
  let seen: { ssn: string; j: unknown; tags: string[]; email: string };

  const stored = async (): Promise<unknown> => (await owner.query('SELECT * FROM u ORDER BY id')).rows;
  const connect = async (port: number): Promise<pg.Client> => {
    const connection = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
    await connection.connect();
    return connection;
  };

  beforeAll(async () => {
    server = await startPostgres({ binaries });
    owner = await connect(server.port);
    await owner.query(SCHEMA_SQL + DATA_SQL);
    sidecar = await startTestSidecar({ upstreamPort: server.port, masking: LEAK_MASKING });
    client = await connect(sidecar.port);
    seen = (await client.query('SELECT ssn, j, tags, email FROM u WHERE id = 1')).rows[0];
  });

  beforeEach(async () => {
    await owner.query(DATA_SQL);
  });

  afterAll(async () => {
    await client?.end();
    await owner?.end();
    await sidecar?.close();
    await server?.stop();
  });

  const writes: readonly [string, () => Promise<unknown>][] = [
    ['a literal', () => client.query(`UPDATE u SET ssn = '${seen.ssn}' WHERE id = 1`)],
    ['a parameter', () => client.query('UPDATE u SET ssn = $1 WHERE id = 1', [seen.ssn])],
    [
      'a binary parameter',
      () =>
        client.query('UPDATE u SET ssn = convert_from($1, $2) WHERE id = 1', [Buffer.from(seen.ssn), 'UTF8']),
    ],
    ['part of a longer text', () => client.query('UPDATE u SET ssn = $1 WHERE id = 1', [`was ${seen.ssn}.`])],
    ['a dollar-quoted literal', () => client.query(`UPDATE u SET ssn = $x$${seen.ssn}$x$ WHERE id = 1`)],
    ['a document', () => client.query('UPDATE u SET j = $1 WHERE id = 1', [seen.j])],
    ['an array', () => client.query('UPDATE u SET tags = $1 WHERE id = 1', [seen.tags])],
    [
      'INSERT ON CONFLICT',
      () =>
        client.query(
          'INSERT INTO u (id, ssn) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET ssn = excluded.ssn',
          [seen.ssn],
        ),
    ],
    ['a new row', () => client.query('INSERT INTO u (id, ssn) VALUES (77, $1)', [seen.ssn])],
    ['another table', () => client.query('INSERT INTO orders (id, note) VALUES (99, $1)', [seen.ssn])],
  ];

  it.each(writes)('%s is refused and changes nothing', async (_, write) => {
    const before = await stored();
    // A statement may be refused for what it copies before anybody looks at its values.
    const refusal = /WIREMASK_ERR_(MASKED_VALUE_WRITTEN_BACK|STATEMENT_COPIES_PROTECTED)/;
    await expect(write()).rejects.toMatchObject({ detail: expect.stringMatching(refusal) });
    expect(await stored()).toEqual(before);
  });

  it('COPY FROM STDIN is refused and changes nothing', async () => {
    const before = await stored();
    const raw = await RawClient.login(sidecar.port);
    raw.send(message.query('COPY u (id, ssn) FROM STDIN'));
    await raw.untilType('G');
    raw.send(message.copyData(`78\t${seen.ssn}\n`), message.copyDone());
    const error = (await raw.untilReady()).find(({ type }) => type === 'E');
    expect(error, 'an ErrorResponse').toBeDefined();
    expect(JSON.stringify(errorFields(error!.body))).toContain('MASKED_VALUE_WRITTEN_BACK');
    await raw.end();
    expect(await stored()).toEqual(before);
  });

  it('the connection goes on, and other columns can be written', async () => {
    await expect(client.query('UPDATE u SET ssn = $1', [seen.ssn])).rejects.toThrow();
    await client.query('UPDATE u SET email = $1 WHERE id = 1', [`new-${seen.email}`]);
    expect((await owner.query('SELECT email FROM u WHERE id = 1')).rows).toEqual([
      { email: `new-${seen.email}` },
    ]);
  });
});
