import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig, loadConfigText } from '../../sidecar/config/load-config.ts';
import { formatPath, parsePath } from '../../sidecar/config/problem.ts';
import { suggest } from '../../sidecar/config/suggest.ts';
import type { PostgresListenerConfig, SidecarConfig } from '../../sidecar/sidecar-types.ts';
import { directory, LISTENER, MASKING, removeDirectoryAfterwards, tls } from './config-support.ts';

removeDirectoryAfterwards();

/** Every key, with files beside it and one variable. */
const FULL_CONFIG = `listeners:
  - name: appdb
    protocol: postgres
    listen: 0.0.0.0:6432
    upstream:
      host: db.example.com
      port: 5433
      tls: { ca: ${tls}/ca.crt, serverName: other.example.com, direct: true }
    tls: { cert: ${tls}/server.crt, key: ${tls}/server.key }
    catalog: { user: reader, password: { env: CATALOG_PASSWORD }, database: app }
    masking:
      columns:
        - { column: a.b.c, mask: keyed-hash, key: { file: keys/hash.key } }
        - { column: a.b.d, mask: redact, label: gone, path: [$.x, $.y] }
        - { column: a.b.e, mask: redact, path: $.z }
      unattributed: scan
      dangerouslyAllowOpaqueStatements: true
  - name: local
    protocol: postgres
    listen: ./local.sock
    upstream: { host: /run/postgresql }
masking: { columns: [{ column: "*.*.salary", mask: replace, value: "0" }] }
budget: { latencyMs: 2, workPerMessageMax: 1000 }
limits: { messageSizeMax: 4096, connectionsMax: 7 }
admin: { listen: 127.0.0.1:9464 }
log: { level: debug, format: json }
`;

async function configOf(text: string, env: Record<string, string> = {}): Promise<SidecarConfig> {
  const loaded = await loadConfigText(text, join(directory, 'w.yaml'), { env });
  if (!loaded.ok) throw new Error(loaded.problems.map((problem) => problem.message).join('\n'));
  return loaded.config;
}

describe('loadConfig', () => {
  test('everything that is left out gets its default', async () => {
    expect(await configOf(LISTENER + MASKING)).toEqual({
      listeners: [
        {
          name: 'appdb',
          protocol: 'postgres',
          address: { kind: 'tcp', host: '127.0.0.1', port: 6432 },
          upstream: { address: { kind: 'tcp', host: '127.0.0.1', port: 5432 }, tls: undefined },
          tls: undefined,
          catalog: undefined,
          masking: { unattributed: 'mask', unmaskable: 'refuse', detect: { packs: ['pii'], mask: 'redact' } },
        },
      ],
      budget: {
        latencyMs: 250,
        onExceeded: 'mask',
        workPerValueMax: 268_435_456,
        workPerMessageMax: 536_870_912,
      },
      limits: {
        messageSizeMax: 134_217_728,
        valueSizeMax: 16_777_216,
        statementSizeMax: 262_144,
        pendingStatementsMax: 10_000,
        connectionsMax: 200,
        startupTimeoutMs: 15_000,
        responseTimeoutMs: 300_000,
        holdTimeoutMs: 500,
        idleTimeoutMs: 0,
        heldBytesMax: 16_777_216,
        headerSizeMax: 65_536,
        depthMax: 512,
        recordSizeMax: 1_048_576,
        holdSizeMax: 16_384,
        decodedSizeMax: 17_179_869_184,
        decodedRatioMax: 200,
      },
      admin: undefined,
      log: { level: 'info', format: 'text' },
    });
  });

  test('everything that is written arrives, with files and variables read', async () => {
    await mkdir(join(directory, 'keys'), { recursive: true });
    await writeFile(join(directory, 'keys/hash.key'), 'sixteen bytes and more\r\n');
    const file = join(directory, 'full.yaml');
    await writeFile(file, FULL_CONFIG);
    const loaded = await loadConfig(file, { env: { CATALOG_PASSWORD: 'not shown' } });
    expect(loaded).toEqual({
      ok: true,
      config: {
        listeners: [
          {
            name: 'appdb',
            protocol: 'postgres',
            address: { kind: 'tcp', host: '0.0.0.0', port: 6432 },
            upstream: {
              address: { kind: 'tcp', host: 'db.example.com', port: 5433 },
              tls: {
                mode: 'verify-full',
                ca: await readFile(join(tls, 'ca.crt')),
                serverName: 'other.example.com',
                direct: true,
              },
            },
            tls: {
              cert: await readFile(join(tls, 'server.crt')),
              key: await readFile(join(tls, 'server.key')),
              required: true,
            },
            catalog: { user: 'reader', password: 'not shown', database: 'app' },
            masking: {
              columns: [
                { column: 'a.b.c', mask: 'keyed-hash', key: Buffer.from('sixteen bytes and more') },
                { column: 'a.b.d', mask: 'redact', label: 'gone', path: ['$.x', '$.y'] },
                { column: 'a.b.e', mask: 'redact', path: ['$.z'] },
              ],
              unattributed: 'scan',
              unmaskable: 'refuse',
              dangerouslyAllowOpaqueStatements: true,
            },
          },
          {
            name: 'local',
            protocol: 'postgres',
            address: { kind: 'unix', path: join(directory, 'local.sock') },
            upstream: { address: { kind: 'unix', path: '/run/postgresql/.s.PGSQL.5432' }, tls: undefined },
            tls: undefined,
            catalog: undefined,
            masking: {
              columns: [{ column: '*.*.salary', mask: 'replace', value: '0' }],
              unattributed: 'mask',
              unmaskable: 'refuse',
            },
          },
        ],
        budget: { latencyMs: 2, onExceeded: 'mask', workPerValueMax: 1000, workPerMessageMax: 1000 },
        limits: expect.objectContaining({ messageSizeMax: 4096, valueSizeMax: 4096, connectionsMax: 7 }),
        admin: { address: { kind: 'tcp', host: '127.0.0.1', port: 9464 } },
        log: { level: 'debug', format: 'json' },
      },
    });
  });

  test('the server name of verify-full is the host unless it is written', async () => {
    const text = LISTENER.replace('127.0.0.1 }', 'db.example.com, tls: {} }');
    const config = await configOf(text + MASKING);
    expect((config.listeners[0] as PostgresListenerConfig).upstream.tls).toEqual({
      mode: 'verify-full',
      ca: undefined,
      serverName: 'db.example.com',
      direct: false,
    });
  });
});

describe('formatPath and parsePath', () => {
  test('a path survives being written and read', () => {
    const path = ['listeners', 0, 'masking', 'columns', 12, 'keep-last', 'a "b"', 'c.d'];
    expect(formatPath(path)).toBe('listeners[0].masking.columns[12].keep-last["a \\"b\\""]["c.d"]');
    expect(parsePath(formatPath(path))).toEqual(path);
  });

  test('what is no path ends it', () => {
    expect(parsePath('columns[x].mask')).toEqual(['columns']);
    expect(parsePath('')).toEqual([]);
  });
});

describe('suggest', () => {
  const known = ['keepFirst', 'keepLast', 'column', 'mask', 'key'];

  test.each([
    ['keep_last', 'keepLast'],
    ['KEEPLAST', 'keepLast'],
    ['columns', 'column'],
    ['msak', 'mask'],
    ['kee', 'key'],
  ])('%s means %s', (written, meant) => {
    expect(suggest(written, known)).toBe(meant);
  });

  test.each(['password', '', 'x', 'zzzzzzzz'])('"%s" means nothing known', (written) => {
    expect(suggest(written, known)).toBeUndefined();
  });
});
