import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DATA_SQL, LEAK_MASKING, SCHEMA_SQL } from '../support/leak-case.ts';
import { findPostgres } from '../support/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { runPsql } from '../support/psql.ts';
import { startTestSidecar, type TestSidecar } from '../support/sidecar.ts';
import { catalogStatements, ordinaryStatements } from './ordinary-statements.ts';

describe.each(findPostgres())('through a masking sidecar, PostgreSQL $version', (binaries) => {
  let server: PostgresServer;
  let sidecar: TestSidecar;
  let owner: pg.Client;

  const connect = async (port: number): Promise<pg.Client> => {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
    await client.connect();
    return client;
  };

  /** Does the same with and without the sidecar, from the same start, and expects the same result. */
  const same = async (act: (port: number) => Promise<unknown>): Promise<unknown> => {
    await owner.query(DATA_SQL);
    const direct = await act(server.port);
    await owner.query(DATA_SQL);
    const through = await act(sidecar.port);
    expect(through).toEqual(direct);
    return through;
  };

  const withClient =
    <T>(act: (client: pg.Client) => Promise<T>) =>
    async (port: number): Promise<T> => {
      const client = await connect(port);
      try {
        return await act(client);
      } finally {
        await client.end();
      }
    };

  /** What a driver tells about an error, apart from where the server's source raised it. */
  const errorOf = async (work: Promise<unknown>): Promise<unknown> => {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(Error);
    const { code, severity, constraint, table, schema, column, message, detail, position } =
      error as pg.DatabaseError;
    return { code, severity, constraint, table, schema, column, message, detail, position };
  };

  beforeAll(async () => {
    server = await startPostgres({ binaries });
    owner = await connect(server.port);
    await owner.query(SCHEMA_SQL + DATA_SQL);
    await owner.query(
      "CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TABLE kinds (m mood, b bytea, t timestamptz)",
    );
    await owner.query("INSERT INTO kinds VALUES ('good', '\\x00ff', '2026-01-02 03:04:05.678+00')");
    sidecar = await startTestSidecar({ upstreamPort: server.port, masking: LEAK_MASKING });
  });

  beforeEach(async () => {
    await owner.query(DATA_SQL);
  });

  afterAll(async () => {
    await owner?.end();
    await sidecar?.close();
    await server?.stop();
  });

  describe('the same result as without it', () => {
    const run = (text: string, isBinary: boolean): Promise<unknown> =>
      same(
        withClient(async (client) => {
          const config = isBinary ? ({ text, values: [], binary: true } as pg.QueryConfig) : { text };
          const { rows, fields, command, rowCount } = await client.query({ ...config, rowMode: 'array' });
          return {
            rows,
            fields: fields.map(({ name, dataTypeID }) => ({ name, dataTypeID })),
            command,
            rowCount,
          };
        }),
      );

    it.each([...ordinaryStatements, ...catalogStatements])('$name', async ({ text, isEmpty }) => {
      const result = (await run(text, false)) as { rows: unknown[] };
      if (isEmpty !== true)
        expect(result.rows, 'the statement is a test only if it has rows').not.toEqual([]);
      await run(text, true);
    });

    it.each([...ordinaryStatements, ...catalogStatements])('$name, by postgres.js', async ({ text }) => {
      await same(async (port) => {
        const sql = postgres({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', max: 1 });
        try {
          return (await sql.unsafe(text, [], { prepare: true }).values()).map((row) => row);
        } finally {
          await sql.end();
        }
      });
    });
  });

  it.each([
    '\\d u',
    '\\d+ orders',
    '\\dt',
    '\\l',
    '\\df',
    '\\du',
    '\\dn',
    '\\di',
    '\\conninfo',
    '\\encoding',
  ])('psql %s prints the same', async (command) => {
    await same(async (port) => {
      const { stdout, stderr, code } = await runPsql({ port, input: `${command}\n` });
      // An older psql may fail on a newer server's catalog: then the error must be the same.
      expect(stdout + stderr).not.toBe('');
      return { stdout: stdout.replaceAll(String(port), 'PORT'), stderr, code };
    });
  });

  it('a masked column is masked and its neighbours are not', async () => {
    const rows = await withClient(async (client) => (await client.query('SELECT * FROM u ORDER BY id')).rows)(
      sidecar.port,
    );
    expect(rows[0]).toMatchObject({ id: 1, email: 'ann@example.test', j: { note: 'first' } });
    expect(rows[0].ssn).not.toContain('CNRY');
    expect(rows[2]).toEqual({ id: 3, ssn: null, email: null, sal: null, j: null, tags: null });
  });

  it('parameters, named statements and their second execution', async () => {
    await same(
      withClient(async (client) => {
        const query = { name: 'by-id', text: 'SELECT id, email FROM u WHERE id = $1 AND email = $2' };
        const first = await client.query({ ...query, values: [1, 'ann@example.test'] });
        const second = await client.query({ ...query, values: [2, 'bob@example.test'] });
        return [first.rows, second.rows];
      }),
    );
  });

  it('a protected column can be compared with a parameter', async () => {
    await same(
      withClient(
        async (client) => (await client.query('SELECT id FROM u WHERE ssn = $1', ['nobody has this'])).rows,
      ),
    );
  });

  it('a protected column can be written', async () => {
    await withClient((client) => client.query('INSERT INTO u (id, ssn) VALUES ($1, $2)', [50, 'new-value']))(
      sidecar.port,
    );
    expect((await owner.query('SELECT ssn FROM u WHERE id = 50')).rows).toEqual([{ ssn: 'new-value' }]);
  });

  it('a protected column can be written by an upsert', async () => {
    const upsert = 'INSERT INTO u (id, ssn) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET ssn = excluded.ssn';
    await withClient((client) => client.query(upsert, ['new']))(sidecar.port);
    expect((await owner.query('SELECT ssn FROM u WHERE id = 1')).rows).toEqual([{ ssn: 'new' }]);
  });

  it('a transaction is rolled back and a savepoint released', async () => {
    await same(
      withClient(async (client) => {
        await client.query('BEGIN');
        await client.query("UPDATE orders SET note = 'changed'");
        await client.query('SAVEPOINT s');
        const error = await errorOf(client.query('SELECT 1/0'));
        await client.query('ROLLBACK TO s');
        const inside = (await client.query('SELECT note FROM orders ORDER BY id')).rows;
        await client.query('ROLLBACK');
        return { error, inside, after: (await client.query('SELECT note FROM orders ORDER BY id')).rows };
      }),
    );
  });

  it.each([
    ['a syntax error', 'SELEC 1'],
    ['an unknown table', 'SELECT * FROM nowhere'],
    ['an unknown column', 'SELECT nothing FROM orders'],
    ['a division by zero', 'SELECT 1/0'],
    ['a unique violation', 'INSERT INTO orders (id) VALUES (1)'],
    ['a not-null violation', 'INSERT INTO orders (id) VALUES (NULL)'],
    ['a statement in an aborted transaction', 'BEGIN; SELECT 1/0; SELECT 1'],
  ])('%s arrives with its code and names', async (_, text) => {
    const seen = async (port: number): Promise<Record<string, unknown>> => {
      const result = await withClient((client) => errorOf(client.query(text)))(port);
      return result as Record<string, unknown>;
    };
    const direct = await seen(server.port);
    const through = await seen(sidecar.port);
    for (const field of ['code', 'severity', 'constraint', 'table', 'schema', 'column', 'position']) {
      expect(through[field], field).toEqual(direct[field]);
    }
  });

  it('a unique violation of a table with protected columns keeps the name of its constraint', async () => {
    const error = await withClient((client) =>
      errorOf(client.query("INSERT INTO u (id, email) VALUES (9, 'ann@example.test')")),
    )(sidecar.port);
    expect(error).toMatchObject({ code: '23505', constraint: 'u_email_key', table: 'u', schema: 'public' });
  });

  it('a cursor read in steps', async () => {
    await same(
      withClient(async (client) => {
        await client.query('BEGIN');
        await client.query('DECLARE c CURSOR FOR SELECT id, note FROM orders ORDER BY id');
        const steps = [];
        for (const count of [2, 2, 2]) steps.push((await client.query(`FETCH ${count} FROM c`)).rows);
        await client.query('COMMIT');
        return steps;
      }),
    );
  });

  it('postgres.js reads by cursor', async () => {
    await same(async (port) => {
      const sql = postgres({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', max: 1 });
      const batches: unknown[] = [];
      for await (const rows of sql`SELECT id, note FROM orders ORDER BY id`.cursor(2))
        batches.push([...rows]);
      await sql.end();
      return batches;
    });
  });

  it.each(['text', 'csv', 'binary'])('COPY of unprotected columns both ways, %s', async (format) => {
    await same(async (port) => {
      const sql = postgres({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', max: 1 });
      const out = await sql.unsafe(`COPY orders TO STDOUT (FORMAT ${format})`).readable();
      const chunks: Buffer[] = [];
      for await (const chunk of out) chunks.push(chunk as Buffer);
      const bytes = Buffer.concat(chunks);
      await sql`DELETE FROM orders`;
      const sink = await sql.unsafe(`COPY orders FROM STDIN (FORMAT ${format})`).writable();
      await pipeline(Readable.from([bytes]), sink);
      const rows = [...(await sql`SELECT * FROM orders ORDER BY id`)];
      await sql.end();
      expect(rows).toHaveLength(5);
      return { bytes: bytes.toString('hex'), rows };
    });
  });

  it('psql \\copy both ways', async () => {
    await same(async (port) => {
      const input =
        '\\copy orders (id, note) TO STDOUT CSV HEADER\n\\copy orders (id, note) FROM STDIN\n77\tseven\n\\.\nSELECT id, note FROM orders ORDER BY id;\n';
      const { stdout, stderr } = await runPsql({ port, input });
      expect(stdout).toContain('seven');
      return { stdout, stderr };
    });
  });

  it('LISTEN and NOTIFY between two clients; the payload has no origin', async () => {
    const hear = async (port: number): Promise<unknown> => {
      const listener = await connect(port);
      const sender = await connect(port);
      const heard = new Promise((resolve) =>
        listener.once('notification', ({ channel, payload }) => resolve({ channel, payload })),
      );
      await listener.query('LISTEN news');
      await sender.query("NOTIFY news, 'hello'");
      const notification = await heard;
      await listener.end();
      await sender.end();
      return notification;
    };
    expect(await hear(server.port)).toEqual({ channel: 'news', payload: 'hello' });
    // Whoever sent it may have put anything in: it is masked like a computed column.
    expect(await hear(sidecar.port)).toEqual({ channel: 'news', payload: '[masked]' });
    const scanning = await startTestSidecar({
      upstreamPort: server.port,
      masking: { ...LEAK_MASKING, unattributed: 'scan' },
    });
    expect(await hear(scanning.port)).toEqual({ channel: 'news', payload: 'hello' });
    await scanning.close();
  });

  it('a large value of an unprotected column', async () => {
    await same(
      withClient(async (client) => {
        const value = 'abcdefghij'.repeat(500_000);
        await client.query('UPDATE orders SET note = $1 WHERE id = 1', [value]);
        const { rows } = await client.query('SELECT note FROM orders WHERE id = 1');
        expect(rows[0].note).toBe(value);
        return rows[0].note.length;
      }),
    );
  });

  it('many rows of unprotected columns', async () => {
    await same(
      withClient(async (client) => {
        await client.query(
          'INSERT INTO orders SELECT n, 1, n, repeat(n::text, 20) FROM generate_series(100, 20099) n',
        );
        return (await client.query('SELECT * FROM orders ORDER BY id')).rows;
      }),
    );
  });

  it('twenty clients at once', async () => {
    await same(async (port) => {
      const clients = await Promise.all(Array.from({ length: 20 }, () => connect(port)));
      const rows = await Promise.all(
        clients.map(
          async (client, n) =>
            (await client.query('SELECT id, note FROM orders WHERE id = $1', [1 + (n % 5)])).rows,
        ),
      );
      await Promise.all(clients.map((client) => client.end()));
      return rows;
    });
  });

  it('a client that vanishes does not disturb the others', async () => {
    const client = await connect(sidecar.port);
    const vanishing = await connect(sidecar.port);
    vanishing.on('error', () => undefined);
    const pending = vanishing.query('SELECT pg_sleep(1)').catch((error: unknown) => error);
    (vanishing as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    expect((await client.query('SELECT id FROM orders WHERE id = 1')).rows).toEqual([{ id: 1 }]);
    await client.end();
    expect(await pending).toBeInstanceOf(Error);
  });
});
