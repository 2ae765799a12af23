import { once } from 'node:events';
import { get, type IncomingMessage, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Masker, WiremaskError } from 'wiremask';
import { createMaskingMiddleware } from 'wiremask/stream';
import { compression } from './support/compression.ts';
import {
  ask,
  canariesIn,
  httpMasker,
  json,
  maskedJson,
  plainJson,
  secretJson,
  serve,
  serveMasked,
  setType,
  type TestServer,
  type Write,
} from './support/http.ts';

let masker: Masker;
const refused: WiremaskError[] = [];
beforeAll(async () => {
  masker = await httpMasker();
});

const masked = (handler: RequestListener): Promise<TestServer> => serveMasked(masker, handler, refused);
const length = String(secretJson.length);
const isChunked = { 'transfer-encoding': 'chunked' };
const hasLength = { 'content-length': String(maskedJson.length) };

const ways: readonly (readonly [name: string, write: Write, framing: Record<string, string>])[] = [
  ['setHeader, end', (res) => setType(res).end(secretJson), hasLength],
  ['setHeader, end with a Buffer', (res) => setType(res).end(Buffer.from(secretJson)), hasLength],
  ['end in Latin-1', (res) => setType(res).end(secretJson, 'latin1'), hasLength],
  ['writeHead with an object', (res) => res.writeHead(200, json).end(secretJson), hasLength],
  ['with a reason', (res) => res.writeHead(200, 'Fine', json).end(secretJson), hasLength],
  [
    'writeHead with a length',
    (res) => res.writeHead(200, { ...json, 'content-length': length }).end(secretJson),
    hasLength,
  ],
  [
    'writeHead with names and values in turn',
    (res) => res.writeHead(200, ['Content-Type', 'application/json', 'X-A', '1']).end(secretJson),
    hasLength,
  ],
  [
    'writeHead with pairs',
    (res) =>
      res.writeHead(200, [['Content-Type', 'application/json']] as unknown as string[]).end(secretJson),
    hasLength,
  ],
  ['hexadecimal', (res) => setType(res).end(Buffer.from(secretJson).toString('hex'), 'hex'), hasLength],
  [
    'write and end',
    (res) => {
      setType(res).setHeader('content-length', length);
      res.write(secretJson.slice(0, 30));
      res.end(secretJson.slice(30));
    },
    isChunked,
  ],
  [
    'one byte at a time',
    (res) => {
      setType(res);
      for (const character of secretJson) res.write(character);
      res.end();
    },
    isChunked,
  ],
  [
    'flushHeaders first',
    (res) => {
      setType(res).flushHeaders();
      res.end(secretJson);
    },
    isChunked,
  ],
  [
    'a pipe',
    (res) => Readable.from([...secretJson].map((text) => Buffer.from(text))).pipe(setType(res)),
    isChunked,
  ],
  ['pipeline', (res) => pipeline(Readable.from([secretJson]), setType(res)), isChunked],
];

