import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { startTestSidecar, type TestSidecar } from '../support/sidecar.ts';

const CONNECTIONS = 200;
const SOAK_SECONDS = Number(process.env['WIREMASK_SOAK_SECONDS'] ?? 5);
const MIB = 1024 * 1024;
/** What may still be held when all is closed and garbage is collected: caches, not connections. */
const HELD_GROWTH_MAX = 10 * MIB;
/** Of a hundred rounds of a connection. */
const KILLED_BY_CLIENT = 3;
const KILLED_BY_SERVER = 3;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/**
 * Bytes that are still referred to. Resident memory says less: what 200 clients of this process dropped
 * leaves it whenever the runtime gets round to it.
 */
async function heldBytes(): Promise<number> {
  // Buffers are given back after a collection, by handles that close in a later turn.
  for (let round = 0; round < 3; round++) {
    collectGarbage();
    await sleep(50);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

interface Counts {
  rounds: number;
  clientKills: number;
  backendKills: number;
  lost: number;
}

/** Reproducible choices, so that a failing run can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap' || name === 'TLSWrap').length;

describe(`${CONNECTIONS} connections for ${SOAK_SECONDS} seconds`, () => {
  let server: PostgresServer;
  let sidecar: TestSidecar;
  let owner: pg.Client;

  beforeAll(async () => {
    server = await startPostgres({ settings: { max_connections: String(CONNECTIONS * 3) } });
    owner = new pg.Client({ connectionString: server.connectionString() });
    await owner.connect();
    await owner.query(`CREATE TABLE marks (id int PRIMARY KEY, mark text, secret text)`);
    await owner.query(
      `INSERT INTO marks SELECT n, 'mark-' || n || '-' || md5(n::text), 'CNRY-' || md5('secret' || n)
       FROM generate_series(0, ${CONNECTIONS - 1}) n`,
    );
    sidecar = await startTestSidecar({
      upstreamPort: server.port,
      masking: {
        columns: [{ column: 'public.marks.secret', mask: 'redact' }],
        detect: { mask: 'redact', packs: [] },
      },
      limits: { connectionsMax: CONNECTIONS * 2 },
    });
  });

  afterAll(async () => {
    await owner?.end();
    await sidecar?.close();
    await server?.stop();
  });

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: sidecar.port,
      user: 'postgres',
      database: 'postgres',
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };

  const cutOff = (client: pg.Client): void => {
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  };

  /** One of four shapes of traffic; each answer must belong to the connection that asked. */
  const round = async (client: pg.Client, id: number, mark: string, shape: number): Promise<void> => {
    const own = `own-${id}-${shape}`;
    if (shape < 0.25) {
      const { rows } = await client.query('SELECT id, mark, secret FROM marks WHERE id = $1', [id]);
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({ id, mark });
      expect(rows[0].secret).not.toContain('CNRY');
    } else if (shape < 0.5) {
      const { rows } = await client.query({ name: 'own', text: 'SELECT $1::text AS own', values: [own] });
      expect(rows).toEqual([{ own }]);
    } else if (shape < 0.75) {
      const many = (await client.query(`SELECT '${own}-1' AS own; SELECT '${own}-2' AS own`)) as unknown;
      expect((many as readonly pg.QueryResult[]).map(({ rows }) => rows[0].own)).toEqual([
        `${own}-1`,
        `${own}-2`,
      ]);
    } else {
      const { rows } = await client.query(
        `SELECT '${own}' AS own, repeat('x', 50000) AS filler FROM generate_series(1, 3)`,
      );
      expect(rows.map((row) => [row.own, row.filler.length])).toEqual(Array(3).fill([own, 50_000]));
    }
  };

  const isLoss = (error: unknown): boolean =>
    (error as { code?: string }).code === '57P01' ||
    /Connection terminated|ECONNRESET|not queryable|EPIPE/.test(error instanceof Error ? error.message : '');

  const worker = async (id: number, mark: string, until: number, counts: Counts): Promise<void> => {
    const next = random(id + 1);
    let client = await connect();
    while (Date.now() < until) {
      const choice = next() * 100;
      try {
        if (choice < KILLED_BY_CLIENT) {
          const pending = client
            .query('SELECT pg_sleep(0.2), * FROM marks LIMIT 1')
            .catch((error: unknown) => error);
          cutOff(client);
          counts.clientKills++;
          expect(await pending).toBeInstanceOf(Error);
          client = await connect();
        } else if (choice < KILLED_BY_CLIENT + KILLED_BY_SERVER) {
          const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
          counts.backendKills++;
          await owner.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
        }
        await round(client, id, mark, next());
        counts.rounds++;
      } catch (error) {
        // A backend that was killed takes its statement with it; anything else is a failure.
        if (!isLoss(error)) throw error;
        counts.lost++;
        client = await connect();
      }
    }
    await client.end();
  };

  it(
    'keeps them apart, survives kills on either side, and leaves nothing behind',
    async () => {
      const marks: readonly { mark: string }[] = (await owner.query('SELECT mark FROM marks ORDER BY id'))
        .rows;
      // Warm-up: code, caches and buffers are there before anything is measured.
      await Promise.all(
        marks.slice(0, 20).map(({ mark }, id) => worker(id, mark, Date.now() + 500, newCounts())),
      );
      const before = { sockets: openSockets(), held: await heldBytes() };

      const counts = newCounts();
      const until = Date.now() + SOAK_SECONDS * 1000;
      await Promise.all(marks.map(({ mark }, id) => worker(id, mark, until, counts)));

      expect(counts.rounds).toBeGreaterThan(CONNECTIONS);
      expect(counts.clientKills).toBeGreaterThan(0);
      expect(counts.backendKills).toBeGreaterThan(0);
      expect(counts.lost).toBeLessThanOrEqual(counts.backendKills);

      await expect.poll(openSockets, { timeout: 5_000 }).toBeLessThanOrEqual(before.sockets);
      const others = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`;
      await expect.poll(async () => (await owner.query(others)).rows[0].n, { timeout: 5_000 }).toBe(0);
      await expect
        .poll(async () => (await heldBytes()) - before.held, { timeout: 5_000 })
        .toBeLessThan(HELD_GROWTH_MAX);

      const last = await connect();
      await round(last, 7, marks[7]!.mark, 0);
      await last.end();
    },
    (SOAK_SECONDS + 60) * 1000,
  );
});

function newCounts(): Counts {
  return { rounds: 0, clientKills: 0, backendKills: 0, lost: 0 };
}
