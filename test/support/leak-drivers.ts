import pg from 'pg';
import postgres from 'postgres';
import type { DriverName } from './leak-case.ts';
import { runPsql } from './psql.ts';

/** What a client saw of a run, apart from values. */
export interface RunOutcome {
  /** SQLSTATE of every error, in order; `lost` when the connection ended without one. */
  readonly errors: readonly string[];
  /** Rows of every statement that succeeded; `undefined` for a client that does not tell. */
  readonly rowCounts: readonly number[] | undefined;
}

export interface RunOptions {
  readonly port: number;
  readonly database: string;
  readonly statements: readonly string[];
  /** Runs SQL by the owner and not through wiremask. */
  readonly owner: (sql: string) => Promise<void>;
}

const OWNER_PREFIX = '@owner ';

/** @returns `true` when a statement runs beside the client, which a psql script cannot order. */
export function hasOwnerStatement(statements: readonly string[]): boolean {
  return statements.some((statement) => statement.startsWith(OWNER_PREFIX));
}

/** Runs statements one after the other on one connection; an error does not stop the rest. */
export async function runStatements(driver: DriverName, options: RunOptions): Promise<RunOutcome> {
  switch (driver) {
    case 'pg text':
      return await runPg(options, false);
    case 'pg binary':
      return await runPg(options, true);
    case 'postgres.js':
      return await runPostgresJs(options);
    case 'psql':
      return await runScript(options);
    default:
      return driver satisfies never;
  }
}

const sqlstateOf = (error: unknown): string => {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : 'lost';
};

async function eachStatement(
  { statements, owner }: RunOptions,
  run: (text: string) => Promise<number>,
): Promise<RunOutcome> {
  const errors: string[] = [];
  const rowCounts: number[] = [];
  for (const statement of statements) {
    if (statement.startsWith(OWNER_PREFIX)) {
      await owner(statement.slice(OWNER_PREFIX.length));
      continue;
    }
    try {
      rowCounts.push(await run(statement));
    } catch (error) {
      errors.push(sqlstateOf(error));
    }
  }
  return { errors, rowCounts };
}

async function runPg(options: RunOptions, isBinary: boolean): Promise<RunOutcome> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: options.port,
    database: options.database,
    user: 'postgres',
  });
  // Whatever ends the connection also fails the statement that is running.
  client.on('error', () => undefined);
  await client.connect();
  const outcome = await eachStatement(options, async (text) => {
    const result: unknown = isBinary ? await client.query(binaryQuery(text)) : await client.query(text);
    const results = (Array.isArray(result) ? result : [result]) as readonly pg.QueryResult[];
    return results.reduce((sum, { rows }) => sum + rows.length, 0);
  });
  await client.end();
  return outcome;
}

/** The driver knows `binary`; its type definitions do not. */
function binaryQuery(text: string): pg.QueryConfig {
  return { text, values: [], binary: true } as pg.QueryConfig;
}

async function runPostgresJs(options: RunOptions): Promise<RunOutcome> {
  const sql = postgres({
    host: '127.0.0.1',
    port: options.port,
    database: options.database,
    user: 'postgres',
    max: 1,
    prepare: true,
    connect_timeout: 5,
    onnotice: () => undefined,
  });
  const outcome = await eachStatement(options, async (text) => {
    const result = await sql.unsafe(text, [], { prepare: true });
    return result.length;
  });
  await sql.end({ timeout: 1 });
  return outcome;
}

async function runScript({ port, database, statements }: RunOptions): Promise<RunOutcome> {
  const input = statements.map((text) => (text.startsWith('\\') ? text : `${text};`)).join('\n') + '\n';
  const { stderr } = await runPsql({ port, database, args: ['-A', '-t'], input, timeoutMs: 10_000 });
  const errors = [...stderr.matchAll(/(?:ERROR|FATAL|PANIC): {2}([0-9A-Z]{5}):/g)].map(
    (match) => match[1] ?? '',
  );
  const isLost = /connection to server was lost|terminat|could not connect/.test(stderr);
  return { errors: isLost && errors.length === 0 ? ['lost'] : errors, rowCounts: undefined };
}
