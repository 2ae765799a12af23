import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Agent, fetch, interceptors, request, upgrade } from 'undici';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Masker } from 'wiremask';
import { createMaskingInterceptor } from 'wiremask/stream';
import { canariesIn, httpMasker, maskedJson, plainJson, secretJson, serve } from './support/http.ts';

let masker: Masker;
let dispatcher: ReturnType<Agent['compose']>;
beforeAll(async () => {
  masker = await httpMasker();
  dispatcher = new Agent().compose(createMaskingInterceptor(masker));
});

const json = { 'content-type': 'application/json' };

describe('createMaskingInterceptor', () => {
  test('masks head, body and trailers for request', async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(200, {
        ...json,
        'x-token': 'canary-token-1',
        'x-mail': 'ada.canary@example.com',
        'set-cookie': ['a=1', 'mail=ada.canary@example.com'],
        trailer: 'x-end',
      });
      response.write(secretJson.slice(0, 40));
      setTimeout(() => {
        response.write(secretJson.slice(40));
        response.addTrailers({ 'x-end': 'ada.canary@example.com' });
        response.end();
      }, 10);
    });
    const { statusCode, headers, trailers, body } = await request(server.url, { dispatcher });
    expect(statusCode).toBe(200);
    expect(await body.text()).toBe(maskedJson);
    expect(canariesIn([headers, trailers])).toEqual([]);
    expect(headers['set-cookie']).toHaveLength(2);
    expect(trailers['x-end']).toBe('[masked:EMAIL_ADDRESS]');
  });

  test('raw fields are the masked ones', async () => {
    await using server = await serve((_request, response) =>
      response.writeHead(200, { ...json, 'x-token': 'canary-token-1' }).end(secretJson),
    );
    const options = { dispatcher, responseHeaders: 'raw' as const };
    const { headers, body } = await request(server.url, options);
    expect(canariesIn([headers, await body.text()])).toEqual([]);
    const seen: unknown[] = [];
    const spying = new Agent().compose(
      createMaskingInterceptor(masker),
      (dispatch) => (given, handler) =>
        dispatch(given, {
          ...bound(handler),
          onResponseStart: (controller, status, fields, reason) => {
            seen.push(String(controller.rawHeaders));
            handler.onResponseStart?.(controller, status, fields, reason);
          },
        }),
    );
    await (await request(server.url, { dispatcher: spying })).body.dump();
    expect(seen).toHaveLength(1);
    expect(canariesIn(seen)).toEqual([]);
  });

  test('what holds nothing to mask stays as it is', async () => {
    await using server = await serve((_request, response) => response.writeHead(200, json).end(plainJson));
    expect(await (await request(server.url, { dispatcher })).body.text()).toBe(plainJson);
  });

  test('a coded body is coded again: request sees it coded, fetch and decompress decoded', async () => {
    await using server = await serve((_request, response) =>
      response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync(secretJson)),
    );
    const raw = await request(server.url, { dispatcher });
    expect(raw.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(Buffer.from(await raw.body.arrayBuffer())).toString()).toBe(maskedJson);
    expect(await (await fetch(server.url, { dispatcher })).text()).toBe(maskedJson);
    const decoding = dispatcher.compose(interceptors.decompress());
    expect(await (await request(server.url, { dispatcher: decoding })).body.text()).toBe(maskedJson);
  });

  test('events leave one by one', async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"mail":"ada.canary@example.com"}\n\n');
    });
    const { body } = await request(server.url, { dispatcher });
    const [chunk] = (await once(body, 'data')) as [Buffer];
    expect(chunk.toString()).toBe('data: {"mail":"[masked:EMAIL_ADDRESS]"}\n\n');
    body.on('error', () => undefined).destroy();
  });

  test('a response that cannot be masked becomes a 502', async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png', 'x-token': 'canary-token-1' });
      response.end('ada.canary@example.com'.repeat(10_000));
    });
    for (const method of ['GET', 'HEAD'] as const) {
      const { statusCode, headers, body } = await request(server.url, { dispatcher, method });
      const isHead = method === 'HEAD';
      expect(statusCode).toBe(isHead ? 200 : 502);
      expect(canariesIn(headers)).toEqual([]);
      const text = await body.text();
      if (!isHead) expect(text).toContain('WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE');
    }
    expect((await fetch(server.url, { dispatcher })).status).toBe(502);
  });

  test('an error in the middle of the body fails the request', async () => {
    await using server = await serve((_request, response) =>
      response.writeHead(200, json).end('{"a": 1, nonsense: "ada.canary@example.com"}'),
    );
    const { body } = await request(server.url, { dispatcher });
    await expect(body.text()).rejects.toMatchObject({ code: 'WIREMASK_ERR_MESSAGE_BODY' });
    await using cut = await serve((_request, response) => response.writeHead(200, json).end('{"a": 1'));
    const other = await request(cut.url, { dispatcher });
    await expect(other.body.text()).rejects.toMatchObject({
      code: expect.stringMatching(/^WIREMASK_ERR_/),
    });
  });

  test('HEAD, 204, 304 and empty bodies', async () => {
    await using server = await serve((incoming, response) => {
      const status = Number(new URL(incoming.url ?? '', 'http://a').searchParams.get('status') ?? 200);
      response.writeHead(status, { ...json, 'x-token': 'canary-token-1' }).end();
    });
    for (const [method, status] of [
      ['HEAD', 200],
      ['GET', 204],
      ['GET', 304],
      ['GET', 200],
    ] as const) {
      const answer = await request(`${server.url}?status=${status}`, { dispatcher, method });
      expect([answer.statusCode, answer.headers['x-token']]).toEqual([status, '[masked]']);
      expect(await answer.body.text()).toBe('');
    }
  });

  test('early hints are masked', async () => {
    await using server = await serve((_request, response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload', 'x-mail': 'ada.canary@example.com' });
      response.writeHead(200, json).end('{}');
    });
    const infos: unknown[] = [];
    const onInfo = (info: unknown): number => infos.push(info);
    await (await request(server.url, { dispatcher, onInfo })).body.dump();
    expect(infos).toHaveLength(1);
    expect(canariesIn(infos)).toEqual([]);
  });

  test('upgrades fail', async () => {
    await using server = await serve(() => undefined);
    server.server.on('upgrade', (_request, socket) => {
      socket.end(
        'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nada.canary@example.com',
      );
    });
    await expect(upgrade(server.url, { dispatcher, protocol: 'x' })).rejects.toMatchObject({
      code: 'WIREMASK_ERR_UNSUPPORTED_UPGRADE',
    });
  });

  test('a transfer coding that undici leaves alone is refused', async () => {
    const body = gzipSync('ada.canary@example.com');
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: gzip, chunked\r\n\r\n';
    const server = createServer((socket) => {
      socket.once('data', () => {
        socket.write(`${head}${body.length.toString(16)}\r\n`);
        socket.end(Buffer.concat([body, Buffer.from('\r\n0\r\n\r\n')]));
      });
      socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { readonly port: number };
    const answer = await request(`http://127.0.0.1:${port}/`, { dispatcher });
    expect(answer.statusCode).toBe(502);
    await answer.body.dump();
    server.close();
  });

  test('a slow reader holds the server back', async () => {
    let written = 0;
    await using server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      const line = Buffer.from(`{"text":"${'x'.repeat(10_000)}"}\n`);
      const write = (): void => {
        if (response.destroyed || written > 200_000_000) return;
        written += line.length;
        if (response.write(line)) setImmediate(write);
        else response.once('drain', write);
      };
      write();
    });
    const { body } = await request(server.url, { dispatcher });
    await sleep(300);
    const first = written;
    await sleep(200);
    expect(written).toBe(first);
    expect(written).toBeLessThan(50_000_000);
    body.on('error', () => undefined).destroy();
  });
});

type Handler = Parameters<ReturnType<Agent['compose']>['dispatch']>[1];

function bound(handler: Handler): Handler {
  return {
    onRequestStart: (...given) => handler.onRequestStart?.(...given),
    onResponseData: (...given) => handler.onResponseData?.(...given),
    onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
    onResponseError: (...given) => handler.onResponseError?.(...given),
  };
}
