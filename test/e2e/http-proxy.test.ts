import { get, type RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Canary } from '../support/canary.ts';
import { tlsFiles } from '../support/tls-fixtures.ts';
import {
  type HttpBed,
  type HttpBedOptions,
  listenerTls,
  startHttpBed,
  upstreamTls,
} from './http/http-bed.ts';
import { clients, curl, nodeClient, rawClient } from './http/http-clients.ts';

const SECRET: Canary = { name: 'ssn', text: 'CNRY-4d9f2a-Tz6Kp1', middle: '4d9f2a-Tz6Kp1' };
const MASKING = { fields: [{ path: '$..ssn', mask: 'redact' as const }] };
const BODY = `{"ssn":"${SECRET.text}","n":1.0}`;
const MASKED = '{"ssn":"[masked]","n":1.0}';

const answer: RequestListener = (request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'application/json' }).end(BODY);
};

const open: HttpBed[] = [];

async function bedWith(options: Partial<HttpBedOptions>): Promise<HttpBed> {
  const bed = await startHttpBed({ masking: MASKING, ...options });
  open.push(bed);
  return bed;
}

afterEach(async () => {
  for (const bed of open.splice(0)) {
    expect(await bed.findLeak([SECRET])).toBeUndefined();
    await bed.close();
  }
});

