import { afterEach, describe, expect, test } from 'vitest';
import { type BedRoute, type HttpBed, startHttpBed } from './http/http-bed.ts';
import { rawClient } from './http/http-clients.ts';
import { ask, bedWith, closeBeds, last, named, SECRET, saidIn, startNamed } from './http/named-upstream.ts';

afterEach(closeBeds);

describe('several upstreams', () => {
  const routes = async (): Promise<readonly BedRoute[]> => [
    { path: '/crm', pathPrefix: '/api', port: await startNamed('crm') },
    { host: 'billing.example', port: await startNamed('billing') },
    { host: '*.shop.example:8080', path: '/x', port: await startNamed('shops') },
    {},
  ];

  test('by path and by host, over one connection, in the order of the requests', async () => {
    const bed = await bedWith({ routes: await routes(), upstream: named('rest') });
    const { text } = await rawClient(
      bed.port,
      ask('/crm/users?a=/b') +
        ask('/') +
        ask('/invoices', '', 'BILLING.example:80') +
        ask('/x/1', '', 'a.shop.example:8080') +
        ask('/x/1', '', 'a.shop.example') +
        ask('/crm') +
        ask('/crm?q') +
        ask('/crmx', last),
    );
    expect(saidIn(text)).toEqual([
      { name: 'crm', url: '/api/users?a=/b' },
      { name: 'rest', url: '/' },
      { name: 'billing', url: '/invoices' },
      { name: 'shops', url: '/1' },
      { name: 'rest', url: '/x/1' },
      { name: 'crm', url: '/api' },
      { name: 'crm', url: '/api?q' },
      { name: 'rest', url: '/crmx' },
    ]);
    expect(text.split('"ssn":"[masked]"')).toHaveLength(9);
  });

  test('a request that none takes is answered with 404', async () => {
    const bed = await bedWith({ routes: [{ path: '/crm' }], upstream: named('crm') });
    const { text, end } = await rawClient(bed.port, ask('/crm/a') + ask('/other'));
    expect(saidIn(text)).toEqual([{ name: 'crm', url: '/a' }]);
    expect(text).toMatch(/HTTP\/1\.1 404 Not Found\r\n/);
    expect(text).toContain('"code":"WIREMASK_ERR_HTTP_ROUTE"');
    expect(end).toBe('end');
    expect(bed.requests).toHaveLength(1);
  });

  test.each(['/crm/../admin', '/crm/%2e%2e/x', '/crm/..%2f'])('%s does not leave its path', async (path) => {
    const bed = await bedWith({ routes: [{ path: '/crm' }, {}], upstream: named('crm') });
    const { text } = await rawClient(bed.port, ask(path));
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(bed.requests).toEqual([]);
  });
});

describe('places an upstream names', () => {
  test.each([
    ['Location', 'http://localhost:PORT/api/users/1?a#b', 'http://shop.example/crm/users/1?a#b'],
    ['Location', 'http://LOCALHOST:PORT/api', 'http://shop.example/crm'],
    ['Location', '//localhost:PORT/api/x', 'http://shop.example/crm/x'],
    ['Location', '/api/users/1', '/crm/users/1'],
    ['Location', '/apis', '/apis'],
    ['Location', 'users/1', 'users/1'],
    ['Location', 'https://localhost:PORT/api/x', 'https://localhost:PORT/api/x'],
    ['Location', 'http://elsewhere.example/api/x', 'http://elsewhere.example/api/x'],
    ['Location', 'http://localhost:PORT/other', 'http://localhost:PORT/other'],
    ['Content-Location', '/api/a', '/crm/a'],
    ['Set-Cookie', 'a=b; Path=/api/x; Secure; Domain=localhost', 'a=b; Path=/crm/x; Secure'],
    ['Set-Cookie', 'a=b; path=/; Domain=.example', 'a=b; path=/; Domain=.example'],
    ['Set-Cookie', 'a=b; Path=/api/; Path=x; Path=', 'a=b; Path=/crm; Path=x; Path='],
    ['Set-Cookie', 'a=b', 'a=b'],
    ['Set-Cookie', `a=b; Path=/a${' '.repeat(9_000)}b; Secure`, `a=b; Path=/a${' '.repeat(9_000)}b; Secure`],
  ])('%s: %s becomes %s', async (name, told, seen) => {
    const bed: HttpBed = await bedWith({
      routes: [{ path: '/crm', pathPrefix: '/api' }],
      upstream: (asked, response) => {
        asked.resume();
        response.writeHead(201, { [name]: told.replace('PORT', String(bed.upstreamPort)) }).end();
      },
    });
    const { text } = await rawClient(bed.port, ask('/crm/users', last));
    expect(text).toContain(`\r\n${name}: ${seen.replace('PORT', String(bed.upstreamPort))}\r\n`);
  });

  test('is masked where it holds what is to be masked', async () => {
    const bed = await startHttpBed({
      masking: { fields: [{ header: 'location', mask: 'redact' }] },
      upstream: (_, response) => void response.writeHead(302, { location: `/${SECRET.text}` }).end(),
    });
    const { text } = await rawClient(bed.port, ask('/', last));
    expect(text).toContain('location: [masked]');
    expect(await bed.findLeak([SECRET])).toBeUndefined();
    await bed.close();
  });
});
