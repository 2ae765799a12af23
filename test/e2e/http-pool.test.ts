import { Agent, type RequestListener, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { HttpBed } from './http/http-bed.ts';
import { overOneConnection, rawClient } from './http/http-clients.ts';
import { ask, bedWith, closeBeds, last, named, pause, SECRET, saidIn } from './http/named-upstream.ts';

afterEach(closeBeds);

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

  test('an answer before the end of its request: the next one is answered, too', async () => {
    const bed = await bedWith({
      rawUpstream: (socket) =>
        socket.on('data', (chunk) => {
          if (/(?:GET|POST) /.test(chunk.toString('latin1')))
            socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        }),
    });
    const socket = connect(bed.port, '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
    });
    socket.write('POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello');
    await pause(100);
    expect(heard).toContain('ok');
    socket.write(`world${ask('/two')}`);
    await pause(100);
    expect(heard.split('\r\n\r\nok')).toHaveLength(3);
    // Whoever asked for the end gets it, whatever is missing of the request.
    socket.write('POST /three HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 10\r\n\r\nhello');
    await new Promise((resolve) => socket.once('end', resolve));
    expect(heard.split('\r\n\r\nok')).toHaveLength(4);
  });

  test('an upload that stops behind its answer does not hold the connection', async () => {
    const bed = await bedWith({
      limits: { startupTimeoutMs: 200 },
      rawUpstream: (socket) =>
        socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')),
    });
    const { text, end } = await rawClient(
      bed.port,
      'POST /one HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello',
    );
    expect([text.endsWith('ok'), text.includes('408'), end]).toEqual([true, false, 'end']);
  });

  test('a client that has gone with half a request behind its last one is noticed', async () => {
    let closed: () => void = () => undefined;
    const whenClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const bed = await bedWith({
      upstream: (asked, response) => {
        asked.socket.once('close', closed);
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: a\n\n');
      },
    });
    const socket = connect(bed.listenerPort, '127.0.0.1', () => socket.write(`${ask('/events')}G`));
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    await whenClosed;
  });

  test('a slow client gets all of an answer that is behind the end of its connection', async () => {
    const size = 6_000_000;
    const bed = await bedWith({
      upstream: (_, response) =>
        void response.writeHead(200, { 'content-type': 'text/plain' }).end('a '.repeat(size / 2)),
    });
    const socket = connect(bed.listenerPort, '127.0.0.1', () =>
      socket.write('GET / HTTP/1.0\r\nHost: a\r\n\r\n'),
    );
    socket.pause();
    await pause(6_500);
    let got = 0;
    socket.on('data', (chunk) => {
      got += chunk.length;
    });
    socket.resume();
    await new Promise((resolve) => socket.once('end', resolve));
    expect(got).toBeGreaterThan(size);
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
