import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findPostgres } from '../support/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { afterLogin, fingerprint } from '../support/postgres-streams.ts';
import { runPgbench, runPsql } from '../support/psql.ts';
import { message, RawClient } from '../support/raw-client.ts';
import { startTestSidecar, type TestSidecar } from '../support/sidecar.ts';
import { startTap, type Tap } from '../support/tap.ts';

const MIB = 1024 * 1024;
const QUIET_TIMEOUT_MS = 5_000;

const PSQL_SCRIPT = `
CREATE TABLE items (id int PRIMARY KEY, name text, price numeric);
COPY items FROM STDIN;
1\tfirst\t1.50
2\tsecond, "quoted"\t\\N
3\tthird \\\\ \\t tab\t3
\\.
COPY items TO STDOUT;
COPY items TO STDOUT (FORMAT csv, HEADER);
COPY (SELECT name FROM items) TO STDOUT (FORMAT text, DELIMITER '|');
SELECT * FROM items ORDER BY id;
SELECT 1/0;
SELECT * FROM nowhere;
INSERT INTO items VALUES (1, 'again', 0);
DO $$ BEGIN RAISE NOTICE 'a notice with %', 'an argument'; RAISE WARNING 'a warning'; END $$;
DROP TABLE IF EXISTS nothing_here;
LISTEN news;
NOTIFY news, 'a payload';
SELECT 'after the notification';
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT * FROM generate_series(1, 100) n;
FETCH 10 FROM c;
FETCH LAST FROM c;
FETCH BACKWARD 3 FROM c;
CLOSE c;
SAVEPOINT s;
SELECT broken;
ROLLBACK TO s;
COMMIT;
PREPARE p(int) AS SELECT $1 * 2;
EXECUTE p(21);
SELECT lo_from_bytea(9999, decode(repeat('00ff10', 2000), 'hex'));
SELECT lo_get(9999);
SELECT lo_unlink(9999);
SET client_min_messages = debug1;
SET application_name = 'another name';
SET DateStyle = 'German';
SELECT now()::date, 'x'::bytea, ARRAY[1,2,NULL], '{"a": 1.0}'::jsonb, row(1, NULL);
SELECT; SELECT 1 AS a; SELECT 2 AS b, 3 AS c;
\\gdesc
SELECT n, repeat('row ', n) FROM generate_series(1, 500) n;
\\set FETCH_COUNT 10
SELECT n FROM generate_series(1, 55) n;
\\d items
`;

