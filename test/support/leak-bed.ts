import { AssertionError } from 'node:assert';
import pg from 'pg';
import { type Canary, type CanaryHit, findCanary } from './canary.ts';
import {
  CLEAN_SQL,
  canaries,
  DATA_SQL,
  type DriverName,
  type LeakCase,
  type ProtocolCase,
  SCHEMA_SQL,
} from './leak-case.ts';
import { type RunOutcome, runStatements } from './leak-drivers.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { type BackendMessage, backendMessages, dataRowCells, errorFields, RawClient } from './raw-client.ts';
import type { Tap } from './tap.ts';

/** What one run of a case came to. */
export interface LeakRun {
  readonly outcome: RunOutcome;
  /** A value in what the client was sent. */
  readonly hit: CanaryHit | undefined;
  /** `true` when the server answered at least one ErrorResponse. */
  readonly hasErrorResponse: boolean;
}

/** A server whose test database is put back in order before every run. */
export interface LeakBed {
  readonly server: PostgresServer;
  /** Runs a case through a tap. @throws When it takes longer than ten seconds. */
  run(leakCase: LeakCase, driver: DriverName | undefined, tap: Tap): Promise<LeakRun>;
  close(): Promise<void>;
}

const DATABASE = 'leak';
const TEMPLATE = 'leak_template';
const RUN_TIMEOUT_MS = 10_000;

/** Values to look for in a case: the planted ones and those computed from them. */
export function canariesOf({ derived = [] }: LeakCase): readonly Canary[] {
  return [...canaries, ...derived.map((text) => ({ name: 'a derived value', text, middle: text }))];
}

/** Starts a server with the tables and rows of `leak-case.ts`. */
export async function createLeakBed(binaries: PostgresBinaries): Promise<LeakBed> {
  const server = await startPostgres({ binaries, settings: { max_prepared_transactions: '2' } });
  const root = await connect(server, 'postgres');
  await root.query(`CREATE DATABASE ${TEMPLATE}`);
  const template = await connect(server, TEMPLATE);
  await template.query(SCHEMA_SQL + DATA_SQL);
  await template.end();
  await root.query(`CREATE DATABASE ${DATABASE} TEMPLATE ${TEMPLATE}`);
  const shared = await connect(server, DATABASE);
  let count = 0;

  const prepare = async (leakCase: LeakCase): Promise<Prepared> => {
    if (leakCase.ownDatabase !== true) {
      await shared.query(CLEAN_SQL);
      await shared.query(DATA_SQL);
      return { database: DATABASE, owner: shared, end: async () => undefined };
    }
    const database = `leak_own_${++count}`;
    await root.query(`CREATE DATABASE ${database} TEMPLATE ${TEMPLATE}`);
    const owner = await connect(server, database);
    const end = async (): Promise<void> => {
      await owner.end();
      await root.query(`DROP DATABASE ${database} WITH (FORCE)`);
    };
    return { database, owner, end };
  };

  const run: LeakBed['run'] = async (leakCase, driver, tap) => {
    const { database, owner, end } = await prepare(leakCase);
    const fill = (text: string): string =>
      text.replaceAll('{port}', String(server.port)).replaceAll('{database}', database);
    for (const statement of leakCase.setup ?? []) await owner.query(fill(statement));
    const asOwner = async (text: string): Promise<void> => void (await owner.query(text));
    tap.reset();
    try {
      const outcome = await withinTime(
        leakCase.kind === 'protocol'
          ? runProtocol(leakCase, { port: tap.port, database, owner: asOwner })
          : runStatements(driver ?? 'pg text', {
              port: tap.port,
              database,
              statements: leakCase.statements.map(fill),
              owner: asOwner,
            }),
      );
      return leakRunOf(tap, canariesOf(leakCase), outcome);
    } finally {
      tap.disconnectAll();
      await tap.untilQuiet();
      await end();
    }
  };

  return {
    server,
    run,
    close: async () => {
      await shared.end();
      await root.end();
      await server.stop();
    },
  };
}

interface Prepared {
  readonly database: string;
  readonly owner: pg.Client;
  readonly end: () => Promise<void>;
}

async function connect(server: PostgresServer, database: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.connectionString(database) });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`hangs: no end after ${RUN_TIMEOUT_MS} ms`)), RUN_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function runProtocol(
  leakCase: ProtocolCase,
  context: Parameters<ProtocolCase['run']>[1],
): Promise<undefined> {
  const client = await RawClient.connect(context.port);
  if (leakCase.isLoggedIn !== false) {
    await client.startup({ parameters: { database: context.database, ...leakCase.login?.parameters } });
  }
  try {
    await leakCase.run(client, context);
    await client.end();
  } catch (error) {
    // A conversation that may be refused need not go as written; one that must work has to.
    if (!(error instanceof AssertionError) || leakCase.expects === 'masked') throw error;
  } finally {
    client.socket.destroy();
  }
}

function leakRunOf(tap: Tap, wanted: readonly Canary[], outcome: RunOutcome | undefined): LeakRun {
  const { messages, hit } = inspect(tap, wanted);
  const errors = messages.filter(({ type }) => type === 'E').map(({ body }) => errorFields(body)['C'] ?? '');
  return {
    outcome: outcome ?? { errors, rowCounts: [messages.filter(({ type }) => type === 'D').length] },
    hit,
    hasErrorResponse: errors.length > 0,
  };
}

interface Inspection {
  readonly messages: readonly BackendMessage[];
  readonly hit: CanaryHit | undefined;
}

function inspect(tap: Tap, wanted: readonly Canary[]): Inspection {
  const streams = tap.connections.map(({ toClient }) => toClient);
  const messages = streams.flatMap((stream) => backendMessages(withoutNegotiation(stream)));
  // Cells one after the other: a value that is split over rows or columns comes together here.
  const cells = messages
    .filter(({ type }) => type === 'D')
    .flatMap(({ body }) => dataRowCells(body))
    .filter((cell) => cell !== null);
  const hit = findCanary(Buffer.concat(streams), wanted) ?? findCanary(Buffer.concat(cells), wanted);
  return { messages, hit };
}

/** Answers to SSLRequest and GSSENCRequest are bytes, not messages: N or G, and no length behind it. */
function withoutNegotiation(stream: Buffer): Buffer {
  let at = 0;
  while ((stream[at] === 0x4e || stream[at] === 0x47) && stream[at + 1] !== 0) at++;
  return stream.subarray(at);
}
