import { createMetrics } from '../admin/metrics.ts';
import { loadConfigText } from '../config/load-config.ts';
import { formatProblem } from '../config/problem.ts';
import { type DemoApi, startDemoApi } from '../demo/demo-api.ts';
import { DEMO_QUERIES, demoConfig } from '../demo/demo-data.ts';
import { DEMO_PACKAGES, type DemoDatabase, startDemoDatabase } from '../demo/demo-database.ts';
import { queryRows } from '../demo/query-rows.ts';
import { renderSideBySide } from '../demo/side-by-side.ts';
import { createLog } from '../log.ts';
import type { Sidecar } from '../sidecar-types.ts';
import { type CommandDependencies, type CommandIo, takeStopSignals } from './command-io.ts';
import { EXIT } from './exit-codes.ts';
import { startFailed } from './start-failed.ts';

/** What `wiremask demo` was asked for. */
export interface DemoOptions {
  /** Print and exit. */
  readonly isOnce: boolean;
  /** Port of the masked side; 0 = a free one. */
  readonly port: number;
}

/** Shows the same queries without and with masking, then stays until a signal. */
export async function demoCommand(
  options: DemoOptions,
  io: CommandIo,
  dependencies: CommandDependencies,
): Promise<number> {
  const signals = takeStopSignals(io);
  const shown = show(options, io, dependencies, signals.first);
  const interrupted = signals.second.then(() => EXIT.interrupted);
  try {
    return await Promise.race([shown, interrupted]);
  } finally {
    signals.release();
  }
}

async function show(
  options: DemoOptions,
  io: CommandIo,
  dependencies: CommandDependencies,
  stopped: Promise<unknown>,
): Promise<number> {
  io.stdout('Starting a small PostgreSQL with made-up data ...\n\n');
  const database = await startDemoDatabase();
  if (database === undefined) {
    io.stderr(`wiremask: the demo needs a small database: npm install ${DEMO_PACKAGES.join(' ')}\n`);
    return EXIT.failed;
  }
  const api = await startDemoApi();
  try {
    return await showWith({ database, api }, options, io, dependencies, stopped);
  } finally {
    await api.close();
    await database.close();
  }
}

async function showWith(
  { database, api }: { readonly database: DemoDatabase; readonly api: DemoApi },
  options: DemoOptions,
  io: CommandIo,
  dependencies: CommandDependencies,
  stopped: Promise<unknown>,
): Promise<number> {
  const text = demoConfig(options.port, database.port, api.port);
  const { compileMasking } = dependencies;
  const loaded = await loadConfigText(text, 'demo.yaml', { env: {}, compileMasking });
  if (!loaded.ok) {
    io.stderr(loaded.problems.map(formatProblem).join('\n') + '\n');
    return EXIT.invalidConfig;
  }
  const log = createLog({ ...loaded.config.log, write: io.stderr });
  const metrics = createMetrics({ collectsProcess: false });
  let sidecar: Sidecar;
  try {
    sidecar = await dependencies.startSidecar({ config: loaded.config, log, metrics });
  } catch (error) {
    return startFailed('start-failed', error, log);
  }
  try {
    const [port = 0, apiPort] = sidecar.listeners.map(({ address }) => Number(address.split(':').at(-1)));
    await printComparison(database.port, port, text, io);
    if (apiPort !== undefined) await printAnswer(apiPort, io);
    if (options.isOnce) return EXIT.ok;
    printInvitation({ direct: database.port, masked: port }, { direct: api.port, masked: apiPort }, io);
    await stopped;
    return EXIT.ok;
  } finally {
    await sidecar.close();
  }
}

async function printComparison(direct: number, masked: number, config: string, io: CommandIo): Promise<void> {
  const before = await queryRows(direct, DEMO_QUERIES);
  const after = await queryRows(masked, DEMO_QUERIES);
  const rules = config.slice(config.indexOf('masking:'), config.indexOf('log:'));
  io.stdout(`${rules}\n`);
  for (const [index, query] of DEMO_QUERIES.entries()) {
    const [left, right] = [before[index], after[index]];
    if (left === undefined || right === undefined) continue;
    const titles = ['BEFORE (directly)', 'AFTER (through wiremask)'] as const;
    io.stdout(`${query}\n\n${renderSideBySide(titles, left, right, io.columns ?? 110)}\n`);
  }
}

/** The same rules over HTTP. */
async function printAnswer(port: number, io: CommandIo): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/customers/1`, { headers: { connection: 'close' } });
  io.stdout(`GET /customers/1, a JSON API through wiremask\n\n${await response.text()}\n`);
}

interface DemoPorts {
  readonly direct: number;
  readonly masked: number | undefined;
}

function printInvitation({ direct, masked }: DemoPorts, api: DemoPorts, io: CommandIo): void {
  const curl = (port: number): string => `curl http://127.0.0.1:${port}/customers`;
  const psql = (port: number | undefined): string =>
    `psql "host=127.0.0.1 port=${port} user=postgres dbname=postgres sslmode=disable"`;
  io.stdout(`Try your own (tables customers, cards, api_keys; view customer_cards):

  masked    ${psql(masked)}
            postgresql://postgres@127.0.0.1:${masked}/postgres?sslmode=disable
  unmasked  ${psql(direct)}
${api.masked === undefined ? '' : `\n  masked    ${curl(api.masked)}\n  unmasked  ${curl(api.direct)}\n`}
Ctrl-C ends the demo.
`);
}