const ask = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: shop.example\r\n${more}\r\n`;
const errorOf = (text: string): string => /"code":"(\w+)"/.exec(text)?.[1] ?? '';
const statusOf = (text: string): number => Number(text.split(' ')[1]);
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Value of a header as the upstream saw it; every one of its lines. */
function headerOf(bed: HttpBed, name: string): readonly string[] {
  const headers = bed.requests.at(-1)?.rawHeaders ?? [];
  return headers.filter((_, index) => index % 2 === 1 && headers[index - 1]?.toLowerCase() === name);
}

describe('requests to the upstream', () => {
  test('carry its host, and who asked for what', async () => {
    const bed = await bedWith({ upstream: answer });
    await rawClient(
      bed.port,
      ask('/a?b=c', 'X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n'),
    );
    expect(bed.requests.at(-1)).toMatchObject({ method: 'GET', url: '/a?b=c' });
    expect(headerOf(bed, 'host')).toEqual([`localhost:${bed.upstreamPort}`]);
    expect(headerOf(bed, 'x-forwarded-for')).toEqual(['9.9.9.9, 127.0.0.1']);
    expect(headerOf(bed, 'x-forwarded-host')).toEqual(['shop.example']);
    expect(headerOf(bed, 'x-forwarded-proto')).toEqual(['http']);
  });

  test('do not carry what a client says in our name, however it is spelt', async () => {
    const bed = await bedWith({ upstream: answer });
    const more =
      'X_Forwarded_Host: evil\r\nX-Forwarded_For: 6.6.6.6\r\nForwarded: for=9.9.9.9\r\nConnection: close\r\n';
    await rawClient(bed.port, ask('/', more));
    expect(bed.requests.at(-1)?.rawHeaders.join(' ')).not.toMatch(/evil|6\.6\.6\.6/);
    expect(headerOf(bed, 'forwarded')).toEqual(['for=9.9.9.9, for=127.0.0.1;proto=http']);
  });

  test('do not carry what is between the client and the proxy', async () => {
    const bed = await bedWith({ upstream: answer });
    const more =
      'Connection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=9\r\nProxy-Connection: keep-alive\r\n' +
      'TE: trailers\r\nUpgrade: h2c\r\nX-Stays: 1\r\n';
    await rawClient(bed.port, ask('/', more));
    for (const name of ['x-hop', 'keep-alive', 'proxy-connection', 'te', 'upgrade'])
      expect([name, headerOf(bed, name)]).toEqual([name, []]);
    expect(headerOf(bed, 'connection')).toEqual([]);
    expect(headerOf(bed, 'x-stays')).toEqual(['1']);
  });

  test.each(['Content-Length', 'host', 'content-type'])(
    'that call %s hop by hop are refused',
    async (name) => {
      const bed = await bedWith({ upstream: answer });
      const { text } = await rawClient(bed.port, ask('/', `Connection: close, ${name}\r\n`));
      expect([statusOf(text), errorOf(text)]).toEqual([400, 'WIREMASK_ERR_HTTP_HEAD']);
      expect(bed.requests).toEqual([]);
    },
  );

  test.each([
    ['GET http://shop.example/a?b HTTP/1.1', '/a?b'],
    ['GET http://shop.example HTTP/1.1', '/'],
    ['GET http://shop.example?b HTTP/1.1', '/?b'],
    ['OPTIONS http://shop.example HTTP/1.1', '*'],
    ['OPTIONS * HTTP/1.1', '*'],
  ])('%s asks for %s', async (line, url) => {
    const bed = await bedWith({ upstream: answer });
    await rawClient(bed.port, `${line}\r\nHost: shop.example\r\nConnection: close\r\n\r\n`);
    expect(bed.requests.map((request) => request.url)).toEqual([url]);
  });

  test('another host in the target than in Host is refused', async () => {
    const bed = await bedWith({ upstream: answer });
    const { text } = await rawClient(
      bed.port,
      'GET http://other.example/ HTTP/1.1\r\nHost: shop.example\r\n\r\n',
    );
    expect([statusOf(text), errorOf(text)]).toEqual([400, 'WIREMASK_ERR_HTTP_HEAD']);
    expect(bed.requests).toEqual([]);
  });

  test('stay below the path of the url', async () => {
    const bed = await bedWith({ upstream: answer, pathPrefix: '/api/v1' });
    await rawClient(bed.port, ask('/users?x=../y', 'Connection: close\r\n'));
    expect(bed.requests.at(-1)?.url).toBe('/api/v1/users?x=../y');
    for (const path of [
      '/../admin',
      '/a/%2e%2E/../x',
      '/..%2fadmin',
      '/..;a=b/admin',
      '/%252e%252e/x',
      '/a/..',
    ]) {
      const { text } = await rawClient(bed.port, ask(path));
      expect([path, statusOf(text)]).toEqual([path, 400]);
    }
    expect(bed.requests).toHaveLength(1);
  });

  test.each([
    [
      'both lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef'],
    ['a folded line', 'GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n Content-Length: 5\r\n\r\nabcde'],
    ['a bare line feed', 'GET / HTTP/1.1\nHost: a\n\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
  ])('with %s are refused', async (_, bytes) => {
    const bed = await bedWith({ upstream: answer });
    const { text, end } = await rawClient(bed.port, bytes);
    expect([statusOf(text), end]).toEqual([400, 'end']);
    expect(bed.requests).toEqual([]);
  });

  test('are sent with their bodies, whatever the framing', async () => {
    const bodies: string[] = [];
    const bed = await bedWith({
      upstream: (request, response) => {
        let body = '';
        request.on('data', (part: Buffer) => {
          body += part.toString();
        });
        request.on('end', () => {
          bodies.push(body);
          answer(request, response);
        });
      },
    });
    const chunked =
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n';
    const sized = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nfghij';
    const { text } = await rawClient(bed.port, chunked + sized, 40);
    expect(bodies).toEqual(['abcde', 'fghij']);
    expect(text.split(MASKED)).toHaveLength(3);
    // Large enough for curl to ask first (Expect: 100-continue).
    const large = 'x'.repeat(1_500_000);
    const url = `http://127.0.0.1:${bed.port}/`;
    const { stdout } = await curl(['--data-binary', '@-', '--header', 'Expect: 100-continue', url], large);
    expect([stdout.toString(), bodies.at(-1) === large]).toEqual([MASKED, true]);
    expect(bed.received().toString()).toContain('HTTP/1.1 100 Continue');
  });
});

