// `npm run bench`: every number of one run is measured on the same machine within the same minutes, and
// given as a share of a bare copy or a bare pipe as well. See `bench/README.md`.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureFirstRow } from './end-to-end/first-row.ts';
import { startReplayServer } from './end-to-end/hops.ts';
import { measureIdleMemory } from './end-to-end/idle-memory.ts';
import { measureLatency } from './end-to-end/latency.ts';
import { measureHttp } from './end-to-end/measure-http.ts';
import { createTable, SELECT_ROWS } from './end-to-end/table.ts';
import { measureThroughput } from './end-to-end/throughput.ts';
import { measureDetection } from './in-memory/measure-detection.ts';
import { measureInMemory } from './in-memory/measure-in-memory.ts';
import { measureJson } from './in-memory/measure-json.ts';
import { type Floors, judge, type Measured, renderTable } from './support/measured.ts';
import { type BenchServer, startServer } from './support/postgres.ts';

interface Size {
  readonly rows: number;
  readonly rounds: number;
  readonly latencyBlocks: number;
  readonly firstRowRounds: number;
  /** Milliseconds per in-memory task. */
  readonly taskMs: number;
}

const FULL: Size = { rows: 1_000_000, rounds: 7, latencyBlocks: 10, firstRowRounds: 20, taskMs: 1000 };
const SMOKE: Size = { rows: 200_000, rounds: 3, latencyBlocks: 4, firstRowRounds: 3, taskMs: 200 };

const { values } = parseArgs({
  options: {
    smoke: { type: 'boolean' },
    json: { type: 'string' },
    only: { type: 'string' },
  },
});
const size = values.smoke === true ? SMOKE : FULL;

interface Group {
  readonly name: string;
  readonly run: (serverPort: number) => Promise<Measured[]>;
}

const groups: readonly Group[] = [
  { name: 'in-memory', run: () => measureInMemory(size.taskMs) },
  { name: 'detection', run: () => measureDetection() },
  { name: 'json', run: () => measureJson() },
  { name: 'http', run: () => measureHttp(size.rounds) },
  { name: 'real-server', run: (port) => measureThroughput('real server', port, size.rounds) },
  { name: 'replay', run: measureReplay },
  { name: 'latency', run: (port) => measureLatency(port, size.latencyBlocks) },
  { name: 'first-row', run: (port) => measureFirstRow(port, size.firstRowRounds) },
  { name: 'memory', run: measureIdleMemory },
];

async function measureReplay(serverPort: number): Promise<Measured[]> {
  const replay = await startReplayServer(serverPort, SELECT_ROWS, 1);
  try {
    return await measureThroughput('replay', replay.port, size.rounds);
  } finally {
    await replay.stop();
  }
}

async function run(chosen: readonly Group[], server: BenchServer): Promise<Measured[]> {
  if (chosen.some(({ name }) => name === 'real-server' || name === 'replay')) {
    await createTable(server.port, size.rows);
  }
  const measured: Measured[] = [];
  for (const group of chosen) {
    const own = await group.run(server.port);
    console.log(`\n${group.name}\n${renderTable(own)}`);
    measured.push(...own);
  }
  return measured;
}

const chosen = groups.filter(({ name }) => values.only === undefined || name === values.only);
if (chosen.length === 0) throw new Error(`--only takes one of: ${groups.map(({ name }) => name).join(', ')}`);
const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;
const load = loadavg()[0] ?? 0;
const server = await startServer();
let measured: Measured[];
try {
  console.log(
    `${machine}, Node ${process.versions.node}, ${server.version}, load before the run ${load.toFixed(1)}`,
  );
  measured = await run(chosen, server);
} finally {
  await server.stop();
}
const result = { machine, node: process.versions.node, server: server.version, load, size, measured };
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(result, null, 2) + '\n');
if (values.smoke === true) {
  const floors = JSON.parse(
    readFileSync(new URL('../../bench/floors.json', import.meta.url), 'utf8'),
  ) as Floors;
  const failures = judge(measured, floors);
  for (const failure of failures) console.error(`bench: ${failure}`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}
