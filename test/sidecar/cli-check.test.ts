import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommandLine } from '../../sidecar/command-line.ts';
import { createDependencies } from '../../sidecar/commands/dependencies.ts';
import type { ListenerConfig } from '../../sidecar/sidecar-types.ts';
import { fakeDependencies, fakeProcess } from './cli-support.ts';
import { directory, LISTENER, MASKING, removeDirectoryAfterwards, tls } from './config-support.ts';

removeDirectoryAfterwards();

const CANARY = 'canary-canary-canary';
const file = join(directory, 'check.yaml');

async function check(
  text: string,
  ...more: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  await writeFile(file, text);
  const { io, output } = fakeProcess({ SECRET: CANARY });
  const code = await runCommandLine(['check', '-c', file, ...more], io, fakeDependencies());
  return { code, ...output };
}

const FULL = `listeners:
  - name: appdb
    protocol: postgres
    listen: 127.0.0.1:6432
    upstream: { host: db.example.com, tls: { ca: ${tls}/ca.crt } }
    tls: { cert: ${tls}/server.crt, key: ${tls}/server.key }
    catalog: { user: reader, password: { env: SECRET } }
masking:
  columns:
    - { column: public.customers.ssn, mask: partial, keepFirst: 1, keepLast: 4 }
    - { column: public.customers.profile, mask: keyed-hash, key: { env: SECRET }, path: $.phone }
    - { column: "*.*.note", mask: replace, value: ${CANARY} }
  detect: { mask: redact, label: gone }
  dangerouslyAllowOpaqueStatements: true
`;

describe('wiremask check', () => {
  test('a good configuration is shown as it resolved, without secrets', async () => {
    expect(await check(FULL)).toEqual({
      code: 0,
      stderr: '',
      stdout: `listener appdb (postgres)
  listen        127.0.0.1:6432, tls required
  upstream      db.example.com:5432, tls verify-full, server name db.example.com, own ca
  catalog       read as user reader
  columns       public.customers.ssn              partial, keeps the first 1 and the last 4
                public.customers.profile $.phone  keyed-hash, key of 20 bytes
                *.*.note                          replace by a fixed value
  detect        packs pii, secrets; redact as gone; threshold 0.5
  unattributed  mask
  unmaskable    refuse
  DANGEROUS     dangerouslyAllowOpaqueStatements

limits        messageSizeMax        134217728
              valueSizeMax          16777216
              statementSizeMax      262144
              pendingStatementsMax  10000
              heldBytesMax          16777216
              headerSizeMax         65536
              depthMax              512
              recordSizeMax         1048576
              holdSizeMax           16384
              decodedSizeMax        17179869184
              decodedRatioMax       200
              connectionsMax        200
              startupTimeoutMs      15000
              responseTimeoutMs     300000
              holdTimeoutMs         500
              idleTimeoutMs         0
budget        workPerValueMax       268435456
              workPerMessageMax     536870912
              latencyMs             250
              onExceeded            mask
admin         off
log           info, text
${file}: ok
`,
    });
  });

  test('--json gives the same as data, without secrets', async () => {
    const { code, stdout, stderr } = await check(FULL, '--json');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).not.toContain(CANARY);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      listeners: [{ name: 'appdb', clientTls: 'required', columns: [{}, { path: ['$.phone'] }, {}] }],
      admin: null,
    });
  });

  test('every problem is printed as file:line:column, and counted', async () => {
    const { code, stdout, stderr } = await check(`${LISTENER}${MASKING}log: { level: loud }\nlogs: {}\n`);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toBe(
      `${file}:8:15: log.level: unknown value "loud": write one of: debug, info, warn, error\n` +
        `${file}:9:1: logs: unknown key "logs": did you mean "log"?\n${file}: 2 problems\n`,
    );
  });

  test('--json prints problems as data', async () => {
    const { code, stdout, stderr } = await check(LISTENER, '--json');
    expect([code, stderr]).toEqual([3, '']);
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      problems: [
        {
          path: 'listeners[0]',
          file,
          line: 2,
          column: 5,
          message: expect.stringContaining('has no masking'),
        },
      ],
    });
  });

  test('what the library finds wrong is printed with its place', async () => {
    await writeFile(file, LISTENER + MASKING);
    const { io, output } = fakeProcess();
    const compileMasking = async () => [{ path: 'detect.packs[0]', message: 'no such pack' }];
    expect(await runCommandLine(['check', '-c', file], io, fakeDependencies({ compileMasking }))).toBe(3);
    expect(output.stderr).toContain(`${file}:7:21: masking.detect.packs[0]: no such pack\n`);
  });

  test('the rules are compiled by the library itself', async () => {
    const { compileMasking } = createDependencies();
    const compiled = async (masking: ListenerConfig['masking']) =>
      compileMasking({ masking } as ListenerConfig);
    expect(
      await compiled({ columns: [{ column: 'a.b.c', mask: 'redact' }], detect: { mask: 'redact' } }),
    ).toEqual([]);
    expect(await compiled({ columns: [{ column: 'a.b', mask: 'redact' }] })).toEqual([
      { path: 'columns[0].column', message: expect.any(String) },
    ]);
  });

  test('a file that is missing is a problem of the configuration', async () => {
    const { io, output } = fakeProcess();
    const code = await runCommandLine(['check', '-c', '/nowhere/w.yaml'], io, fakeDependencies());
    expect(code).toBe(3);
    expect(output.stderr).toBe(
      '/nowhere/w.yaml:1:1: no such file: name one with -c\n/nowhere/w.yaml: 1 problem\n',
    );
  });
});
