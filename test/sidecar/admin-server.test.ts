import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type AdminServer,
  type ListenerReadiness,
  startAdminServer,
} from '../../sidecar/admin/admin-server.ts';
import { createMetrics } from '../../sidecar/admin/metrics.ts';
import { createLog } from '../../sidecar/log.ts';

const servers: AdminServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const silent = createLog({ write: () => undefined });

async function start(readiness: () => readonly ListenerReadiness[] = () => []): Promise<string> {
  const metrics = createMetrics({ collectsProcess: false });
  metrics.listener('appdb').rows(3);
  const address = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const;
  const server = await startAdminServer({ address, metrics, readiness, log: silent });
  servers.push(server);
  return `http://${server.address}`;
}

describe('startAdminServer', () => {
  test('/healthz says that the process lives, whatever the listeners do', async () => {
    const response = await fetch(`${await start()}/healthz`);
    expect([response.status, await response.text()]).toEqual([200, '{"status":"alive"}\n']);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test.each([
    ['reachable', true, 200, 'ready'],
    ['unknown', true, 200, 'ready'],
    ['unreachable', true, 503, 'not ready'],
    ['reachable', false, 503, 'not ready'],
  ] as const)('/readyz with upstream %s and bound %s is %i', async (upstream, isBound, status, word) => {
    const ready: ListenerReadiness = { name: 'a', isBound: true, upstream: 'reachable' };
    const url = await start(() => [ready, { name: 'b', isBound, upstream }]);
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      status: word,
      listeners: [
        { name: 'a', bound: true, upstream: 'reachable' },
        { name: 'b', bound: isBound, upstream },
      ],
    });
  });

  test('/readyz without listeners is not ready', async () => {
    expect((await fetch(`${await start()}/readyz`)).status).toBe(503);
  });

  test('/metrics is Prometheus text; a query string does not matter', async () => {
    const response = await fetch(`${await start()}/metrics?x=1`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toContain('wiremask_rows_total{listener="appdb"} 3\n');
  });

  test('HEAD gets the headers of GET without the body', async () => {
    const url = await start();
    const response = await fetch(`${url}/healthz`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(response.headers.get('content-length')).toBe('19');
  });

  test('an unknown path is 404 in JSON and does not repeat the path', async () => {
    const response = await fetch(`${await start()}/secret-219-09-9999`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: 'not found', paths: ['/healthz', '/readyz', '/metrics'] });
  });

  test.each(['/healthz', '/readyz', '/metrics'])('another method on %s is 405 in JSON', async (path) => {
    const response = await fetch((await start()) + path, { method: 'POST', body: 'x' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(await response.json()).toEqual({ error: 'method not allowed', allow: 'GET, HEAD' });
  });

  test('a failure inside is 500 without its message', async () => {
    const url = await start(() => {
      throw new Error('219-09-9999');
    });
    const response = await fetch(`${url}/readyz`);
    expect([response.status, await response.text()]).toEqual([500, '{"error":"internal error"}\n']);
  });

  test('an address that is taken is the system error of listen', async () => {
    const url = new URL(await start());
    const address = { kind: 'tcp', host: '127.0.0.1', port: Number(url.port) } as const;
    const metrics = createMetrics({ collectsProcess: false });
    await expect(
      startAdminServer({ address, metrics, readiness: () => [], log: silent }),
    ).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  test('a unix socket serves too, and closing twice is fine', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'wiremask-admin-'));
    const path = join(directory, 'admin.sock');
    const metrics = createMetrics({ collectsProcess: false });
    const server = await startAdminServer({
      address: { kind: 'unix', path },
      metrics,
      readiness: () => [],
      log: silent,
    });
    const status = await new Promise((resolve, reject) => {
      request({ socketPath: path, path: '/healthz' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    await Promise.all([server.close(), server.close()]);
    await rm(directory, { recursive: true });
    expect([status, server.address]).toEqual([200, path]);
  });
});
