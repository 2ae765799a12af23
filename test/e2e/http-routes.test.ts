import { Agent, createServer, type RequestListener, request, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Canary } from '../support/canary.ts';
import { type BedRoute, type HttpBed, type HttpBedOptions, startHttpBed } from './http/http-bed.ts';
import { overOneConnection, rawClient } from './http/http-clients.ts';

const SECRET: Canary = { name: 'ssn', text: 'CNRY-4d9f2a-Tz6Kp1', middle: '4d9f2a-Tz6Kp1' };
const MASKING = { fields: [{ path: '$..ssn', mask: 'redact' as const }] };

const open: { close(): Promise<void> }[] = [];

async function bedWith(options: Partial<HttpBedOptions>): Promise<HttpBed> {
  const bed = await startHttpBed({ masking: MASKING, ...options });
  open.unshift({
    close: async () => {
      expect(await bed.findLeak([SECRET])).toBeUndefined();
      await bed.close();
    },
  });
  return bed;
}

/** An upstream of its own that says its name, the path and a secret. @returns Its port. */
async function startNamed(name: string): Promise<number> {
  const server: Server = createServer(named(name));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
  return (server.address() as AddressInfo).port;
}

function named(name: string): RequestListener {
  return (asked, response) => {
    asked.resume();
    const body = JSON.stringify({
      name,
      url: asked.url,
      host: asked.headers['x-forwarded-host'],
      ssn: SECRET.text,
    });
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  };
}

afterEach(async () => {
  for (const { close } of open.splice(0)) await close();
});

