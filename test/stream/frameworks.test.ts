import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import fastify from 'fastify';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Masker } from 'wiremask';
import { createMaskingMiddleware, type MaskingMiddleware } from 'wiremask/stream';
import { ask, canariesIn, httpMasker, listening, plainJson, secretJson } from './support/http.ts';

// Express brings no types of its own.
interface ExpressResponse extends NodeJS.WritableStream {
  set(name: string, value: string): ExpressResponse;
  status(code: number): ExpressResponse;
  type(name: string): ExpressResponse;
  json(value: unknown): void;
  send(value: unknown): void;
  redirect(url: string): void;
  sendFile(path: string): void;
  cookie(name: string, value: string): ExpressResponse;
}
type ExpressHandler = (request: unknown, response: ExpressResponse, next: (error?: Error) => void) => unknown;
interface ExpressApp extends RequestListener {
  use(handler: MaskingMiddleware): void;
  get(path: string, handler: ExpressHandler): void;
}
const express = createRequire(import.meta.url)('express') as () => ExpressApp;

const secret = JSON.parse(secretJson) as object;
const masked = { id: 7, note: 'write to [masked:EMAIL_ADDRESS]', ssn: '[masked]' };
let masker: Masker;
beforeAll(async () => {
  masker = await httpMasker();
});

describe('Express', () => {
  const app = express();
  beforeAll(() => {
    app.use(createMaskingMiddleware(masker));
    app.get('/json', (_request, response) => response.set('x-token', 'canary-token-1').json(secret));
    app.get('/plain', (_request, response) => response.type('json').send(plainJson));
    app.get('/text', (_request, response) => response.type('text').send('to ada.canary@example.com'));
    app.get('/cookie', (_request, response) => response.cookie('m', 'ada.canary@example.com').json({}));
    app.get('/move', (_request, response) => response.redirect('/?mail=ada.canary@example.com'));
    app.get('/pipe', (_request, response) => Readable.from([secretJson]).pipe(response.type('json')));
    app.get('/file', (_request, response) => response.sendFile(`${import.meta.dirname}/frameworks.test.ts`));
    app.get('/throw', () => {
      throw new Error('ada.canary@example.com');
    });
    app.get('/image', (_request, response) =>
      response.type('png').send(Buffer.from('ada.canary@example.com')),
    );
  });

  test.each([
    ['json', 200],
    ['text', 200],
    ['cookie', 200],
    ['move', 302],
    ['pipe', 200],
    ['throw', 500],
    ['image', 502],
    ['nowhere?mail=ada.canary@example.com', 404],
  ])('no value leaves by /%s', async (path, status) => {
    await using server = await listening(createServer(app));
    const answer = await ask(server.url + path);
    expect([answer.status, answer.isComplete]).toEqual([status, true]);
    expect(canariesIn(answer)).toEqual([]);
    if (path === 'json' || path === 'pipe') expect(JSON.parse(answer.text)).toEqual(masked);
    if (path !== 'pipe') expect(answer.headers['content-length']).toBe(String(answer.bytes.length));
  });

  test('what holds nothing to mask, HEAD and files', async () => {
    await using server = await listening(createServer(app));
    expect((await ask(`${server.url}plain`)).text).toBe(plainJson);
    expect(await ask(`${server.url}json`, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
    const file = await ask(`${server.url}file`);
    // TypeScript has the media type of a video.
    expect(file.status).toBe(502);
    expect(canariesIn(file)).toEqual([]);
  });
});

describe('Fastify', () => {
  function app(): ReturnType<typeof fastify> {
    const server = fastify({ forceCloseConnections: true });
    const mask = createMaskingMiddleware(masker);
    server.addHook('onRequest', (request, reply, done) => mask(request.raw, reply.raw, done));
    server.get('/json', (_request, reply) => reply.header('x-token', 'canary-token-1').send(secret));
    server.get('/plain', (_request, reply) => reply.type('application/json').send(plainJson));
    server.get('/pipe', (_request, reply) =>
      reply.type('application/json').send(Readable.from([secretJson])),
    );
    server.get('/throw', () => {
      throw new Error('ada.canary@example.com');
    });
    server.get('/image', (_request, reply) =>
      reply.type('image/png').send(Buffer.from('ada.canary@example.com')),
    );
    server.get('/web', () => new Response(secretJson, { headers: { 'content-type': 'application/json' } }));
    return server;
  }

  test.each([
    ['json', 200],
    ['pipe', 200],
    ['web', 200],
    ['throw', 500],
    ['image', 502],
    ['nowhere?mail=ada.canary@example.com', 404],
  ])('no value leaves by /%s', async (path, status) => {
    const server = app();
    const answer = await ask(`${await server.listen({ host: '127.0.0.1', port: 0 })}/${path}`);
    await server.close();
    expect([answer.status, answer.isComplete]).toEqual([status, true]);
    expect(canariesIn(answer)).toEqual([]);
    if (['json', 'pipe', 'web'].includes(path)) expect(JSON.parse(answer.text)).toEqual(masked);
    if (path === 'json') expect(answer.headers['content-length']).toBe(String(answer.bytes.length));
  });

  test('inject sees what is masked; what holds nothing stays as it is', async () => {
    const server = app();
    const answer = await server.inject('/json');
    expect(answer.json()).toEqual(masked);
    expect(answer.headers['x-token']).toBe('[masked]');
    expect((await server.inject('/plain')).body).toBe(plainJson);
    await server.close();
  });
});