describe('an upstream that fails', () => {
  test.each(clients)('is not there: 502 for %s', async (_, client) => {
    const bed = await bedWith({});
    const { status, headers, body } = await client(bed.port, '/path-of-request?query');
    expect([status, headers['content-type'], headers['connection']]).toEqual([
      502,
      'application/json',
      'close',
    ]);
    expect(JSON.parse(body)).toEqual({
      error: { code: 'ECONNREFUSED', message: 'wiremask: cannot reach the upstream server (ECONNREFUSED)' },
    });
    const metrics = await bed.metricsText();
    expect(metrics).toContain('wiremask_errors_total{listener="api",code="ECONNREFUSED"} 1');
    expect(metrics).toContain('wiremask_upstream_reachable{listener="api"} 0');
    expect(bed.logs.join('')).toContain('"event":"connection-refused"');
    expect(bed.logs.join('')).not.toContain('path-of-request');
  });

  test.each([
    ['closes', (socket: Socket) => socket.end()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
    ['sends no HTTP', (socket: Socket) => socket.end(`hello ${SECRET.text}\r\n\r\n`)],
    [
      'sends two lengths',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'),
    ],
  ])('%s before its response: 502', async (_, fail) => {
    const bed = await bedWith({ rawUpstream: (socket) => socket.once('data', () => fail(socket)) });
    const { text, end } = await rawClient(bed.port, ask('/'));
    expect([statusOf(text), end]).toEqual([502, 'end']);
    expect(errorOf(text)).toMatch(/^WIREMASK_ERR_(?:TRUNCATED|HTTP_HEAD|HTTP_FRAMING)$/);
  });

  test('resets behind what was refused: the refusal stands', async () => {
    let delay = 0;
    const refused = 'HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 100000\r\n\r\nabc';
    const bed = await bedWith({
      rawUpstream: (socket) =>
        socket.once('data', () =>
          socket.write(refused, () => setTimeout(() => socket.resetAndDestroy(), delay++)),
        ),
    });
    for (let round = 0; round < 12; round++) {
      const { text } = await rawClient(bed.port, ask('/'));
      expect(statusOf(text)).toBe(502);
      expect(errorOf(text)).toBe('WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE');
    }
  });

  test('resets a body that ends with the connection: so does the client hear of it', async () => {
    const bed = await bedWith({
      rawUpstream: (socket) =>
        socket.once('data', () => {
          socket.write(`HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n${BODY}`);
          setTimeout(() => socket.resetAndDestroy(), 30);
        }),
    });
    const { end } = await rawClient(bed.listenerPort, 'GET / HTTP/1.0\r\nHost: a\r\n\r\n');
    expect(end).toBe('ECONNRESET');
  });

  test('does not take the connection: 504', async () => {
    // TLS that never answers: the connection stands, the handshake does not.
    const bed = await bedWith({
      upstreamTls,
      limits: { startupTimeoutMs: 300 },
      rawUpstream: (socket) => socket.resume(),
    });
    const { text } = await rawClient(bed.port, ask('/'));
    expect([statusOf(text), errorOf(text)]).toEqual([504, 'STARTUP_TIMEOUT']);
  });
});

describe('TLS', () => {
  const https = (port: number): string => `https://localhost:${port}/a`;

  test('on both legs', async () => {
    const bed = await bedWith({ upstream: answer, listenerTls, upstreamTls });
    const { stdout, code } = await curl(['--cacert', tlsFiles.ca, https(bed.port), https(bed.port)]);
    expect([stdout.toString(), code]).toEqual([MASKED.repeat(2), 0]);
    expect(headerOf(bed, 'x-forwarded-proto')).toEqual(['https']);
    expect(await bed.findLeak([SECRET], stdout)).toBeUndefined();
  });

  test('a client without TLS is told where it is required, and served where it is not', async () => {
    const required = await bedWith({ upstream: answer, listenerTls });
    const { text } = await rawClient(required.port, ask('/'));
    expect([statusOf(text), errorOf(text)]).toEqual([400, 'TLS_REQUIRED']);
    const offered = await bedWith({ upstream: answer, listenerTls: { ...listenerTls, required: false } });
    expect((await nodeClient(offered.port, '/')).body).toBe(MASKED);
    const { stdout } = await curl(['--cacert', tlsFiles.ca, https(offered.port)]);
    expect(stdout.toString()).toBe(MASKED);
  });

  test('an upstream whose certificate is another one: 502, and no byte of the request', async () => {
    const bed = await bedWith({
      upstream: answer,
      upstreamTls: { ...upstreamTls, serverName: 'crm.internal' },
    });
    const { text } = await rawClient(bed.port, ask('/'));
    expect([statusOf(text), errorOf(text)]).toEqual([502, 'ERR_TLS_CERT_ALTNAME_INVALID']);
    expect(bed.requests).toEqual([]);
  });

  test('HTTP/2 is not offered', async () => {
    const bed = await bedWith({ upstream: answer, listenerTls });
    const url = https(bed.port);
    const { stdout } = await curl([
      '--cacert',
      tlsFiles.ca,
      '--http2',
      '--write-out',
      ' %{http_version}',
      url,
    ]);
    expect(stdout.toString()).toBe(`${MASKED} 1.1`);
  });
});

describe('time and number', () => {
  test('a head that does not come to its end: 408', async () => {
    const bed = await bedWith({ upstream: answer, limits: { startupTimeoutMs: 300 } });
    const started = performance.now();
    const { text } = await rawClient(bed.port, `${ask('/').slice(0, -2)}X: ${'x'.repeat(5_000)}`, 1_000);
    expect([statusOf(text), errorOf(text)]).toEqual([408, 'STARTUP_TIMEOUT']);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(bed.requests).toEqual([]);
  });

  test('the same for a later head, and for a client that says nothing', async () => {
    const bed = await bedWith({ upstream: answer, limits: { startupTimeoutMs: 300 } });
    const later = await rawClient(bed.port, `${ask('/')}GET /b HTT`, 2);
    const silent = await rawClient(bed.port, '');
    expect([later.text.split('HTTP/1.1 ').length, later.end, silent.end]).toEqual([3, 'end', 'end']);
    expect(errorOf(later.text)).toBe('STARTUP_TIMEOUT');
  });

  test('without a request a connection is closed after idleTimeoutMs, with one it is not', async () => {
    const bed = await bedWith({
      limits: { idleTimeoutMs: 200 },
      upstream: (request, response) => void setTimeout(() => answer(request, response), 600),
    });
    const started = performance.now();
    const { text, end } = await rawClient(bed.port, ask('/'));
    expect([text.endsWith(MASKED), end]).toEqual([true, 'end']);
    expect(performance.now() - started).toBeGreaterThan(750);
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test('one connection too many: 503', async () => {
    const bed = await bedWith({ upstream: answer, limits: { connectionsMax: 1 } });
    const held = connect(bed.port, '127.0.0.1');
    await new Promise((resolve) => held.once('connect', resolve));
    await pause(50);
    const { text } = await rawClient(bed.port, ask('/'));
    expect([statusOf(text), errorOf(text)]).toEqual([503, 'CONNECTIONS_MAX']);
    held.destroy();
  });

  test('drained, a request at hand is answered, and its connection closed', async () => {
    const bed = await bedWith({
      upstream: (request, response) => void setTimeout(() => answer(request, response), 300),
    });
    const idle = rawClient(bed.port, '');
    const busy = rawClient(bed.port, ask('/'));
    await pause(100);
    const started = performance.now();
    await bed.drain(5_000);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect((await busy).text.endsWith(MASKED)).toBe(true);
    expect((await idle).end).toBe('end');
  });

  test('a client that does not read holds the upstream back', async () => {
    let sent = 0;
    const part = Buffer.from(`{"n":"${'x'.repeat(65_000)}"}\n`);
    const bed = await bedWith({
      upstream: (_, response) => {
        response.writeHead(200, { 'content-type': 'application/x-ndjson' });
        const fill = (): void => {
          for (let room = true; room && sent < 400_000_000; sent += part.length) room = response.write(part);
        };
        response.on('drain', fill);
        fill();
      },
    });
    const request = get({ host: '127.0.0.1', port: bed.listenerPort, agent: false }, (response) =>
      response.pause(),
    );
    await pause(1_000);
    expect(sent).toBeLessThan(60_000_000);
    request.destroy();
  });

  test('the client has gone: so is the connection to the upstream', async () => {
    let closed: () => void = () => undefined;
    const whenClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const bed = await bedWith({ upstream: (request) => void request.socket.once('close', closed) });
    const socket = connect(bed.listenerPort, '127.0.0.1', () => socket.write(ask('/')));
    await pause(200);
    socket.destroy();
    await whenClosed;
    expect(bed.requests).toHaveLength(1);
  });
});
