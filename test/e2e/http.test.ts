import { get, type RequestListener, type ServerResponse } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MaskingOptions } from '../../sidecar/sidecar-types.ts';
import type { Canary } from '../support/canary.ts';
import { type HttpBed, startHttpBed } from './http/http-bed.ts';
import { clients, curl, nodeClient, overOneConnection, rawClient } from './http/http-clients.ts';

const FIELD: Canary = { name: 'field', text: 'CNRY-4d9f2a-Tz6Kp1', middle: '4d9f2a-Tz6Kp1' };
const MAIL: Canary = { name: 'mail', text: 'wq7.walnut-kx@example.org', middle: 'wq7.walnut-kx' };
const COOKIE: Canary = { name: 'cookie', text: 'sid=hJ8vTq2Lm5', middle: 'hJ8vTq2Lm5' };
const CANARIES = [FIELD, MAIL, COOKIE];

const MASKING: MaskingOptions = {
  fields: [
    { path: '$.customer.ssn', mask: 'redact' },
    { name: '*token*', mask: 'redact' },
    { header: 'set-cookie', mask: 'redact' },
  ],
  detect: { mask: 'redact', packs: ['pii'] },
};

const DOCUMENT = `{ "id": 17, "total": 1.0,
  "big": 12345678901234567890, "customer": {"ssn":"${FIELD.text}","x":"\\u00e9\\/"},
  "apiToken" : "${FIELD.text}", "note":"ask ${MAIL.text} today", "list": [ 1e2,-0, true,null ] }\n`;

/** What is left of a text: everything but the values, byte for byte. */
const masked = (text: string): string =>
  text.replaceAll(FIELD.text, '[masked]').replaceAll(MAIL.text, '[masked:EMAIL_ADDRESS]');

const json = { 'content-type': 'application/json; charset=utf-8' };

const routes: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '/length': (response) =>
    response.writeHead(200, { ...json, 'content-length': DOCUMENT.length, etag: '"a"' }).end(DOCUMENT),
  '/chunked': (response) => {
    response.writeHead(200, json);
    for (const character of DOCUMENT) response.write(character);
    response.end();
  },
  '/gzip': (response) =>
    response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).end(gzipSync(DOCUMENT)),
  '/close': (response) => {
    response.writeHead(200, { ...json, connection: 'close' });
    response.useChunkedEncodingByDefault = false;
    response.end(DOCUMENT);
  },
  '/text': (response) =>
    response.writeHead(500, { 'content-type': 'text/plain' }).end(`no row for ${MAIL.text}, sorry\n`),
  '/headers': (response) =>
    response
      .writeHead(302, { 'set-cookie': COOKIE.text, location: `/login?user=${MAIL.text}`, 'x-plain': 'a  b' })
      .end(),
  '/none': (response) => response.writeHead(204).end(),
  '/same': (response) => response.writeHead(304, { etag: '"a"' }).end(),
  '/image': (response) =>
    response
      .writeHead(200, { 'content-type': 'image/png' })
      .end(`\x89PNG\r\n\x1a\n\x00\x00${FIELD.text}`, 'latin1'),
  '/cut': (response) => {
    response.writeHead(200, { ...json, 'content-length': DOCUMENT.length });
    response.write(DOCUMENT.slice(0, -20), () => setTimeout(() => response.destroy(), 20));
  },
};

const upstream: RequestListener = (request, response) => {
  const [path = ''] = (request.url ?? '').split('?');
  request.resume();
  const route = routes[path];
  if (route === undefined) response.writeHead(200, json).end(`{"path":"${path}"}`);
  else route(response);
};

