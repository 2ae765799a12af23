import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { byteByByte, httpSessions, play } from '../../support/http-session.ts';
import { everySplit } from '../../support/properties.ts';
import { type NodeMessage, readRequestsWithNode } from '../../wire/http/node-reader.ts';

const open = await httpSessions({
  fields: [
    { path: '$..ssn', mask: 'redact' },
    { name: 'token', mask: 'redact' },
  ],
  detect: { mask: 'redact', label: '[gone]' },
  requestBodies: 'mask',
});

const post = (body: string | Uint8Array, ...fields: readonly string[]): Buffer => {
  const bytes = Buffer.from(body as Uint8Array);
  const lines = ['POST /a HTTP/1.1', 'Host: a', ...fields, `Content-Length: ${bytes.length}`, '', ''];
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), bytes]);
};

/** What Node reads of the request an upstream gets: the same one however it arrives. */
async function received(request: Buffer): Promise<NodeMessage> {
  const seen: NodeMessage[] = [];
  const sent = [play(open(), [['client', request]], byteByByte), play(open(), [['client', request]])];
  for (const [before, after] of everySplit(request)) {
    sent.push(
      play(open(), [
        ['client', before!],
        ['client', after!],
      ]),
    );
  }
  for (const { up, failure } of sent) {
    expect(failure).toBeUndefined();
    const [message, ...others] = await readRequestsWithNode(up);
    expect(others).toEqual([]);
    expect(up.includes('canary')).toBe(false);
    seen.push(message!);
  }
  expect(new Set(seen.map(({ body }) => body.length)).size).toBe(1);
  return seen[1]!;
}

describe('bodies of requests, where they are to be masked', () => {
  it('JSON', async () => {
    const body = '{"ssn":"canary", "n":1.0,"mail":"canary@qz7vkp.com"}';
    const message = await received(post(body, 'Content-Type: application/json', 'Content-MD5: x'));
    expect(message.body).toBe('{"ssn":"[masked]", "n":1.0,"mail":"[gone]"}');
    const names = message.fields.map(({ name }) => name);
    expect(names).toEqual(['Host', 'Content-Type', 'Content-Length']);
  });

  it('forms', async () => {
    const message = await received(
      post('a=1&token=canary&b=%20', 'Content-Type: application/x-www-form-urlencoded'),
    );
    expect(message.body).toMatch(/^a=1&token=[^&]*masked[^&]*&b=%20$/);
  });

  it('gzip', () => {
    const fields = ['Content-Type: application/json', 'Content-Encoding: gzip'];
    const { up } = play(open(), [['client', post(zlib.gzipSync('{"ssn":"canary"}'), ...fields)]]);
    const body = up.subarray(up.indexOf('\r\n\r\n') + 4);
    expect(zlib.gunzipSync(body).toString()).toBe('{"ssn":"[masked]"}');
    expect(up.toString('latin1')).toContain(`Content-Length: ${body.length}\r\n`);
  });

  it('chunks', async () => {
    const head =
      'POST /a HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    const message = await received(Buffer.from(`${head}8\r\n{"ssn":"\r\n8\r\ncanary"}\r\n0\r\n\r\n`));
    expect(message.body).toBe('{"ssn":"[masked]"}');
  });

  it('of HTTP/1.0: in chunks it goes on as HTTP/1.1', async () => {
    const request = 'POST /a HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n';
    const message = await received(Buffer.from(`${request}{"ssn":"canary"}`));
    expect(message.body).toBe('{"ssn":"[masked]"}');
  });

  it('a request without a body passes as it came', () => {
    const text = 'GET /?token=canary HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\n\r\n';
    expect(play(open(), [['client', text]]).up.toString()).toBe(text);
  });

  it.each([
    ['415', ['Content-Type: image/png'], 'canary', 'WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE'],
    ['501', ['Content-Type: text/plain', 'Content-Encoding: x'], 'canary', 'WIREMASK_ERR_UNSUPPORTED_CODING'],
    ['400', ['Content-Type: application/json'], '{"ssn":"canary"', 'WIREMASK_ERR_TRUNCATED'],
    [
      '400',
      ['Content-Type: application/json', 'Content-Encoding: gzip'],
      'canary',
      'WIREMASK_ERR_HTTP_CODING',
    ],
  ])('%s for what cannot be read: %j', (status, fields, body, code) => {
    const { up, down, failure } = play(open(), [['client', post(body, ...fields)]]);
    expect(failure?.code).toBe(code);
    expect(up).toHaveLength(0);
    expect(down.toString()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(down.toString()).not.toContain('canary');
  });

  it('without that option they pass as they are, of any kind', async () => {
    const forwarding = await httpSessions({ fields: [{ path: '$..ssn', mask: 'redact' }] });
    for (const type of ['application/json', 'image/png', 'multipart/form-data; boundary=a']) {
      const request = post('{"ssn":"canary', `Content-Type: ${type}`, 'Content-Encoding: x', 'Digest: a=b');
      expect(play(forwarding(), [['client', request]]).up).toEqual(request);
      expect(play(forwarding(), [['client', request]], byteByByte).up).toEqual(request);
    }
  });
});

describe('a rewritten request', () => {
  it('goes on with the head of its proxy; its framing has to stay', async () => {
    const rewriting = await httpSessions(
      {},
      {},
      {
        rewriteRequest: (head) => ({
          ...head,
          target: `/v1${head.target}`,
          fields: [...head.fields, { name: 'X-By', value: 'b' }],
        }),
      },
    );
    const { up } = play(rewriting(), [['client', post('hello', 'A: b')]]);
    expect(up.toString()).toBe(
      'POST /v1/a HTTP/1.1\r\nHost: a\r\nA: b\r\nContent-Length: 5\r\nX-By: b\r\n\r\nhello',
    );
    const breaking = await httpSessions({}, {}, { rewriteRequest: (head) => ({ ...head, fields: [] }) });
    const { failure, up: none } = play(breaking(), [['client', post('hello', 'A: canary')]]);
    expect(failure?.code).toBe('WIREMASK_ERR_MASKING');
    expect(none).toHaveLength(0);
  });
});
