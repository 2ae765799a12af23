import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommandLine } from '../../sidecar/command-line.ts';
import { runCommand } from '../../sidecar/commands/run.ts';
import type { Sidecar, StartSidecar, StartSidecarOptions } from '../../sidecar/sidecar-types.ts';
import { fakeDependencies, fakeProcess } from './cli-support.ts';
import { directory, LISTENER, MASKING, removeDirectoryAfterwards } from './config-support.ts';

removeDirectoryAfterwards();

const file = join(directory, 'run.yaml');

/** A sidecar that binds nothing; `close` decides how it ends. */
function fakeSidecar(close: Sidecar['close'] = async () => undefined): {
  startSidecar: StartSidecar;
  started: StartSidecarOptions[];
} {
  const started: StartSidecarOptions[] = [];
  const startSidecar: StartSidecar = async (options) => {
    started.push(options);
    return { listeners: [{ name: 'appdb', address: '127.0.0.1:6432' }], patternEngine: 're2js', close };
  };
  return { startSidecar, started };
}

const systemError = (code: string, syscall: string): Error =>
  Object.assign(new Error('address already in use'), { code, syscall, address: '127.0.0.1', port: 6432 });

describe('wiremask run', () => {
  test('announces each listener, drains on SIGTERM and prints what was done', async () => {
    await writeFile(file, LISTENER + MASKING);
    const drains: unknown[] = [];
    const { startSidecar, started } = fakeSidecar(async (options) => void drains.push(options));
    const { io, output, send, prints, handlerCount } = fakeProcess();
    const done = runCommandLine(['run', '-c', file], io, fakeDependencies({ startSidecar }));
    await prints('listens on');
    const metrics = started[0]?.metrics.listener('appdb');
    metrics?.connectionOpened();
    metrics?.rows(20);
    metrics?.masked('email', 4);
    metrics?.masked('public.customers.ssn', 5);
    metrics?.refused('WIREMASK_ERR_STATEMENT_OPAQUE');
    metrics?.latency(0.000_1);
    send('SIGTERM');
    expect(await done).toBe(0);
    expect(drains).toEqual([{ drainTimeoutMs: 10_000 }]);
    expect(output.stdout).toBe(
      'wiremask 1.2.3: appdb listens on 127.0.0.1:6432 (tls off), ' +
        'upstream 127.0.0.1:5432 (tls off), patterns by re2js\n' +
        'appdb: 1 connection, 20 rows, 9 cells masked (public.customers.ssn 5, email 4), ' +
        '1 statement refused, ' +
        '0 values failed closed, 0 errors, latency p50 0.10 ms, p99 0.10 ms\n',
    );
    expect(output.stderr).toMatch(/ INFO {2}stopping signal=SIGTERM\n$/);
    expect(handlerCount()).toBe(0);
  });

  test('SIGINT stops too; a signal during the start is not lost', async () => {
    await writeFile(file, LISTENER + MASKING);
    const { io, output, send } = fakeProcess();
    const { startSidecar } = fakeSidecar();
    const slow: StartSidecar = async (options) => {
      send('SIGINT');
      return startSidecar(options);
    };
    expect(await runCommandLine(['run', '-c', file], io, fakeDependencies({ startSidecar: slow }))).toBe(0);
    expect(output.stdout).toContain('appdb: 0 connections, 0 rows, 0 cells masked');
    expect(output.stdout).toContain('latency not measured');
  });

  test('a second signal ends the drain with 130', async () => {
    await writeFile(file, LISTENER + MASKING);
    const { io, send, prints } = fakeProcess();
    const { startSidecar } = fakeSidecar(() => new Promise(() => undefined));
    const done = runCommandLine(['run', '-c', file], io, fakeDependencies({ startSidecar }));
    await prints('listens on');
    send('SIGINT');
    send('SIGINT');
    expect(await done).toBe(130);
  });

  test('a drain that never ends is given up with 1', async () => {
    await writeFile(file, LISTENER + MASKING);
    const { io, output, send, prints } = fakeProcess();
    const { startSidecar } = fakeSidecar(() => new Promise(() => undefined));
    const options = { config: file, drainTimeoutMs: -1_950 };
    const done = runCommand(options, io, fakeDependencies({ startSidecar }));
    await prints('listens on');
    send('SIGTERM');
    expect(await done).toBe(1);
    expect(output.stderr).toContain('drain-timed-out');
  });

  test('a close that fails is 1 and does not print its message', async () => {
    await writeFile(file, LISTENER + MASKING);
    const { io, output, send, prints } = fakeProcess();
    const { startSidecar } = fakeSidecar(async () => {
      throw new Error('219-09-9999');
    });
    const done = runCommandLine(['run', '-c', file], io, fakeDependencies({ startSidecar }));
    await prints('listens on');
    send('SIGTERM');
    expect(await done).toBe(1);
    expect(output.stderr).toContain('close-failed');
    expect(output.stderr).not.toContain('219-09-9999');
  });

  test('an invalid configuration is 3 and starts nothing', async () => {
    await writeFile(file, LISTENER);
    const { io, output } = fakeProcess();
    expect(await runCommandLine(['run', '-c', file], io, fakeDependencies())).toBe(3);
    expect(output.stderr).toContain(`${file}:2:5: listeners[0]: has no masking`);
  });

  test('an address that cannot be bound is 4 and is named', async () => {
    await writeFile(file, LISTENER + MASKING);
    const { io, output } = fakeProcess();
    const startSidecar = () => Promise.reject(systemError('EADDRINUSE', 'listen'));
    expect(await runCommandLine(['run', '-c', file], io, fakeDependencies({ startSidecar }))).toBe(4);
    expect(output.stderr).toMatch(/ ERROR cannot-listen code=EADDRINUSE address=127.0.0.1:6432\n$/);
  });

  test('any other failure to start is 1', async () => {
    await writeFile(file, LISTENER + MASKING);
    const { io, output } = fakeProcess();
    const startSidecar = () => Promise.reject(systemError('ECONNREFUSED', 'connect'));
    expect(await runCommandLine(['run', '-c', file], io, fakeDependencies({ startSidecar }))).toBe(1);
    expect(output.stderr).toContain('start-failed errorClass=Error errorCode=ECONNREFUSED');
  });

  test('the admin endpoint knows the listeners, and says no while draining', async () => {
    await writeFile(file, `${LISTENER}${MASKING}admin: { listen: 127.0.0.1:0 }\n`);
    const { io, output, send, prints } = fakeProcess();
    let url = '';
    let whileDraining = 0;
    const { startSidecar, started } = fakeSidecar(async () => {
      whileDraining = (await fetch(`${url}/readyz`)).status;
    });
    const done = runCommandLine(['run', '-c', file], io, fakeDependencies({ startSidecar }));
    await prints('admin listens on');
    url = `http://${/admin listens on (\S+)/.exec(output.stdout)?.[1]}`;
    const before = await (await fetch(`${url}/readyz`)).json();
    started[0]?.metrics.listener('appdb').upstreamReachable(false);
    const unreachable = await fetch(`${url}/readyz`);
    send('SIGTERM');
    expect(await done).toBe(0);
    expect(before).toEqual({
      status: 'ready',
      listeners: [{ name: 'appdb', bound: true, upstream: 'unknown' }],
    });
    expect([unreachable.status, whileDraining]).toEqual([503, 503]);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  test('an admin address that is taken is 4 and closes the listeners', async () => {
    const { createServer } = await import('node:net');
    const taken = createServer();
    const port = await new Promise<number>((resolve) =>
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port)),
    );
    await writeFile(file, `${LISTENER}${MASKING}admin: { listen: "127.0.0.1:${port}" }\n`);
    let isClosed = false;
    const { startSidecar } = fakeSidecar(async () => {
      isClosed = true;
    });
    const { io, output } = fakeProcess();
    const code = await runCommandLine(['run', '-c', file], io, fakeDependencies({ startSidecar }));
    taken.close();
    expect([code, isClosed]).toEqual([4, true]);
    expect(output.stderr).toContain(`cannot-listen code=EADDRINUSE address=127.0.0.1:${port}`);
  });
});
