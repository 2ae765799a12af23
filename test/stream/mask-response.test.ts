import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Masker } from 'wiremask';
import { maskResponse } from 'wiremask/stream';
import { canariesIn, httpMasker, maskedJson, plainJson, secretJson, serve } from './support/http.ts';

let masker: Masker;
beforeAll(async () => {
  masker = await httpMasker();
});

const json = { 'content-type': 'application/json' };

describe('maskResponse', () => {
  test('masks body and head of what fetch has answered', async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(201, 'Made for ada.canary@example.com', {
        ...json,
        'content-length': secretJson.length,
        'x-token': 'canary-token-1',
        'set-cookie': ['a=1', 'mail=ada.canary@example.com'],
        etag: '"1"',
      });
      response.end(secretJson);
    });
    const response = maskResponse(masker, await fetch(server.url));
    expect([response.status, response.statusText]).toEqual([201, 'Made for [masked:EMAIL_ADDRESS]']);
    expect(canariesIn([...response.headers])).toEqual([]);
    expect(response.headers.get('x-token')).toBe('[masked]');
    expect(response.headers.getSetCookie()).toHaveLength(2);
    expect(response.headers.has('content-length')).toBe(false);
    expect(response.headers.has('etag')).toBe(false);
    expect([response.url, response.redirected]).toEqual(['', false]);
    expect(await response.text()).toBe(maskedJson);
  });

  test('what holds nothing to mask stays as it is', async () => {
    await using server = await serve((_request, response) => response.writeHead(200, json).end(plainJson));
    expect(await maskResponse(masker, await fetch(server.url)).text()).toBe(plainJson);
  });

  test('a coded body is decoded by fetch, so its coding goes', async () => {
    await using server = await serve((_request, response) =>
      response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync(secretJson)),
    );
    const response = maskResponse(masker, await fetch(server.url));
    expect(response.headers.has('content-encoding')).toBe(false);
    expect(await response.text()).toBe(maskedJson);
  });

  test.each(['gzip, identity', 'zstd', 'compress', 'gzip, x-unknown'])(
    'a body of which fetch may not have taken the coding is refused: %s',
    async (coding) => {
      await using server = await serve((_request, response) =>
        response
          .writeHead(200, { 'content-type': 'text/plain', 'content-encoding': coding })
          .end(gzipSync('ada.canary@example.com')),
      );
      const response = maskResponse(masker, await fetch(server.url));
      expect(response.status).toBe(502);
      expect(await response.json()).toMatchObject({ error: { code: 'WIREMASK_ERR_UNSUPPORTED_CODING' } });
    },
  );

  test('events leave one by one', async () => {
    let send: (text: string) => void = () => undefined;
    await using server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      send = (text) => response.write(text);
      send('data: {"mail":"ada.canary@example.com"}\n\n');
    });
    const controller = new AbortController();
    const response = maskResponse(masker, await fetch(server.url, { signal: controller.signal }));
    const reader = response.body?.getReader();
    const next = async (): Promise<string> => Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(await next()).toBe('data: {"mail":"[masked:EMAIL_ADDRESS]"}\n\n');
    send('data: two\n\n');
    expect(await next()).toBe('data: two\n\n');
    controller.abort();
    await expect(reader?.read()).rejects.toThrow();
  });

  test('a body that cannot be masked becomes a 502, and its connection is given up', async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png', 'x-token': 'canary-token-1' });
      response.end('ada.canary@example.com');
    });
    const refused = maskResponse(masker, await fetch(server.url));
    expect([refused.status, refused.headers.get('x-token')]).toEqual([502, null]);
    const code = 'WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE';
    expect(await refused.json()).toMatchObject({ error: { code } });
  });

  test('an error in the middle of the body rejects the reader', async () => {
    await using server = await serve((_request, response) =>
      response.writeHead(200, json).end('{"a": 1, nonsense: "ada.canary@example.com"}'),
    );
    const response = maskResponse(masker, await fetch(server.url));
    await expect(response.text()).rejects.toMatchObject({ code: 'WIREMASK_ERR_MESSAGE_BODY' });
  });

  test('HEAD, 204 and 304 have no body', async () => {
    await using server = await serve((request, response) => {
      const status = Number(new URL(request.url ?? '', 'http://a').searchParams.get('status') ?? 200);
      response.writeHead(status, { ...json, 'x-token': 'canary-token-1' }).end();
    });
    for (const [method, status] of [
      ['HEAD', 200],
      ['GET', 204],
      ['GET', 304],
    ] as const) {
      const given = await fetch(`${server.url}?status=${status}`, { method });
      const response = maskResponse(masker, given, { method });
      expect([response.status, response.body]).toEqual([status, null]);
      expect(response.headers.get('x-token')).toBe('[masked]');
    }
  });

  test('a response that was read before is the error of whoever calls', async () => {
    const response = new Response('{}', { headers: json });
    await response.text();
    expect(() => maskResponse(masker, response)).toThrow(TypeError);
  });

  test('counts are reported', async () => {
    const masked: string[] = [];
    const reportTo = {
      masked: (ruleId: string) => masked.push(ruleId),
      failedClosed: () => undefined,
      refused: () => undefined,
    };
    await maskResponse(masker, new Response(secretJson, { headers: json }), { reportTo }).text();
    expect(masked).toContain('$..ssn');
  });
});
