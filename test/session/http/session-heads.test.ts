import { describe, expect, it } from 'vitest';
import {
  byteByByte,
  chunked,
  get,
  httpSessions,
  ok,
  play,
  refusalOf,
  responsesOf,
  sized,
} from '../../support/http-session.ts';

const open = await httpSessions({
  fields: [
    { path: '$..ssn', mask: 'redact' },
    { header: 'set-cookie', mask: 'redact' },
    { header: 'x-user-*', mask: 'partial', keepLast: 2 },
  ],
  detect: { mask: 'redact' },
});

/** What an upstream sees of a request, whole and byte by byte. */
function sentOn(request: string): string {
  const whole = play(open(), [['client', request]]);
  const bytes = play(open(), [['client', request]], byteByByte);
  expect(bytes.up.toString('latin1')).toBe(whole.up.toString('latin1'));
  expect(whole.failure).toBeUndefined();
  return whole.up.toString('latin1');
}

const request = (...fields: readonly string[]): string =>
  `GET /a?b=c HTTP/1.1\r\nHost: api.test\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`;

describe('a request', () => {
  it('passes as it came when it asks for nothing that cannot be masked', () => {
    const fields = ['accept:  */*', 'Accept-Encoding: gzip, br', 'X: \xe4', 'Connection: keep-alive'];
    expect(sentOn(request(...fields))).toBe(request(...fields));
    const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello';
    expect(sentOn(`\r\n${post}${post}`)).toBe(post + post);
  });

  it.each([
    [
      'unknown codings',
      ['Accept-Encoding: gzip, compress, x;q=0.5, br;q=0.1'],
      ['Accept-Encoding: gzip, br;q=0.1'],
    ],
    ['only unknown ones', ['Accept-Encoding: compress'], ['Accept-Encoding: identity']],
    ['parts', ['Range: bytes=0-5', 'If-Range: "x"', 'A: b'], ['A: b']],
    ['another protocol', ['Connection: Upgrade, close', 'Upgrade: websocket'], ['Connection: close']],
    ['HTTP/2', ['Upgrade: h2c', 'HTTP2-Settings: AA', 'Connection: Upgrade, HTTP2-Settings'], []],
    ['transfer codings', ['TE: gzip', 'Connection: TE'], ['Connection: TE']],
    ['transfer codings and trailers', ['TE: gzip;q=1, Trailers'], ['TE: trailers']],
    ['trailers alone', ['TE: Trailers'], ['TE: Trailers']],
  ])('does not ask for %s', (_, fields, kept) => {
    expect(sentOn(request(...fields))).toBe(request(...kept));
  });

  it('is refused where it would open a tunnel, or be sent back', () => {
    for (const text of [
      'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n',
      'TRACE / HTTP/1.1\r\nHost: a\r\n\r\n',
    ]) {
      const { up, down, failure } = play(open(), [['client', text]]);
      expect(up).toHaveLength(0);
      expect(failure?.code).toBe('WIREMASK_ERR_UNSUPPORTED_METHOD');
      expect(down.toString()).toMatch(/^HTTP\/1\.1 501 Not Implemented\r\n/);
    }
  });
});