describe.each(findPostgres())('an empty policy changes no byte, PostgreSQL $version', (binaries) => {
  let server: PostgresServer;
  let sidecar: TestSidecar;
  let inner: Tap;
  let outer: Tap;

  const config = (): pg.ClientConfig => ({
    host: '127.0.0.1',
    port: outer.port,
    user: 'postgres',
    database: 'postgres',
  });
  const postgresJs = (): postgres.Sql =>
    postgres({
      host: '127.0.0.1',
      port: outer.port,
      user: 'postgres',
      database: 'postgres',
      max: 2,
      onnotice: () => undefined,
    });

  beforeAll(async () => {
    server = await startPostgres({ binaries });
    inner = await startTap({ port: server.port });
    sidecar = await startTestSidecar({
      upstreamPort: inner.port,
      masking: { columns: [], detect: { mask: 'redact', packs: [] } },
      limits: { messageSizeMax: 256 * MIB, valueSizeMax: 256 * MIB },
    });
    outer = await startTap({ port: sidecar.port });
  });

  afterAll(async () => {
    await outer?.close();
    await sidecar?.close();
    await inner?.close();
    await server?.stop();
  });

  const prints = (tap: Tap): readonly string[] =>
    tap.connections
      .map(afterLogin)
      .filter((streams) => streams !== undefined)
      .map(fingerprint)
      .sort();

  beforeEach(() => {
    inner.reset();
    outer.reset();
  });

  // The check of every test: what left the clients is what reached the server, and back.
  afterEach(async () => {
    await outer.untilQuiet(QUIET_TIMEOUT_MS);
    const ours = prints(outer);
    expect(ours, 'there were connections to compare').not.toEqual([]);
    // The sidecar may have connections of its own to the server; those of the clients must be among them.
    await expect
      .poll(() => ours.filter((print) => !prints(inner).includes(print)), { timeout: 2_000 })
      .toEqual([]);
  });

  it('a psql session with copies, errors, notices, notifications, cursors and large objects', async () => {
    const { stdout, stderr } = await runPsql({ port: outer.port, input: PSQL_SCRIPT });
    for (const text of [
      'second, "quoted"',
      'Asynchronous notification "news"',
      'after the notification',
      '{1,2,NULL}',
    ]) {
      expect(stdout).toContain(text);
    }
    for (const text of ['22012', '42P01', '23505', 'a notice with an argument', 'a warning'])
      expect(stderr).toContain(text);
  });

  it('a cell of 100 MB', async () => {
    const client = new pg.Client(config());
    await client.connect();
    const { rows } = await client.query(
      "SELECT 'before' AS a, repeat('0123456789', 10000000) AS b, 'after' AS c",
    );
    expect(rows[0].b).toHaveLength(100_000_000);
    expect(rows[0].c).toBe('after');
    await client.end();
  });

  it('a parameter of 20 MB', async () => {
    const client = new pg.Client(config());
    await client.connect();
    const { rows } = await client.query('SELECT length($1::text) AS n', ['x'.repeat(20_000_000)]);
    expect(rows).toEqual([{ n: 20_000_000 }]);
    await client.end();
  });

  it('pg: text, binary, named statements, errors and notices', async () => {
    const client = new pg.Client(config());
    await client.connect();
    for (let round = 0; round < 3; round++) {
      await client.query({
        name: 'named',
        text: 'SELECT $1::int AS a, $2::text AS b',
        values: [round, null],
      });
      await client.query({
        text: 'SELECT 1::int8, 2.5::float8, now(), $1::text',
        values: ['x'],
        binary: true,
      } as pg.QueryConfig);
      await expect(client.query('SELECT $1::int', ['not a number'])).rejects.toMatchObject({ code: '22P02' });
      await client.query('SELECT 1; SELECT 2; SELECT 3');
      await client.query('DROP TABLE IF EXISTS nothing_here');
    }
    await client.query('BEGIN');
    await client.query('ROLLBACK');
    await client.end();
  });

  it('postgres.js: pipelines, cursors, copies, listeners and a transaction', async () => {
    const sql = postgresJs();
    await Promise.all(Array.from({ length: 50 }, (_, n) => sql`SELECT ${n}::int AS n, ${'text'} AS t`));
    for await (const rows of sql`SELECT * FROM generate_series(1, 100) n`.cursor(7))
      expect(rows.length).toBeGreaterThan(0);
    await sql`CREATE TABLE IF NOT EXISTS copied (a int, b text)`;
    await pipeline(Readable.from(['1\tone\n2\t', 'two\n']), await sql`COPY copied FROM STDIN`.writable());
    const chunks: unknown[] = [];
    for await (const chunk of await sql`COPY copied TO STDOUT`.readable()) chunks.push(chunk);
    expect(Buffer.concat(chunks as Buffer[]).toString()).toBe('1\tone\n2\ttwo\n');
    const heard = new Promise(
      (resolve) => void sql.listen('news', resolve, () => void sql.notify('news', 'hello')),
    );
    expect(await heard).toBe('hello');
    await sql.begin(async (tx) => {
      await tx`INSERT INTO copied VALUES (3, 'three')`;
    });
    await expect(sql`SELECT 1/0`).rejects.toMatchObject({ code: '22012' });
    await sql.end();
  });

  it('messages in fragments of one byte and in one piece', async () => {
    const client = await RawClient.login(outer.port);
    const { query, parse, bind, describe: describeMessage, execute, sync, flush } = message;
    const conversation = Buffer.concat([
      query("SELECT n, 'text' FROM generate_series(1, 20) n"),
      parse('s', 'SELECT $1::text, now()'),
      describeMessage('S', 's'),
      bind({ statement: 's', values: ['x'], resultFormats: [0, 1] }),
      flush(),
      execute('', 1),
      sync(),
      query(''),
      query('SELECT 1/0; SELECT 2'),
    ]);
    await client.sendBytewise(conversation);
    await client.untilReady(4);
    client.send(conversation.subarray(0, 0), query('DEALLOCATE s'), conversation);
    await client.untilReady(5);
    await client.end();
  });

  it('a cancelled statement', async () => {
    const client = await RawClient.login(outer.port);
    const key = client.messages.find(({ type }) => type === 'K')!.body;
    client.send(message.query('SELECT pg_sleep(20)'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const canceller = await RawClient.connect(outer.port);
    canceller.send(message.cancelRequest(key.readInt32BE(0), key.subarray(4)));
    await canceller.untilClosed();
    const messages = await client.untilReady();
    expect(messages.map(({ type }) => type)).toContain('E');
    await client.end();
  });

  describe('pgbench', () => {
    const bench = async (...args: readonly string[]): Promise<void> => {
      const { code, stderr } = await runPgbench({ port: outer.port, args });
      expect(`${code} ${code === 0 ? '' : stderr}`).toBe('0 ');
    };

    it('initializes', async () => {
      await bench('-i', '-s', '1', '-q');
    });

    it.each(['simple', 'extended', 'prepared'])('runs with the %s protocol', async (mode) => {
      await bench('-n', '-M', mode, '-c', '4', '-t', '100');
    });

    it('runs a pipeline', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'wiremask-pgbench-'));
      try {
        const file = join(folder, 'pipeline.sql');
        const line = 'SELECT abalance FROM pgbench_accounts WHERE aid = :aid;\n';
        writeFileSync(file, `\\set aid random(1, 1000)\n\\startpipeline\n${line.repeat(10)}\\endpipeline\n`);
        await bench('-n', '-M', 'extended', '-c', '2', '-t', '50', '-f', file);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });
});