describe('createMaskingMiddleware', () => {
  test.each(ways)('masks what is written with %s', async (_name, write, framing) => {
    await using server = await masked((_request, response) => void write(response));
    const answer = await ask(server.url);
    expect(answer.text).toBe(maskedJson);
    expect(answer.headers).toMatchObject({ ...framing, 'content-type': 'application/json' });
    expect(answer.isComplete).toBe(true);
  });

  test('what holds nothing to mask stays as it is, and so does its length', async () => {
    await using server = await masked((_request, response) => setType(response).end(plainJson));
    const answer = await ask(server.url);
    expect(answer.text).toBe(plainJson);
    expect(answer.headers['content-length']).toBe(String(plainJson.length));
    await using native = await serve((_request, response) => setType(response).end(plainJson));
    const names = (list: readonly string[]): string[] => list.filter((_, at) => at % 2 === 0).toSorted();
    expect(names(answer.rawHeaders)).toEqual(names((await ask(native.url)).rawHeaders).toSorted());
  });

  test('masks fields, reasons, trailers and early hints, wherever they come from', async () => {
    await using server = await masked((_request, response) => {
      response.setHeader('x-token', 'canary-token-1');
      response.appendHeader('set-cookie', 'a=1');
      response.appendHeader('set-cookie', 'mail=ada.canary@example.com');
      response.setHeader('trailer', 'x-end');
      response.writeEarlyHints({ link: '</a>; rel=preload', 'x-mail': 'ada.canary@example.com' });
      response.writeHead(200, 'By ada.canary@example.com', { ...json, 'X-Mail': 'ada.canary@example.com' });
      response.write(secretJson);
      response.addTrailers({ 'x-end': 'ada.canary@example.com' });
      response.end();
    });
    const hints: unknown[] = [];
    const outgoing = get(server.url, { agent: false }).on('information', (info) => hints.push(info));
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    expect(hints).toHaveLength(1);
    const { rawHeaders, statusMessage, trailers } = response;
    expect(canariesIn([hints, rawHeaders, statusMessage, trailers])).toEqual([]);
    expect(statusMessage).toBe('By [masked:EMAIL_ADDRESS]');
    expect(rawHeaders).toContain('X-Mail');
    expect(response.headers['set-cookie']).toHaveLength(2);
    expect(trailers['x-end']).toBe('[masked:EMAIL_ADDRESS]');
  });

  test('fields that a middleware before adds when the head is written are masked', async () => {
    const mask = createMaskingMiddleware(masker);
    await using server = await serve((request, response) => {
      const { writeHead } = response;
      Object.assign(response, {
        writeHead: (status: number, ...rest: []) => {
          response.setHeader('x-late', 'ada.canary@example.com');
          return writeHead.call(response, status, { 'x-later': 'ada.canary@example.com' }, ...rest);
        },
      });
      mask(request, response, () => response.end('{}'));
    });
    const answer = await ask(server.url);
    expect(answer.headers).toMatchObject({ 'x-late': '[masked:EMAIL_ADDRESS]', 'content-length': '2' });
    expect(canariesIn(answer)).toEqual([]);
  });

  test.each(['before', 'after'])('a middleware that compresses may come %s', async (place) => {
    const mask = createMaskingMiddleware(masker);
    const long = JSON.stringify(Array.from({ length: 20_000 }, (_, id) => ({ id, ssn: '219-09-9999' })));
    const writes: readonly Write[] = [
      (response) => response.end(secretJson),
      (response) => response.writeHead(200, json).end(secretJson),
      (response) => {
        response.write(secretJson.slice(0, 20));
        response.end(secretJson.slice(20));
      },
      (response) => Readable.from([Buffer.from(long)]).pipe(response),
    ];
    for (const [index, write] of writes.entries()) {
      await using server = await serve((request, response) => {
        const run = (): void => void write(setType(response));
        if (place === 'before') compression(request, response, () => mask(request, response, run));
        else mask(request, response, () => compression(request, response, run));
      });
      const answer = await ask(server.url);
      expect(answer.headers['content-encoding']).toBe('gzip');
      const text = gunzipSync(answer.bytes).toString();
      expect(text).toBe(index < 3 ? maskedJson : long.replaceAll('219-09-9999', '[masked]'));
      expect(answer.isComplete).toBe(true);
    }
  });

  test('a body that is coded already is coded again', async () => {
    await using server = await masked((_request, response) =>
      response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync(secretJson)),
    );
    const answer = await ask(server.url);
    expect(gunzipSync(answer.bytes).toString()).toBe(maskedJson);
    expect(answer.headers['content-length']).toBe(String(answer.bytes.length));
  });

  test('text, and a body without a type', async () => {
    await using server = await masked((request, response) => {
      if (request.url === '/text') setType(response, 'text/plain; charset=utf-8');
      response.end('Write to ada.canary@example.com, or do not.');
    });
    for (const path of ['text', 'none'])
      expect((await ask(server.url + path)).text).toBe('Write to [masked:EMAIL_ADDRESS], or do not.');
  });

  test('events leave one by one, and those kept back leave after a while', async () => {
    const delta = 'data: {"choices":[{"index":0,"delta":{"content":"my address is ada@"}}]}\n\n';
    await using server = await masked((_request, response) => {
      setType(response, 'text/event-stream').flushHeaders();
      response.write('data: {"mail":"ada.canary@example.com"}\n\n');
      setTimeout(() => response.write(delta), 20);
    });
    const [response] = (await once(get(server.url, { agent: false }), 'response')) as [IncomingMessage];
    const [first] = (await once(response, 'data')) as [Buffer];
    expect(first.toString()).toBe('data: {"mail":"[masked:EMAIL_ADDRESS]"}\n\n');
    const [second] = (await once(response, 'data')) as [Buffer];
    expect(second.toString()).toContain('my address');
    response.destroy();
  });

  test('HEAD, 204, 304 and a body of no bytes', async () => {
    await using server = await masked((request, response) => {
      const status = Number(request.url?.slice(1) || 200);
      response.writeHead(status, { ...json, 'x-token': 'canary-token-1' });
      response.end(request.method === 'HEAD' ? secretJson : undefined);
    });
    for (const [method, status] of [
      ['HEAD', 200],
      ['GET', 204],
      ['GET', 304],
      ['GET', 200],
    ] as const) {
      const answer = await ask(`${server.url}${status}`, { method });
      expect([answer.status, answer.text, answer.headers['x-token']]).toEqual([status, '', '[masked]']);
    }
  });

  test('the head looks written as soon as it is', async () => {
    const seen: unknown[] = [];
    await using server = await masked((_request, response) => {
      seen.push(response.headersSent);
      response.writeHead(200, json);
      seen.push(response.headersSent);
      for (const late of [
        () => response.setHeader('a', '1'),
        () => response.removeHeader('content-type'),
        () => response.writeHead(500),
      ])
        expect(late).toThrow(expect.objectContaining({ code: 'ERR_HTTP_HEADERS_SENT' }));
      response.end(secretJson);
    });
    expect((await ask(server.url)).text).toBe(maskedJson);
    expect(seen).toEqual([false, true]);
  });

  test('what Node does not take is refused by Node', async () => {
    await using server = await masked((_request, response) => {
      const write = response.write.bind(response) as (chunk: unknown) => boolean;
      expect(() => write(null)).toThrow(expect.objectContaining({ code: 'ERR_STREAM_NULL_VALUES' }));
      expect(() => write(7)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }));
      expect(() => response.writeHead(7)).toThrow(RangeError);
      expect(() => response.writeHead(200, 'a\nb')).toThrow(TypeError);
      expect(() => response.writeHead(200, { a: 'a\nb' })).toThrow(TypeError);
      const errors: unknown[] = [];
      response.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code));
      response.statusMessage = 'Fine';
      setType(response).end(secretJson);
      response.write('ada.canary@example.com');
      response.end('ada.canary@example.com');
      setImmediate(() => expect(errors).toContain('ERR_STREAM_WRITE_AFTER_END'));
    });
    expect((await ask(server.url)).text).toBe(maskedJson);
  });

  test('callbacks are called, write says when to wait, and drain follows', async () => {
    const called: string[] = [];
    let drains = 0;
    await using server = await masked((_request, response) => {
      setType(response, 'application/x-ndjson');
      const line = `{"text":"${'x'.repeat(60_000)}","ssn":"219-09-9999"}\n`;
      let left = 300;
      response.write('{"a":', () => called.push('held'));
      response.write('1}\n', 'utf8', () => called.push('write'));
      const write = (): void => {
        while (left > 0) {
          left--;
          if (response.write(line)) continue;
          drains++;
          response.once('drain', write);
          return;
        }
        response.end('{}', () => called.push('end'));
      };
      write();
    });
    const answer = await ask(server.url);
    expect(answer.text.match(/\[masked\]/g)).toHaveLength(300);
    expect(canariesIn(answer.text)).toEqual([]);
    expect(called).toEqual(['held', 'write', 'end']);
    expect(drains).toBeGreaterThan(10);
  });

  test('a slow client holds the handler back', async () => {
    let written = 0;
    await using server = await masked((_request, response) => {
      const endless = (function* () {
        for (let line = 0; line < 20_000; line++) {
          written++;
          yield Buffer.from(`{"text":"${'x'.repeat(10_000)}"}\n`);
        }
      })();
      Readable.from(endless).pipe(setType(response, 'application/x-ndjson'));
    });
    const [response] = (await once(get(server.url, { agent: false }), 'response')) as [IncomingMessage];
    await sleep(200);
    expect(written).toBeLessThan(5000);
    response.destroy();
  });

  test('a client that goes away ends the response quietly', async () => {
    const ended: unknown[] = [];
    const before = refused.length;
    await using server = await masked((_request, response) => {
      setType(response).write('{"a":1');
      response
        .on('error', (error) => ended.push(error))
        .on('close', () => {
          response.write(',"b":2');
          response.end('}', () => ended.push('end'));
        });
    });
    const [response] = (await once(get(server.url, { agent: false }), 'response')) as [IncomingMessage];
    response.destroy();
    await sleep(50);
    expect(ended).not.toContain('end');
    expect(refused.length).toBe(before);
  });

  test('connections stay for pipelined requests; HTTP/1.0 ends a streamed body by closing', async () => {
    await using server = await masked((request, response) => {
      setType(response);
      if (request.url === '/stream') response.write(secretJson.slice(0, 20));
      response.end(secretJson.slice(request.url === '/stream' ? 20 : 0));
    });
    const talk = async (...requests: readonly string[]): Promise<string> => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      socket.end(requests.map((line) => `${line}\r\nhost: a\r\n\r\n`).join(''));
      return await text(socket);
    };
    const two = await talk('GET / HTTP/1.1', 'GET /stream HTTP/1.1');
    expect(two.match(/^HTTP\/1.1 200 OK/gm)).toHaveLength(2);
    expect(two.match(/\[masked\]/g)).toHaveLength(2);
    const one = await talk('GET /stream HTTP/1.0');
    expect(one).not.toContain('chunked');
    expect(one.split('\r\n\r\n')[1]).toBe(maskedJson);
    expect(canariesIn([one, two])).toEqual([]);
  });
});