describe('the head of a response', () => {
  const headOf = (...fields: readonly string[]) => {
    const response = sized(ok('application/json', ...fields), '{"ssn":"canary"}');
    const [message] = responsesOf(open, [
      ['client', get],
      ['server', response],
    ]);
    expect(message!.body).toBe('{"ssn":"[masked]"}');
    return message!.fields.slice(1);
  };

  it('rules for a header mask every field of that name', () => {
    expect(headOf('Set-Cookie: sid=canary', 'set-cookie: b=canary2; Path=/')).toEqual([
      'Set-Cookie: [masked]',
      'set-cookie: [masked]',
    ]);
    expect(headOf('X-User-Id: canary42')).toEqual([expect.stringMatching(/^X-User-Id: [^a-z]*42$/)]);
  });

  it('detectors look into every field that is not structural', () => {
    expect(headOf('Location: /u?mail=canary@qz7vkp.com&x=1')).toEqual([
      expect.stringMatching(/^Location: \/u\?mail=\[masked.*\]&x=1$/),
    ]);
    expect(headOf('X-Any: call canary@qz7vkp.com', 'Link: </a>; rel="next"')).toEqual([
      expect.stringMatching(/^X-Any: call \[masked.*\]$/),
      'Link: </a>; rel="next"',
    ]);
    const token = `ghp_${'A1b2C3d4E5'.repeat(4).slice(0, 36)}`;
    expect(headOf(`Location: https://a.test/cb?access_token=${token}`).join()).not.toContain(token);
  });

  it('what describes the old body, leads past the proxy or offers another protocol is dropped', () => {
    const dropped = [
      'ETag: "a"',
      'Content-MD5: b',
      'Digest: c=d',
      'Repr-Digest: a=:b:',
      'Content-Digest: a=:b:',
    ];
    const others = ['Accept-Ranges: bytes', 'Alt-Svc: h3=":443"', 'Upgrade: h2c'];
    expect(headOf(...dropped, ...others, 'Vary: Accept', 'Cache-Control: no-store')).toEqual([
      'Vary: Accept',
      'Cache-Control: no-store',
    ]);
  });

  it('the reason phrase is looked into', () => {
    const head = ['HTTP/1.1 404 no canary@qz7vkp.com here', 'Content-Type: application/json'];
    const [message] = responsesOf(open, [
      ['client', get],
      ['server', sized(head, '[]')],
    ]);
    expect(message!.line).toMatch(/^HTTP\/1\.1 404 no \[masked.*\] here$/);
  });

  it('bytes beyond ASCII stay as they are beside what is masked', () => {
    const head = Buffer.from('X-Name: J\xfcrgen, canary@qz7vkp.com', 'latin1').toString('latin1');
    expect(headOf(head)).toEqual([expect.stringMatching(/^X-Name: J\xfcrgen, \[masked.*\]$/)]);
  });

  it('a rule for everything leaves the fields that frame the message', async () => {
    const all = await httpSessions({
      fields: [{ header: '*', mask: 'redact' }],
      dangerouslyForwardUnmaskableBodies: true,
    });
    for (const response of [
      sized(ok('image/png', 'Content-Encoding: identity'), 'abc'),
      chunked(ok('application/json', 'Content-Encoding: identity'), '[1]'),
    ]) {
      const [message] = responsesOf(all, [
        ['client', get],
        ['server', response],
      ]);
      expect(message!.fields).toEqual(['Content-Type: [masked]', 'Content-Encoding: identity']);
      expect(message!.body).toHaveLength(3);
    }
  });
});

describe('what cannot be masked in a response', () => {
  const refused = (...lines: readonly string[]): string =>
    refusalOf(open, [
      ['client', get],
      ['server', sized(lines, '{"ssn":"canary"}')],
    ]);

  it('a part of a body', () => {
    const range = 'Content-Range: bytes 0-15/16';
    expect(refused('HTTP/1.1 206 Partial Content', 'Content-Type: application/json', range)).toBe(
      'WIREMASK_ERR_UNSUPPORTED_RANGE',
    );
    expect(refused('HTTP/1.1 206 Partial Content', 'Content-Type: multipart/byteranges; boundary=x')).toBe(
      'WIREMASK_ERR_UNSUPPORTED_RANGE',
    );
    expect(refused(...ok('multipart/byteranges; boundary=x'))).toBe('WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE');
  });

  it('another protocol', () => {
    const turns = [
      ['client', get],
      [
        'server',
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\ncanary',
      ],
    ] as const;
    expect(refusalOf(open, turns)).toBe('WIREMASK_ERR_UNSUPPORTED_UPGRADE');
    expect(play(open(), turns).down.toString()).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
  });

  it.each([
    ['Content-Length beside chunked', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['two lengths', ['Content-Length: 5', 'Content-Length: 5']],
    ['a list of lengths', ['Content-Length: 5, 5']],
    ['a coding behind chunked', ['Transfer-Encoding: chunked, identity']],
    ['a folded line', ['A: b', ' canary']],
    ['a blank before the colon', ['Content-Length : 5']],
  ])('%s', (_, fields) => {
    const head = `HTTP/1.1 200 OK\r\n${fields.join('\r\n')}\r\n\r\ncanary`;
    const turns = [
      ['client', get],
      ['server', head],
    ] as const;
    expect(refusalOf(open, turns)).toMatch(/^WIREMASK_ERR_(?:HTTP_FRAMING|HTTP_HEAD)$/);
    expect(play(open(), turns).down.toString()).toMatch(/^HTTP\/1\.1 502 /);
  });

  it('transfer codings other than chunked', () => {
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\ncanary';
    expect(
      refusalOf(open, [
        ['client', get],
        ['server', head],
      ]),
    ).toBe('WIREMASK_ERR_UNSUPPORTED_CODING');
  });
});
