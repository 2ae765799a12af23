import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';

/** A process between client and server. */
export interface Hop {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** A masking block of a configuration. */
export type Masking = Readonly<Record<string, unknown>>;

/** Rules that are measured, by name. The rows of the benchmark hold nothing a detector should find. */
export const maskings: Readonly<Record<string, Masking | undefined>> = {
  // A policy that masks nothing.
  forwarding: undefined,
  // Rules for other tables: the statement is read, the rows pass.
  'other-table': { columns: [{ column: 'public.other.secret', mask: 'redact' }] },
  'column-rules': {
    columns: [
      { column: 'public.bench_rows.article', mask: 'partial', keepLast: 4 },
      { column: 'public.bench_rows.note', mask: 'redact' },
    ],
  },
  'pii-detectors': { detect: { mask: 'redact', packs: ['pii'] } },
  'all-detectors': { detect: { mask: 'redact' } },
};

const START_TIMEOUT_MS = 30_000;
// Linux counts processor time in hundredths of a second.
const TICKS_PER_SECOND = 100;

/** Starts a bare `a.pipe(b)` hop in a process of its own. */
export function startBarePipe(upstreamPort: number): Promise<Hop> {
  return startProcess('pipe', [scriptPath('./bare-pipe.js'), String(upstreamPort)]);
}

/** Starts the server that answers one statement from memory. */
export function startReplayServer(port: number, statement: string, repeats: number): Promise<Hop> {
  return startProcess('replay', [scriptPath('./replay-server.js'), String(port), statement, String(repeats)]);
}

/** Starts the sidecar with one of `maskings` in a process of its own. */
export async function startWiremask(name: string, upstreamPort: number): Promise<Hop> {
  const masking = maskings[name];
  if (masking === undefined) {
    return await startProcess(name, [scriptPath('./empty-policy.js'), String(upstreamPort)]);
  }
  const upstream = { host: '127.0.0.1', port: upstreamPort };
  return await startSidecar(name, { protocol: 'postgres', upstream }, masking);
}

/** Starts the sidecar on HTTP in a process of its own. */
export async function startHttpSidecar(name: string, masking: Masking, upstreamPort: number): Promise<Hop> {
  const upstream = { url: `http://127.0.0.1:${upstreamPort}` };
  return await startSidecar(name, { protocol: 'http', upstream }, masking);
}

/** Starts a script beside this file in a process of its own. */
export function startHttpHop(script: string, args: readonly string[]): Promise<Hop> {
  return startProcess(script === './http-upstream.js' ? 'upstream' : 'bare-proxy', [
    scriptPath(script),
    ...args,
  ]);
}

async function startSidecar(name: string, protocol: object, masking: Masking): Promise<Hop> {
  const folder = mkdtempSync(join(tmpdir(), 'wiremask-bench-'));
  const file = join(folder, 'wiremask.yaml');
  const listener = { name: 'bench', listen: '127.0.0.1:0', ...protocol };
  writeFileSync(file, stringify({ listeners: [listener], masking, log: { level: 'warn' } }));
  try {
    return await startProcess(name, [scriptPath('../../sidecar/main.js'), 'run', '-c', file]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns Seconds of processor time the process has used; `undefined` where the system does not say. */
export function processorSeconds(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  // Fields 14 and 15; the name in field 2 may hold spaces, so counting starts behind it.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** @returns Million bytes of memory the process holds; `undefined` where the system does not say. */
export function residentMegabytes(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kilobytes) * 1024) / 1e6;
}

function scriptPath(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

async function startProcess(name: string, args: readonly string[]): Promise<Hop> {
  // `BENCH_HOP_NODE_ARGS='--cpu-prof --cpu-prof-dir=/tmp/profiles'` shows where a hop spends its time.
  const nodeArgs = (process.env['BENCH_HOP_NODE_ARGS'] ?? '')
    .split(' ')
    .filter((argument) => argument !== '');
  const child = spawn(process.execPath, [...nodeArgs, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = (): void => void child.kill('SIGTERM');
  process.once('exit', kill);
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const port = await readPort(child, name);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    child.kill('SIGTERM');
    await closed;
  };
  return { name, port, pid: child.pid ?? 0, stop };
}

async function readPort(child: ChildProcess, name: string): Promise<number> {
  let text = '';
  return await new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error(`${name} did not start:\n${text}`));
    const timer = setTimeout(fail, START_TIMEOUT_MS);
    child.once('close', fail);
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const port = /listens on 127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
  });
}
