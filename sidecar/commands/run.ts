import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadJsonKernel } from 'wiremask';
import { type AdminServer, startAdminServer } from '../admin/admin-server.ts';
import { createMetrics, type MetricsRegistry } from '../admin/metrics.ts';
import { loadConfig } from '../config/load-config.ts';
import { formatProblem } from '../config/problem.ts';
import { createLog, type Log } from '../log.ts';
import type { Sidecar, SidecarConfig } from '../sidecar-types.ts';
import { type CommandDependencies, type CommandIo, type StopSignals, takeStopSignals } from './command-io.ts';
import { describeListener } from './describe-config.ts';
import { EXIT } from './exit-codes.ts';
import { renderSummary } from './shutdown-summary.ts';
import { startFailed } from './start-failed.ts';

/** What `wiremask run` was asked for. */
export interface RunOptions {
  readonly config: string;
  /** Milliseconds connections get to finish after a signal. Default 10,000. */
  readonly drainTimeoutMs?: number;
}

const DRAIN_TIMEOUT_MS = 10_000;

/** Time beyond the drain in which closing must be done; then the process ends without it. */
const CLOSE_GRACE_MS = 2_000;

/** Runs the sidecar until a signal. Prints a line per listener at the start and at the end. */
export async function runCommand(
  options: RunOptions,
  io: CommandIo,
  dependencies: CommandDependencies,
): Promise<number> {
  // What reads JSON is to be compiled with all optimizations: 1.6 times the speed.
  loadJsonKernel();
  // Any other WebAssembly is PostgreSQL's parser. Compiled once, and not a second time with all
  // optimizations, it takes 45 MB less and 5.5 us instead of 4.3 for a short statement.
  setFlagsFromString('--liftoff-only');
  // A young generation that once grew, by starting, stays wide: 15 MB. Rows make hardly any garbage, so the
  // small one is as fast.
  setFlagsFromString('--semi-space-growth-factor=1');
  const { compileMasking } = dependencies;
  const loaded = await loadConfig(options.config, { env: io.env, compileMasking });
  if (!loaded.ok) {
    io.stderr(loaded.problems.map(formatProblem).join('\n') + '\n');
    return EXIT.invalidConfig;
  }
  const { config } = loaded;
  const log = createLog({ ...config.log, write: io.stderr });
  const metrics = createMetrics();
  // A listener that nobody connects to is counted too.
  for (const { name } of config.listeners) metrics.listener(name);
  const signals = takeStopSignals(io);
  try {
    const started = await start(config, log, metrics, dependencies);
    if (typeof started === 'number') return started;
    announce(config, started, io, dependencies.version);
    const signal = await signals.first;
    log.info('stopping', { signal });
    const code = await stop(started, signals, log, options.drainTimeoutMs ?? DRAIN_TIMEOUT_MS);
    io.stdout(renderSummary(metrics.summary()));
    return code;
  } finally {
    signals.release();
  }
}

interface Started {
  readonly sidecar: Sidecar;
  readonly admin: AdminServer | undefined;
  /** From now on /readyz says no, while connections drain. */
  readonly stopBeingReady: () => void;
}

async function start(
  config: SidecarConfig,
  log: Log,
  metrics: MetricsRegistry,
  dependencies: CommandDependencies,
): Promise<Started | number> {
  let sidecar: Sidecar;
  try {
    sidecar = await dependencies.startSidecar({ config, log, metrics });
    giveBackMemory();
  } catch (error) {
    return startFailed('start-failed', error, log);
  }
  let isStopping = false;
  if (config.admin === undefined) return { sidecar, admin: undefined, stopBeingReady: () => undefined };
  const readiness = () => (isStopping ? [] : readinessOf(config, sidecar, metrics));
  try {
    const admin = await startAdminServer({ address: config.admin.address, metrics, readiness, log });
    const stopBeingReady = (): void => {
      isStopping = true;
    };
    return { sidecar, admin, stopBeingReady };
  } catch (error) {
    await sidecar.close();
    return startFailed('admin-failed', error, log);
  }
}

function readinessOf(
  config: SidecarConfig,
  sidecar: Sidecar,
  metrics: MetricsRegistry,
): ReturnType<Parameters<typeof startAdminServer>[0]['readiness']> {
  const bound = new Set(sidecar.listeners.map(({ name }) => name));
  const summaries = new Map(metrics.summary().map((summary) => [summary.listener, summary]));
  return config.listeners.map(({ name }) => {
    const isReachable = summaries.get(name)?.isUpstreamReachable;
    const upstream = isReachable === undefined ? 'unknown' : isReachable ? 'reachable' : 'unreachable';
    return { name, isBound: bound.has(name), upstream };
  });
}

function announce(config: SidecarConfig, started: Started, io: CommandIo, version: string): void {
  const { sidecar, admin } = started;
  for (const { name, address } of sidecar.listeners) {
    const listener = config.listeners.find((candidate) => candidate.name === name);
    if (listener === undefined) continue;
    const { clientTls, upstreams } = describeListener(listener);
    const places = upstreams.map(
      ({ route, upstream, tls }) =>
        `${route === undefined ? '' : `${route}: `}upstream ${upstream} (tls ${tls})`,
    );
    const engine = sidecar.patternEngine === undefined ? '' : `, patterns by ${sidecar.patternEngine}`;
    io.stdout(
      `wiremask ${version}: ${name} listens on ${address} (tls ${clientTls}), ${places.join(', ')}${engine}\n`,
    );
  }
  if (admin !== undefined) io.stdout(`wiremask ${version}: admin listens on ${admin.address}\n`);
}

async function stop(
  started: Started,
  signals: StopSignals,
  log: Log,
  drainTimeoutMs: number,
): Promise<number> {
  started.stopBeingReady();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), drainTimeoutMs + CLOSE_GRACE_MS);
  });
  const closed = started.sidecar.close({ drainTimeoutMs }).then(
    () => 'closed' as const,
    (error: unknown) => {
      log.error('close-failed', { error });
      return 'failed' as const;
    },
  );
  const outcome = await Promise.race([closed, tooLate, signals.second.then(() => 'interrupted' as const)]);
  clearTimeout(timer);
  await started.admin?.close();
  switch (outcome) {
    case 'closed':
      return EXIT.ok;
    case 'interrupted':
      log.warn('drain-interrupted');
      return EXIT.interrupted;
    case 'late':
      log.error('drain-timed-out', { max: drainTimeoutMs });
      return EXIT.failed;
    case 'failed':
      return EXIT.failed;
    default:
      return outcome satisfies never;
  }
}

// Reading and compiling rules leaves garbage that a process without load would keep: 20 MB with all of them.
function giveBackMemory(): void {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  collectGarbage();
}
