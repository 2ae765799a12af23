import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Canary } from '../support/canary.ts';
import { type HttpBed, startHttpBed } from './http/http-bed.ts';
import { clients } from './http/http-clients.ts';

const PASSWORD = 'Vx7-qLmN2-tRb9';
const TOKEN: Canary = { name: 'token', text: 'tk9QzX4vLm2NpR7sWb6Yc3Dd8Ff', middle: 'X4vLm2NpR7sWb6Yc3D' };
const BASIC: Canary = {
  name: 'basic',
  text: Buffer.from(`agent:${PASSWORD}`).toString('base64'),
  middle: Buffer.from(`agent:${PASSWORD}`).toString('base64').slice(6, -4),
};

/** Sends the head of a request back, as debug pages do. */
const echo: RequestListener = (request, response) => {
  request.resume();
  const headers = Object.entries(request.headers);
  if (request.url === '/json') {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ url: request.url, headers: request.headers }));
  } else if (request.url === '/pairs') {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(headers.map(([name, value]) => ({ name, value }))));
  } else {
    response.writeHead(500, {
      'content-type': 'text/plain',
      'x-debug': `authorization=${request.headers.authorization}`,
    });
    response.end(`GET / HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`);
  }
};

describe('a log-in that the upstream sends back', () => {
  let bed: HttpBed;

  beforeAll(async () => {
    bed = await startHttpBed({ masking: { detect: { mask: 'redact' } }, upstream: echo });
  });
  afterAll(() => bed.close());

  test.each(
    ['/json', '/pairs', '/text'].flatMap((path) =>
      [`Bearer ${TOKEN.text}`, `Basic ${BASIC.text}`].map((authorization) => [path, authorization] as const),
    ),
  )('%s: %s is masked', async (path, authorization) => {
    for (const [, client] of clients) {
      const { body, status } = await client(bed.port, path, { headers: { authorization, 'x-stays': 'me' } });
      expect([status, body]).toEqual([
        path === '/text' ? 500 : 200,
        expect.stringMatching(/x-stays[^a-z]+(?:value[^a-z]+)?me/),
      ]);
      expect(await bed.findLeak([TOKEN, BASIC], body)).toBeUndefined();
    }
  });
});