describe('HTTP through the sidecar', () => {
  let bed: HttpBed;

  beforeAll(async () => {
    bed = await startHttpBed({ masking: MASKING, upstream });
  });
  afterAll(() => bed.close());

  const expectNoLeak = async (...decoded: readonly string[]): Promise<void> => {
    expect(await bed.findLeak(CANARIES, ...decoded)).toBeUndefined();
  };

  describe.each(clients)('to %s', (_, client) => {
    test.each(['/length', '/chunked', '/close'])(
      '%s: values are masked, everything else stays',
      async (path) => {
        const { status, headers, body, isCut } = await client(bed.port, path);
        expect([status, body, isCut]).toEqual([200, masked(DOCUMENT), false]);
        expect(headers['content-type']).toBe(json['content-type']);
        expect(headers['etag']).toBeUndefined();
        await expectNoLeak(body);
      },
    );

    test('a coded body is decoded, masked and coded again', async () => {
      const { headers, body } = await client(bed.port, '/gzip', { headers: { 'accept-encoding': 'gzip' } });
      expect(headers['content-encoding']).toBe('gzip');
      const text = client === nodeClient ? gunzipSync(Buffer.from(body, 'latin1')).toString('latin1') : body;
      expect(text).toBe(masked(DOCUMENT));
      await expectNoLeak(text);
    });

    test('an error page is masked too', async () => {
      const { status, body } = await client(bed.port, '/text');
      expect([status, body]).toEqual([500, 'no row for [masked:EMAIL_ADDRESS], sorry\n']);
      await expectNoLeak(body);
    });

    test('HEAD tells nothing about the body before it was masked', async () => {
      const { status, headers, body } = await client(bed.port, '/length', { method: 'HEAD' });
      expect([status, body, headers['content-length'], headers['etag']]).toEqual([
        200,
        '',
        undefined,
        undefined,
      ]);
    });

    test('204 and 304 have no body', async () => {
      expect(await client(bed.port, '/none')).toMatchObject({ status: 204, body: '', isCut: false });
      expect(await client(bed.port, '/same')).toMatchObject({ status: 304, body: '', isCut: false });
    });

    test('a body nobody can look into is refused before its first byte', async () => {
      const { status, body } = await client(bed.port, '/image');
      expect(status).toBe(502);
      expect(JSON.parse(body)).toMatchObject({ error: { code: 'WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE' } });
      await expectNoLeak(body);
    });

    test('a response cut by the upstream is cut for the client', async () => {
      const { isCut, body } = await client(bed.port, '/cut');
      expect(isCut).toBe(true);
      await expectNoLeak(body);
    });

    test('a body is sent on as it is', async () => {
      const { body } = await client(bed.port, '/echo', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `{"ssn":"${FIELD.text}"}`,
      });
      expect(body).toBe('{"path":"/echo"}');
    });
  });

  test('values in headers are masked', async () => {
    const { status, headers } = await nodeClient(bed.port, '/headers');
    expect([status, headers['set-cookie'], headers['x-plain']]).toEqual([302, '[masked]', 'a  b']);
    expect(headers['location']).toBe('/login?user=[masked:EMAIL_ADDRESS]');
    await expectNoLeak();
  });

  test('requests follow each other over one connection, upstream too', async () => {
    const paths = ['/length', '/chunked', '/none', '/text', '/length'];
    const before = bed.requests.length;
    const bodies = await overOneConnection(bed.port, paths);
    const document = masked(DOCUMENT);
    expect(bodies).toEqual([document, document, '', 'no row for [masked:EMAIL_ADDRESS], sorry\n', document]);
    expect(bed.requests.slice(before).map(({ url }) => url)).toEqual(paths);
  });

  test.each([1, 7, 100_000])(
    'pipelined requests are answered in their order, sent in %i parts',
    async (parts) => {
      const ask = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: api\r\n${more}\r\n`;
      const bytes = ask('/a') + ask('/length') + ask('/none') + ask('/b', 'Connection: close\r\n');
      const { text, end } = await rawClient(bed.port, bytes, Math.min(parts, bytes.length));
      expect(end).toBe('end');
      expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(
        ['200', '200', '204', '200'].map((code) => `HTTP/1.1 ${code}`),
      );
      expect(text).toContain(masked(DOCUMENT));
      expect(text.indexOf('{"path":"/a"}')).toBeLessThan(text.indexOf('[masked]'));
      expect(text.endsWith('{"path":"/b"}')).toBe(true);
      await expectNoLeak();
    },
  );

  test('a client of HTTP/1.0 gets a body that ends with the connection', async () => {
    const { text, end } = await rawClient(
      bed.port,
      'GET /chunked HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
    );
    expect(end).toBe('end');
    expect(text.toLowerCase()).not.toContain('transfer-encoding');
    expect(text.endsWith(masked(DOCUMENT))).toBe(true);
    expect(bed.requests.at(-1)?.rawHeaders).not.toContain('keep-alive');
  });

  test('curl asks for every coding it knows and gets its body whole', async () => {
    const url = `http://127.0.0.1:${bed.port}/gzip`;
    const { stdout, code } = await curl(['--compressed', url, url]);
    expect([stdout.toString(), code]).toEqual([masked(DOCUMENT).repeat(2), 0]);
  });

  test('what was counted is in the metrics, by rule', async () => {
    const text = await bed.metricsText();
    expect(text).toMatch(/wiremask_cells_masked_total\{listener="api",rule="\$\.customer\.ssn"\} \d+/);
    expect(text).toMatch(
      /wiremask_errors_total\{listener="api",code="WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE"\} 3/,
    );
    expect(text).toMatch(/wiremask_messages_total\{listener="api",direction="from_upstream"\} \d+/);
    expect(bed.logs.join('')).not.toMatch(/\/(?:length|chunked|image|headers)/);
  });
});