const ask = (path: string, more = '', host = 'shop.example'): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`;
const last = 'Connection: close\r\n';
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

interface Said {
  readonly name: string;
  readonly url: string;
}

/** What the upstreams said, in order. */
const saidIn = (text: string): readonly Said[] =>
  [...text.matchAll(/\{"name".*?\}/g)].map(([json]) => {
    const { name, url } = JSON.parse(json) as Said;
    return { name, url };
  });

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
    open.push(bed);
    const { text } = await rawClient(bed.port, ask('/', last));
    expect(text).toContain('location: [masked]');
    expect(await bed.findLeak([SECRET])).toBeUndefined();
  });
});

describe('connections to the upstream', () => {
  /** An upstream that counts its connections. */
  async function counting(
    upstream: RequestListener = named('one'),
  ): Promise<{ readonly bed: HttpBed; readonly sockets: Set<Socket> }> {
    const sockets = new Set<Socket>();
    const bed = await bedWith({
      upstream: (asked, response) => {
        sockets.add(asked.socket);
        upstream(asked, response);
      },
    });
    return { bed, sockets };
  }

  test('serve one client after the other', async () => {
    const { bed, sockets } = await counting();
    for (let client = 0; client < 5; client++) await overOneConnection(bed.port, ['/a', '/b']);
    expect(bed.requests).toHaveLength(10);
    expect(sockets.size).toBe(1);
  });

  test('are the only ones of their client where they carry its log-in', async () => {
    const { bed, sockets } = await counting();
    const ntlm = 'Authorization: NTLM abc\r\n';
    for (let client = 0; client < 3; client++) {
      const { text } = await rawClient(bed.port, ask('/1', ntlm) + ask('/2') + ask('/3', last));
      expect(saidIn(text).map(({ url }) => url)).toEqual(['/1', '/2', '/3']);
    }
    expect(sockets.size).toBe(3);
  });

  test('that the upstream has closed are not used', async () => {
    const { bed, sockets } = await counting();
    await overOneConnection(bed.port, ['/a']);
    for (const socket of sockets) socket.destroy();
    await pause(50);
    expect(await overOneConnection(bed.port, ['/b'])).toEqual([expect.stringContaining('[masked]')]);
    expect(sockets.size).toBe(2);
  });

  test('are not used for longer than the upstream has said', async () => {
    const { bed, sockets } = await counting((asked, response) => {
      response.setHeader('Keep-Alive', 'timeout=1');
      named('short')(asked, response);
    });
    await overOneConnection(bed.port, ['/a', '/b']);
    expect(sockets.size).toBe(2);
  });

  /** Answers the first request of every connection, and closes at the second. */
  const forgetful = (close: (socket: Socket) => void): ((socket: Socket) => void) => {
    const answer = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"ssn":"cnr"}`;
    return (socket) => {
      socket.once('data', () => {
        socket.write(answer);
        socket.once('data', () => close(socket));
      });
    };
  };

  test.each([
    ['closed', (socket: Socket): void => void socket.end()],
    ['reset', (socket: Socket): void => void socket.resetAndDestroy()],
  ])('%s at a request without an answer: it is sent again, once', async (_, close) => {
    const bed = await bedWith({ rawUpstream: forgetful(close) });
    const bodies = await overOneConnection(bed.port, ['/a', '/b', '/c', '/d']);
    expect(bodies).toEqual(bodies.map(() => '{"ssn":"[masked]"}'));
  });

  test('closed at a request that may have done something: 502, and never a second try', async () => {
    const seen: string[] = [];
    const bed = await bedWith({
      rawUpstream: (socket) => {
        socket.on('data', (chunk) => seen.push(chunk.toString('latin1').split(' ')[0]!));
        forgetful((own) => own.end())(socket);
      },
    });
    const post = 'POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx';
    const { text } = await rawClient(bed.port, ask('/a') + post);
    expect(text).toMatch(/200 OK[\s\S]*HTTP\/1\.1 502 /);
    expect(seen).toEqual(['GET', 'POST']);
  });

  test('that say something unasked are dropped, and nobody gets it', async () => {
    const bed = await bedWith({
      rawUpstream: (socket) => {
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
          setTimeout(() => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n${SECRET.text}`), 30);
        });
      },
    });
    await overOneConnection(bed.port, ['/a']);
    await pause(100);
    expect(await overOneConnection(bed.port, ['/b'])).toEqual(['']);
  });

  test('with bytes behind an answer are dropped', async () => {
    let connections = 0;
    const bed = await bedWith({
      rawUpstream: (socket) => {
        connections++;
        socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 X'));
      },
    });
    expect(await overOneConnection(bed.port, ['/a', '/b'])).toEqual(['ok', 'ok']);
    expect(await overOneConnection(bed.port, ['/c'])).toEqual(['ok']);
    expect(connections).toBe(3);
  });

  test('a request that was kept in part goes on when the answer before it ends with its connection', async () => {
    const bed = await bedWith({
      rawUpstream: (socket) =>
        socket.once('data', (chunk) => {
          const isPost = chunk.toString('latin1').startsWith('POST');
          const body = chunk.toString('latin1').split('\r\n\r\n')[1] ?? '';
          const answer = (text: string): void => void socket.end(`HTTP/1.0 200 OK\r\n\r\n${text}`);
          if (!isPost) setTimeout(() => answer('first'), 100);
          else if (body.length === 5) answer(body);
          else socket.on('data', (rest) => answer(body + rest.toString('latin1')));
        }),
    });
    const socket = connect(bed.port, '127.0.0.1');
    const heard: Buffer[] = [];
    socket.on('data', (chunk) => heard.push(chunk));
    socket.write(
      `${ask('/a')}POST /b HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhe`,
    );
    await pause(50);
    socket.write('llo');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(Buffer.concat(heard).toString()).toMatch(/first[\s\S]*hello/);
  });

  test('the end of one is not the end of the client', async () => {
    const bed = await bedWith({
      rawUpstream: (socket) =>
        socket.once('data', () => {
          socket.end(`HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"ssn":"${SECRET.text}"}`);
        }),
    });
    const bodies = await overOneConnection(bed.port, ['/a', '/b']);
    expect(bodies).toEqual(['{"ssn":"[masked]"}', '{"ssn":"[masked]"}']);
  });

  test('a slow client holds back the one it reads from, not the others', async () => {
    const size = 40_000_000;
    let sent = 0;
    const bed = await bedWith({
      upstream: (asked, response) => {
        if (asked.url !== '/big') {
          named('small')(asked, response);
          return;
        }
        response.writeHead(200, { 'content-type': 'text/plain' });
        const part = Buffer.alloc(65_536, 'a ');
        const more = (): void => {
          while (sent < size) {
            sent += part.length;
            if (!response.write(part)) {
              response.once('drain', more);
              return;
            }
          }
          response.end();
        };
        more();
      },
    });
    const slow = connect(bed.listenerPort, '127.0.0.1', () => slow.write(ask('/big')));
    slow.pause();
    await pause(500);
    const stopped = sent;
    await overOneConnection(bed.listenerPort, ['/small']);
    await pause(200);
    expect(sent).toBe(stopped);
    expect(sent).toBeLessThan(size / 2);
    slow.destroy();
  });

  test('no answer in time: 504', async () => {
    const bed = await bedWith({
      limits: { responseTimeoutMs: 150 },
      upstream: (asked, response) => {
        if (asked.url === '/slow') return;
        named('fast')(asked, response);
      },
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const statusOf = (path: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        request({ host: '127.0.0.1', port: bed.port, path, agent }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode));
        })
          .on('error', reject)
          .end();
      });
    expect(await statusOf('/fast')).toBe(200);
    await pause(250);
    expect(await statusOf('/fast')).toBe(200);
    expect(await statusOf('/slow')).toBe(504);
    agent.destroy();
    expect(bed.logs.join('')).toContain('"event":"response-timeout"');
    // The upstream is there, only slow.
    expect(await bed.metricsText()).toContain('wiremask_upstream_reachable{listener="api"} 1');
    expect(await bed.metricsText()).not.toContain('WIREMASK_ERR_TRUNCATED');
  });
});
