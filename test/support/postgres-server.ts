import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import {
  cacheFolder,
  createOnce,
  dataFolderParent,
  findPostgres,
  type PostgresBinaries,
  serverUser,
} from './postgres-binaries.ts';
import { tlsFiles } from './tls-fixtures.ts';

/** How the server asks for a password over TCP. */
export type PostgresAuth = 'trust' | 'password' | 'md5' | 'scram-sha-256';

export interface PostgresOptions {
  /** Default: the first that `findPostgres` finds, the embedded one. */
  readonly binaries?: PostgresBinaries;
  /** Default: `trust`. */
  readonly auth?: PostgresAuth;
  /** `offered` answers SSLRequest with S; `required` also refuses plaintext. Default: `off`. */
  readonly tls?: 'off' | 'offered' | 'required';
  /** Lines of postgresql.conf, on top of the defaults for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A running server with an empty cluster of its own. */
export interface PostgresServer {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly version: string;
  readonly major: number;
  /** A superuser. */
  readonly user: string;
  readonly password: string;
  /** URL for `pg`, `postgres` and psql. */
  connectionString(database?: string): string;
  /** The end of the server's log: statements and values of the tests are in it. */
  log(): string;
  /** Stops at once and removes the data folder. */
  stop(): Promise<void>;
}

const USER = 'postgres';
const PASSWORD = 'wiremask-test-Pw1';
const START_TIMEOUT_MS = 30_000;
const START_ATTEMPTS = 5;
const LOG_SIZE_MAX = 256 * 1024;

/** Durability is worth nothing here; time is. */
const TEST_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  jit: 'off',
  max_connections: '320',
  shared_buffers: '64MB',
  unix_socket_directories: '',
  listen_addresses: '127.0.0.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * Starts a real PostgreSQL on a free loopback port. Its processes and files go away with `stop`, and also
 * when the test process dies in any way.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const binaries = options.binaries ?? findPostgres()[0];
  if (binaries === undefined) throw new Error('no PostgreSQL');
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const dataFolder = createDataFolder(binaries, options);
    try {
      return await launch(binaries, dataFolder, port);
    } catch (error) {
      rmSync(dataFolder, { recursive: true, force: true });
      const isPortTaken = error instanceof Error && error.message.includes('Address already in use');
      if (!isPortTaken || attempt === START_ATTEMPTS) throw error;
    }
  }
}

/** @returns A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      server.close(() => resolve(address.port));
    });
  });
}

function runAsServer(program: string, args: readonly string[], input?: string): void {
  try {
    execFileSync(program, args, {
      ...serverUser(),
      cwd: '/',
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' },
      ...(input === undefined ? {} : { input }),
    });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`${program} failed: ${stderr ?? ''}`, { cause: error });
  }
}

/** initdb takes half a second, a copy of its result a tenth. */
function templateFolder(binaries: PostgresBinaries): string {
  const id = createHash('sha256')
    .update(`${binaries.folder} ${binaries.version} 1`)
    .digest('hex')
    .slice(0, 12);
  const template = join(cacheFolder(), `template-${binaries.major}-${id}`);
  createOnce(template, (draft) => {
    const user = serverUser();
    if (user !== undefined) chownSync(draft, user.uid, user.gid);
    runAsServer(join(binaries.folder, 'initdb'), [
      ...[
        '-D',
        draft,
        '-U',
        USER,
        '-A',
        'trust',
        '-E',
        'UTF8',
        '--locale=C',
        '--no-sync',
        '--no-instructions',
      ],
    ]);
  });
  return template;
}

function createDataFolder(binaries: PostgresBinaries, options: PostgresOptions): string {
  const user = serverUser();
  const template = templateFolder(binaries);
  const folder = mkdtempSync(join(dataFolderParent(), 'data-'));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  runAsServer('cp', ['-R', '-p', `${template}/.`, folder]);
  chmodSync(folder, 0o700);

  const own = (name: string, write: (path: string) => void): void => {
    const path = join(folder, name);
    write(path);
    chmodSync(path, 0o600);
    if (user !== undefined) chownSync(path, user.uid, user.gid);
  };
  const tls = options.tls ?? 'off';
  const auth = options.auth ?? 'trust';
  const settings = {
    ...TEST_SETTINGS,
    ...(auth === 'md5' ? { password_encryption: 'md5' } : {}),
    ...(tls === 'off' ? {} : { ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key' }),
    ...options.settings,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  own('postgresql.auto.conf', (path) => writeFileSync(path, lines.join('\n') + '\n'));
  const kind = tls === 'required' ? 'hostssl' : 'host';
  own('pg_hba.conf', (path) =>
    writeFileSync(path, ['all', 'replication'].map((db) => `${kind} ${db} all all ${auth}\n`).join('')),
  );
  if (tls !== 'off') {
    own('server.crt', (path) => copyFileSync(tlsFiles.certificate, path));
    own('server.key', (path) => copyFileSync(tlsFiles.key, path));
  }
  // Single-user mode needs no authentication, so the password exists before anyone can connect.
  const singleUser = ['--single', '-D', folder, 'postgres'];
  if (auth !== 'trust') {
    runAsServer(join(binaries.folder, 'postgres'), singleUser, `ALTER ROLE ${USER} PASSWORD '${PASSWORD}'\n`);
  }
  return folder;
}

/**
 * The shell between us and the server waits for the end of its standard input, which comes by `stop` or
 * by our death, and then ends the server and removes its files.
 */
const SUPERVISE = `
folder=$1; shift
"$@" </dev/null & server=$!
cat >/dev/null
kill -QUIT $server 2>/dev/null; wait $server
rm -rf "$folder"`;

async function launch(binaries: PostgresBinaries, dataFolder: string, port: number): Promise<PostgresServer> {
  const program = [join(binaries.folder, 'postgres'), '-D', dataFolder, '-p', String(port)];
  const child = spawn('/bin/sh', ['-c', SUPERVISE, 'sh', dataFolder, ...program], {
    ...serverUser(),
    cwd: '/',
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' },
  });
  const stopped = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const log = { text: '' };
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (!isStopped) child.stdin.end();
    isStopped = true;
    await stopped;
  };
  try {
    await untilReady(child, log);
  } catch (error) {
    await stop();
    throw error;
  }
  const { version, major } = binaries;
  return {
    host: '127.0.0.1',
    port,
    version,
    major,
    user: USER,
    password: PASSWORD,
    connectionString: (database = 'postgres') =>
      `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`,
    log: () => log.text,
    stop,
  };
}

async function untilReady(child: ChildProcess, log: { text: string }): Promise<void> {
  return await new Promise((resolve, reject) => {
    const fail = (what: string): void => reject(new Error(`PostgreSQL ${what}:\n${log.text}`));
    const timer = setTimeout(() => fail(`not ready after ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
    child.once('error', reject);
    child.once('close', () => fail('ended'));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log.text = (log.text + text).slice(-LOG_SIZE_MAX);
      if (/FATAL|could not/.test(log.text)) fail('did not start');
      if (log.text.includes('ready to accept connections')) resolve();
      else return;
      clearTimeout(timer);
    });
  });
}