describe('event streams', () => {
  test('a value told in pieces waits for what follows it, but not for ever', async () => {
    const piece = (content: string): string => `data: {"delta":{"content":${JSON.stringify(content)}}}\n\n`;
    const bed = await startHttpBed({
      masking: MASKING,
      limits: { holdTimeoutMs: 300 },
      upstream: (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const [index, text] of ['ask ', 'wq7.wal', 'nut-kx@exa', 'mple.org', ' or wait-', ''].entries())
          setTimeout(() => (text === '' ? undefined : response.write(piece(text))), index * 100);
        setTimeout(() => response.end(), 2_000);
      },
    });
    const started = performance.now();
    let text = '';
    let lastAt = 0;
    await new Promise<void>((resolve, reject) => {
      const sent = get({ host: '127.0.0.1', port: bed.port, path: '/', agent: false }, (events) => {
        events
          .setEncoding('utf8')
          .on('end', resolve)
          .on('data', (part: string) => {
            text += part;
            lastAt = performance.now() - started;
          });
      });
      sent.on('error', reject);
    });
    expect(lastAt).toBeLessThan(1_500);
    const told = [...text.matchAll(/"content":"([^"]*)"/g)].map(([, content]) => content).join('');
    expect(told).toBe('ask [masked:EMAIL_ADDRESS] or wait-');
    expect(await bed.findLeak(CANARIES, told)).toBeUndefined();
    await bed.close();
  });

  test('each event arrives before the next is sent', async () => {
    let response: ServerResponse | undefined;
    const bed = await startHttpBed({
      masking: MASKING,
      upstream: (_, answer) => {
        response = answer.writeHead(200, { 'content-type': 'text/event-stream' });
        answer.flushHeaders();
      },
    });
    const got: string[] = [];
    let wake: () => void = () => undefined;
    const sent = get({ host: '127.0.0.1', port: bed.port, path: '/', agent: false }, (events) => {
      events.setEncoding('utf8').on('data', (text: string) => {
        got.push(text);
        wake();
      });
      wake();
    });
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    for (const index of [1, 2, 3]) {
      const arrived = new Promise<void>((resolve) => {
        wake = resolve;
      });
      response?.write(`id: ${index}\ndata: {"customer":{"ssn":"${FIELD.text}"},"n": ${index}.0}\n\n`);
      await arrived;
      expect(
        got.join('').endsWith(`id: ${index}\ndata: {"customer":{"ssn":"[masked]"},"n": ${index}.0}\n\n`),
      ).toBe(true);
    }
    expect(await bed.findLeak(CANARIES)).toBeUndefined();
    sent.destroy();
    await bed.close();
  });
});
