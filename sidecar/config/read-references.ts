import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { isBlock } from './check-masking.ts';
import { type ConfigPath, formatPath, type Report } from './problem.ts';

/** Content of everything the configuration refers to, by the path of the reference. */
export type References = ReadonlyMap<string, Buffer>;

/** Where references are looked up. */
export interface ReferenceSources {
  /** Relative paths start here. */
  readonly baseDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A key shorter than this can be guessed from one known value and its hash. */
const HASH_KEY_SIZE_MIN = 16;

/** Nothing a configuration refers to is larger; guards against naming a device or a database file. */
const FILE_SIZE_MAX = 1_048_576;

/**
 * Reads every file and environment variable the configuration names. Tolerates any data; what is
 * missing or unusable is reported at its place. Messages hold names, never content.
 */
export async function readReferences(
  data: unknown,
  sources: ReferenceSources,
  report: Report,
): Promise<References> {
  const found = new Map<string, Buffer>();
  const reader = new ReferenceReader(sources, report, found);
  if (!isBlock(data)) return found;
  await readMasking(data['masking'], ['masking'], reader);
  const listeners: readonly unknown[] = Array.isArray(data['listeners']) ? data['listeners'] : [];
  for (const [index, listener] of listeners.entries()) {
    if (!isBlock(listener)) continue;
    const at = ['listeners', index];
    await readListenerTls(listener['tls'], [...at, 'tls'], reader);
    await readUpstreamTls(listener['upstream'], [...at, 'upstream'], reader);
    const routes: readonly unknown[] = Array.isArray(listener['routes']) ? listener['routes'] : [];
    for (const [position, route] of routes.entries()) {
      if (isBlock(route))
        await readUpstreamTls(route['upstream'], [...at, 'routes', position, 'upstream'], reader);
    }
    const catalog = listener['catalog'];
    if (isBlock(catalog)) await reader.secret(catalog['password'], [...at, 'catalog', 'password'], 1);
    await readMasking(listener['masking'], [...at, 'masking'], reader);
  }
  return found;
}

async function readMasking(masking: unknown, at: ConfigPath, reader: ReferenceReader): Promise<void> {
  if (!isBlock(masking)) return;
  for (const list of ['columns', 'fields']) {
    const rules: readonly unknown[] = Array.isArray(masking[list]) ? masking[list] : [];
    for (const [index, rule] of rules.entries()) {
      if (isBlock(rule)) await reader.secret(rule['key'], [...at, list, index, 'key'], HASH_KEY_SIZE_MIN);
    }
  }
  const detect = masking['detect'];
  if (!isBlock(detect)) return;
  await reader.secret(detect['key'], [...at, 'detect', 'key'], HASH_KEY_SIZE_MIN);
  const rules: readonly unknown[] = Array.isArray(detect['rules']) ? detect['rules'] : [];
  for (const [index, file] of rules.entries()) await reader.file(file, [...at, 'detect', 'rules', index]);
}

async function readListenerTls(tls: unknown, at: ConfigPath, reader: ReferenceReader): Promise<void> {
  if (!isBlock(tls)) return;
  const cert = await reader.file(tls['cert'], [...at, 'cert']);
  const key = await reader.file(tls['key'], [...at, 'key']);
  const isCertificate = cert !== undefined && reader.certificate(cert, [...at, 'cert']);
  if (!isCertificate || key === undefined) return;
  try {
    createSecureContext({ cert, key });
  } catch {
    const message =
      'not the unencrypted PEM private key of cert: name the key that belongs to the certificate';
    reader.report({ at: [...at, 'key'], message });
  }
}

async function readUpstreamTls(upstream: unknown, at: ConfigPath, reader: ReferenceReader): Promise<void> {
  if (!isBlock(upstream) || !isBlock(upstream['tls'])) return;
  const place = [...at, 'tls', 'ca'];
  const ca = await reader.file(upstream['tls']['ca'], place);
  if (ca !== undefined) reader.certificate(ca, place);
}

class ReferenceReader {
  readonly report: Report;
  private readonly sources: ReferenceSources;
  private readonly found: Map<string, Buffer>;

  constructor(sources: ReferenceSources, report: Report, found: Map<string, Buffer>) {
    this.sources = sources;
    this.report = report;
    this.found = found;
  }

  /** Reads `{ env }` or `{ file }`. */
  async secret(reference: unknown, at: ConfigPath, sizeMin: number): Promise<void> {
    if (!isBlock(reference)) return;
    const { env, file } = reference;
    if ((env === undefined) === (file === undefined)) {
      this.report({
        at,
        message: 'needs exactly one of env and file: write { env: NAME } or { file: path }',
      });
      return;
    }
    const place = [...at, env === undefined ? 'file' : 'env'];
    const content = env === undefined ? await this.file(file, place) : this.variable(env, place);
    if (content === undefined) return;
    const secret = env === undefined ? withoutFinalLineFeed(content) : content;
    if (secret.length < sizeMin) {
      const need =
        sizeMin === 1 ? 'is empty' : `holds ${secret.length} bytes, a key needs at least ${sizeMin}`;
      this.report({ at: place, message: `${need}: put the secret there` });
    }
    this.found.set(formatPath(at), secret);
  }

  /** Reads a file; `undefined` when it cannot be read, which is reported. */
  async file(name: unknown, at: ConfigPath): Promise<Buffer | undefined> {
    if (typeof name !== 'string' || name === '' || name.includes('${')) return undefined;
    const path = resolve(this.sources.baseDirectory, name);
    try {
      const info = await stat(path);
      if (!info.isFile() || info.size > FILE_SIZE_MAX) {
        const what = info.isFile() ? `${info.size} bytes, at most ${FILE_SIZE_MAX} are read` : 'not a file';
        this.report({ at, message: `${path} is ${what}: name another` });
        return undefined;
      }
      const content = await readFile(path);
      this.found.set(formatPath(at), content);
      return content;
    } catch (error) {
      this.report({ at, message: unreadable(path, error) });
      return undefined;
    }
  }

  /** Reports what is not a PEM certificate. */
  certificate(pem: Buffer, at: ConfigPath): boolean {
    try {
      return new X509Certificate(pem).raw.length > 0;
    } catch {
      this.report({ at, message: 'not a PEM certificate: the file begins with -----BEGIN CERTIFICATE-----' });
      return false;
    }
  }

  private variable(name: unknown, at: ConfigPath): Buffer | undefined {
    if (typeof name !== 'string' || name === '' || name.includes('${')) return undefined;
    const value = this.sources.env[name];
    if (value === undefined) {
      this.report({ at, message: `environment variable ${name} is not set: set it before wiremask starts` });
      return undefined;
    }
    return Buffer.from(value, 'utf8');
  }
}

function withoutFinalLineFeed(content: Buffer): Buffer {
  let end = content.length;
  if (content[end - 1] === 0x0a) end -= 1;
  if (end < content.length && content[end - 1] === 0x0d) end -= 1;
  return content.subarray(0, end);
}

function unreadable(path: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return `file ${path} does not exist: paths start from the directory of the configuration file`;
  }
  return `file ${path} cannot be read (${code ?? 'unknown error'}): check its permissions`;
}
