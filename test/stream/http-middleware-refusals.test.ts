import { type RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
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

describe('a body that must not leave', () => {
  const code = 'WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE';
  const refusals: readonly (readonly [name: string, write: Write, code: string])[] = [
    ['of a kind nobody reads', (res) => setType(res, 'image/png').end('ada.canary@example.com'), code],
    [
      'that streams',
      (res) => Readable.from(Array(50).fill('ada.canary@example.com')).pipe(setType(res, 'image/png')),
      code,
    ],
    ['after flushHeaders', (res) => setType(res, 'image/png').flushHeaders(), code],
    ['that breaks at once', (res) => setType(res).write('{nonsense'), 'WIREMASK_ERR_MESSAGE_BODY'],
    ['that is broken', (res) => setType(res).end('{"a": nonsense}'), 'WIREMASK_ERR_MESSAGE_BODY'],
    [
      'with a transfer coding',
      (res) =>
        res.writeHead(200, { 'transfer-encoding': 'gzip, chunked' }).end(gzipSync('ada.canary@example.com')),
      'WIREMASK_ERR_UNSUPPORTED_CODING',
    ],
    [
      'that is a part',
      (res) => res.writeHead(206, json).end('"ada.canary@ex'),
      'WIREMASK_ERR_UNSUPPORTED_RANGE',
    ],
  ];

  test.each(refusals)('%s is answered with a 502', async (_name, write, expected) => {
    await using server = await masked((_request, response) => {
      response.setHeader('x-token', 'canary-token-1');
      void write(response);
      // The handler need not know.
      response.write('ada.canary@example.com');
      response.end('ada.canary@example.com');
    });
    const answer = await ask(server.url);
    expect([answer.status, answer.reason, answer.isComplete]).toEqual([502, 'Bad Gateway', true]);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: expected } });
    expect(canariesIn(answer)).toEqual([]);
    expect(refused.at(-1)?.code).toBe(expected);
  });

  test('is broken off when its head has left', async () => {
    await using server = await masked((_request, response) => {
      setType(response).write('{"id": 1, ');
      setTimeout(() => {
        response.write('nonsense, "ada.canary@example.com"');
        response.end('ada.canary@example.com');
      }, 20);
    });
    const answer = await ask(server.url);
    expect([answer.status, answer.isComplete]).toEqual([200, false]);
    expect(canariesIn(answer.text)).toEqual([]);
  });

  test.each(['before', 'after'])('is refused with compression %s as well', async (place) => {
    const mask = createMaskingMiddleware(masker);
    await using server = await serve((request, response) => {
      const run = (): void => void setType(response, 'image/png').end('ada.canary@example.com');
      if (place === 'before') compression(request, response, () => mask(request, response, run));
      else mask(request, response, () => compression(request, response, run));
    });
    const answer = await ask(server.url);
    expect(answer.status).toBe(502);
    const text = answer.headers['content-encoding'] ? gunzipSync(answer.bytes).toString() : answer.text;
    expect(text).toContain('UNSUPPORTED_MEDIA_TYPE');
  });

  test('a response that has begun is no response to mask', async () => {
    const errors: unknown[] = [];
    const mask = createMaskingMiddleware(masker);
    await using server = await serve((request, response) => {
      response.flushHeaders();
      expect(() => mask(request, response, () => response.write('ada.canary@example.com'))).toThrow(
        /already/,
      );
      response.end();
    });
    expect((await ask(server.url)).text).toBe('');
    expect(errors).toEqual([]);
  });

  test('what is written past the methods of the response does not leave', async () => {
    const errors: unknown[] = [];
    await using server = await masked((_request, response) => {
      const { write, end } = ServerResponse.prototype as unknown as Record<'write' | 'end', () => unknown>;
      setType(response, 'text/plain');
      for (const past of [write, end]) {
        try {
          Reflect.apply(past, response, ['ada.canary@example.com', 'utf8']);
        } catch (error) {
          errors.push(error);
        }
      }
      response.destroy();
    });
    await expect(ask(server.url)).rejects.toThrow('socket hang up');
    expect(errors).toHaveLength(2);
  });

  test('a handler is not asked for a part', async () => {
    await using server = await masked((request, response) =>
      setType(response).end(JSON.stringify(request.headers.range ?? 'all')),
    );
    expect((await ask(server.url, { headers: { range: 'bytes=0-4' } })).text).toBe('"all"');
  });
});
