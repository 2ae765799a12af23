import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createOnce } from './postgres-binaries.ts';

/** What a finished program left behind. */
export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; -1 when a signal or the time limit ended it. */
  readonly code: number;
}

export interface ClientProgramOptions {
  readonly port: number;
  readonly args?: readonly string[];
  /** Standard input. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: `postgres`. */
  readonly database?: string;
  /** Default: 60,000. */
  readonly timeoutMs?: number;
}

interface ClientProgram {
  readonly path: string;
  readonly libraries: string | undefined;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/postgresql-client', import.meta.url));
const found = new Map<string, ClientProgram>();

/** Runs psql without a start-up file, with whole error reports (`ERROR:  22P02: ...`). */
export async function runPsql(options: ClientProgramOptions): Promise<ProgramResult> {
  const args = ['-X', '-v', 'VERBOSITY=verbose', ...(options.args ?? [])];
  return await run(findClientProgram('psql'), args, options);
}

/** Runs pgbench. */
export async function runPgbench(options: ClientProgramOptions): Promise<ProgramResult> {
  return await run(findClientProgram('pgbench'), options.args ?? [], options);
}

async function run(
  program: ClientProgram,
  args: readonly string[],
  options: ClientProgramOptions,
): Promise<ProgramResult> {
  const child = spawn(program.path, args, {
    env: {
      PATH: process.env['PATH'] ?? '',
      LC_ALL: 'C.UTF-8',
      PGHOST: '127.0.0.1',
      PGPORT: String(options.port),
      PGUSER: 'postgres',
      PGDATABASE: options.database ?? 'postgres',
      PGSSLMODE: 'disable',
      PGGSSENCMODE: 'disable',
      PGCONNECT_TIMEOUT: '10',
      ...(program.libraries === undefined ? {} : { LD_LIBRARY_PATH: program.libraries }),
      ...options.env,
    },
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // The program may end before it has read everything: its exit code tells that story.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve(exitCode ?? -1));
  });
  clearTimeout(timer);
  return { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), code };
}

function findClientProgram(name: string): ClientProgram {
  const known = found.get(name);
  if (known !== undefined) return known;
  const program = installed(name) ?? fetched(name);
  found.set(name, program);
  return program;
}

/** The versioned folders come first: what stands in PATH may be a slow wrapper script. */
function installed(name: string): ClientProgram | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(root, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  const path = folders.map((folder) => join(folder, name)).find((candidate) => existsSync(candidate));
  return path === undefined ? undefined : { path, libraries: undefined };
}

/** Takes Debian's packages without installing them, which needs no root. */
function fetched(name: string): ClientProgram {
  const root = join(CACHE, name);
  try {
    mkdirSync(CACHE, { recursive: true });
    createOnce(root, (draft) => unpackPackages(draft, packagesFor(name)));
  } catch (error) {
    const advice = `apt-get install postgresql-client (psql) and postgresql (pgbench)`;
    throw new Error(`${name} is not installed and could not be fetched; run: ${advice}`, { cause: error });
  }
  const versions = join(root, 'usr/lib/postgresql');
  const path = readdirSync(versions)
    .map((version) => join(versions, version, 'bin', name))
    .find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error(`${name} is in none of the packages below ${root}`);
  const libraryRoot = join(root, 'usr/lib');
  const libraries = readdirSync(libraryRoot)
    .filter((folder) => folder.includes('-linux-'))
    .map((folder) => join(libraryRoot, folder));
  return { path, libraries: libraries.join(delimiter) };
}

function dependencies(packageName: string): readonly string[] {
  const text = execFileSync('apt-cache', ['depends', packageName], { encoding: 'utf8' });
  return [...text.matchAll(/^ {2}Depends: ([a-z0-9][a-z0-9.+-]*)$/gm)].map((match) => match[1] ?? '');
}

function packagesFor(name: string): readonly string[] {
  const client = dependencies('postgresql-client').find((entry) => /^postgresql-client-\d+$/.test(entry));
  if (client === undefined) throw new Error('apt knows no postgresql-client');
  const libraries = [client, 'libpq5'].flatMap((entry) => dependencies(entry));
  const wanted = libraries.filter((entry) => /^lib(?!c6$|gcc)/.test(entry));
  const server = client.replace('-client', '');
  return [...new Set([client, ...(name === 'pgbench' ? [server] : []), ...wanted])];
}

function unpackPackages(folder: string, packages: readonly string[]): void {
  execFileSync('apt-get', ['download', ...packages], { cwd: folder, stdio: 'pipe' });
  for (const file of readdirSync(folder).filter((entry) => entry.endsWith('.deb'))) {
    execFileSync('dpkg-deb', ['-x', file, '.'], { cwd: folder, stdio: 'pipe' });
  }
}
