import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { runCommandLine } from '../../sidecar/command-line.ts';
import { createDependencies } from '../../sidecar/commands/dependencies.ts';
import { renderSideBySide } from '../../sidecar/demo/side-by-side.ts';
import type { StartSidecar } from '../../sidecar/sidecar-types.ts';
import { fakeDependencies, fakeProcess } from './cli-support.ts';

/** Stands in for the sidecar: a pipe that changes one value without changing its length. */
const pipe: StartSidecar = async ({ config }) => {
  const listener = config.listeners[0];
  if (listener?.protocol !== 'postgres') throw new Error('PostgreSQL expected');
  if (listener.upstream.address.kind !== 'tcp' || listener.address.kind !== 'tcp')
    throw new Error('tcp expected');
  const { port } = listener.upstream.address;
  const sockets = new Set<Socket>();
  const server = createServer((downstream) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [downstream, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    downstream.pipe(upstream);
    upstream.on('data', (chunk) => {
      downstream.write(
        Buffer.from(chunk.toString('latin1').replaceAll('219-09-9999', '*******9999'), 'latin1'),
      );
    });
    upstream.on('close', () => downstream.destroy());
    downstream.on('close', () => upstream.destroy());
  });
  const wanted = listener.address.port;
  const bound = await new Promise<number>((resolve) =>
    server.listen(wanted, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  );
  return {
    listeners: [{ name: listener.name, address: `127.0.0.1:${bound}` }],
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

describe('wiremask demo', () => {
  test('--once shows the rows twice, marks what differs, and ends', async () => {
    const { io, output, handlerCount } = fakeProcess();
    const started = performance.now();
    // The rules are compiled by the library, so that a demonstration it refuses is noticed here.
    const { compileMasking } = createDependencies();
    const dependencies = fakeDependencies({ startSidecar: pipe, compileMasking });
    expect(await runCommandLine(['demo', '--once'], io, dependencies)).toBe(0);
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(output.stderr).toBe('');
    expect(output.stdout).toMatch(/BEFORE \(directly\) +AFTER \(through wiremask\)/);
    expect(output.stdout).toMatch(/^\* ssn +219-09-9999 +\*{7}9999$/m);
    expect(output.stdout).toMatch(/^ {2}name +Ada Example +Ada Example$/m);
    expect(Math.max(...output.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
    expect(handlerCount()).toBe(0);
  });

  test('with the sidecar itself, no value that a rule protects is on the right', async () => {
    const { io, output } = fakeProcess();
    expect(await runCommandLine(['demo', '--once'], io, createDependencies())).toBe(0);
    const secrets = [
      'ada@example.com',
      '219-09-9999',
      '81500.00',
      '4242 4242 4242 4242',
      'AKIAQ7DEMO',
      'sk_live_',
    ];
    for (const secret of secrets) {
      // Once, on the left; a second time would be on the right.
      expect([secret, output.stdout.split(secret).length - 1]).toEqual([secret, 1]);
    }
    expect(output.stdout).toMatch(/^\* ssn +219-09-9999 +\S*9999$/m);
    expect(output.stdout).toMatch(/"ssn": "\*{3}-\*{2}-9999",\n {2}"salary": null/);
  });

  test('stays until a signal and tells how to connect', async () => {
    const { io, output, send, prints } = fakeProcess();
    const done = runCommandLine(['demo'], io, fakeDependencies({ startSidecar: pipe }));
    await prints('Ctrl-C ends the demo.');
    send('SIGINT');
    expect(await done).toBe(0);
    expect(output.stdout).toMatch(
      /masked {4}psql "host=127\.0\.0\.1 port=\d+ user=postgres dbname=postgres sslmode=disable"/,
    );
    expect(output.stdout).toMatch(/postgresql:\/\/postgres@127\.0\.0\.1:\d+\/postgres\?sslmode=disable/);
  });

  test('a port that is taken is 4', async () => {
    const startSidecar = () =>
      Promise.reject(
        Object.assign(new Error(), { code: 'EADDRINUSE', syscall: 'listen', address: '127.0.0.1', port: 1 }),
      );
    const { io, output } = fakeProcess();
    expect(await runCommandLine(['demo', '--port', '1'], io, fakeDependencies({ startSidecar }))).toBe(4);
    expect(output.stderr).toContain('cannot-listen code=EADDRINUSE address=127.0.0.1:1');
  });
});

describe('renderSideBySide', () => {
  const rows = (...cells: (string | null)[]) => ({ columns: ['a', 'long_name'], rows: [cells] });

  test('marks cells that differ, shows NULL, and wraps instead of cutting', () => {
    const left = rows('same', 'a text that is too long for its column and has to continue below');
    const right = rows('same', null);
    expect(renderSideBySide(['L', 'R'], left, right, 72)).toBe(
      [
        '             L                             R',
        `  ${'-'.repeat(69)}`,
        '  a          same                          same',
        '* long_name  a text that is too long for   NULL',
        '             its column and has to',
        '             continue below',
        '',
      ].join('\n'),
    );
  });

  test('a text without spaces is broken anywhere and nothing of it is lost', () => {
    const text = 'x'.repeat(100);
    const output = renderSideBySide(['L', 'R'], rows(text, ''), rows('', ''), 72);
    expect(output.match(/x/g)).toHaveLength(100);
    expect(Math.max(...output.split('\n').map((line) => line.length))).toBeLessThanOrEqual(72);
  });

  test('terminal control characters of a value are not sent to the terminal', () => {
    expect(renderSideBySide(['L', 'R'], rows('\u001b[2J\n', ''), rows('', ''), 100)).not.toContain('\u001b');
  });

  test('rows that one side does not have are said to be missing', () => {
    const none = { columns: ['a', 'long_name'], rows: [] };
    expect(renderSideBySide(['L', 'R'], rows('x', 'y'), none, 100)).toContain('(no row)');
  });
});
