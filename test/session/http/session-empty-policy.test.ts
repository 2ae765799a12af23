import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  byteByByte,
  chunked,
  everyPlay,
  get,
  type HttpTurn,
  httpSessions,
  ok,
  play,
  responsesOf,
  sized,
  withHead,
} from '../../support/http-session.ts';

const open = await httpSessions({});

const describing = ['ETag: "x"', 'Digest: a=b', 'Alt-Svc: h3=":443"', 'Accept-Ranges: bytes'] as const;
const plain = ok('text/plain', ...describing, 'set-cookie:  a=canary');
const json = ok('application/json', ...describing);

/** The very bytes come out, however they come in. */
function expectSame(turns: readonly HttpTurn[]): void {
  const sent = (side: string): Buffer =>
    Buffer.concat(turns.filter(([by]) => by === side).map(([, what]) => Buffer.from(what as Uint8Array)));
  for (const { up, down, failure } of everyPlay(open, turns)) {
    expect(failure).toBeUndefined();
    expect(up).toEqual(sent('client'));
    expect(down).toEqual(sent('server'));
  }
}

describe('an empty policy', () => {
  const requests = [
    'GET / HTTP/1.1\r\nhost:a\r\nAccept-Encoding: x\r\nRange: bytes=0-5\r\nTE: gzip\r\nUpgrade: h2c\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Type: application/json\r\n\r\n{x}',
    'GET / HTTP/1.0\r\n\r\n',
  ];
  const responses: readonly (readonly [string, Buffer])[] = [
    ['text', sized(plain, 'canary')],
    ['JSON', sized(json, '{ "ssn":"canary" }')],
    ['an image', sized(ok('image/png', ...describing), Buffer.from([0, 1, 0xff]))],
    ['gzip', sized([...json, 'Content-Encoding: gzip'], zlib.gzipSync('no JSON'))],
    ['an unknown coding', sized([...json, 'Content-Encoding: x'], 'no JSON')],
    ['no body', withHead(['HTTP/1.1 204 No Content', 'Upgrade: h2c'], '')],
    ['not modified', withHead(['HTTP/1.1 304 Not Modified', 'ETag: "x"', 'Content-Length: 9'], '')],
    ['a part', sized(['HTTP/1.1 206 Partial Content', 'Content-Type: application/json'], '"b":1}')],
    ['parts', sized(ok('multipart/byteranges; boundary=a'), '--a--')],
    ['an empty body', sized(json, '')],
    ['an error page', sized(['HTTP/1.1 500', 'Content-Type: text/html'], '<p>')],
    ['1xx', Buffer.concat([Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n'), sized(plain, 'x')])],
  ];

  it.each(responses)('%s passes byte by byte the same, whatever asked for it', (name, response) => {
    for (const request of requests) {
      // HTTP/1.0 knows none.
      if (name === '1xx' && request.includes('HTTP/1.0')) continue;
      expectSame([
        ['client', Buffer.from(request)],
        ['server', response],
      ]);
    }
  });

  it.each([plain, json])('a body in chunks passes, its chunks cut as it arrives (%#)', (...head) => {
    const response = chunked(head, '{"ssn":"canary"}', { trailers: ['Digest: c=d', 'X: y'] });
    const [message] = responsesOf(open, [
      ['client', get],
      ['server', response],
    ]);
    expect(message).toMatchObject({ body: '{"ssn":"canary"}', trailers: ['Digest: c=d', 'X: y'] });
    const { down } = play(open(), [
      ['client', get],
      ['server', chunked(head, '[1]', { size: 99 })],
    ]);
    expect(down).toEqual(chunked(head, '[1]', { size: 99 }));
  });

  it.each([plain, json])(
    'a body that ends with the connection passes, and nothing behind it (%#)',
    (...head) => {
      const response = withHead(head, '{"ssn":"canary"}');
      expectSame([
        ['client', Buffer.from(get)],
        ['server', response],
        ['close', 'upstream'],
      ]);
      const { down, session } = play(
        open(),
        [
          ['client', get + get],
          ['server', response],
          ['close', 'upstream'],
        ],
        byteByByte,
      );
      expect(down).toEqual(response);
      expect(session.mustClose).toBe(true);
    },
  );

  it('what says it is JSON and is not is refused, or cut off before the fault', () => {
    const body = '{"a":[1,2,"b"]} canary';
    for (const head of [json, ok('application/problem+json')]) {
      const turns = [
        ['client', get],
        ['server', sized(head, body)],
      ] as const;
      for (const { down, failure } of everyPlay(open, turns)) {
        expect(failure?.code).toBe('WIREMASK_ERR_MESSAGE_BODY');
        expect(down.includes('canary')).toBe(false);
        const text = down.toString('latin1');
        const isCut = sized(head, body).toString('latin1').startsWith(text) && text.length > 0;
        expect(isCut || /^HTTP\/1\.1 502 /.test(text)).toBe(true);
      }
      expect(play(open(), turns).down.toString()).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
    }
  });

  it('another protocol is refused all the same', () => {
    const { failure } = play(open(), [
      ['client', get],
      ['server', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ]);
    expect(failure?.code).toBe('WIREMASK_ERR_UNSUPPORTED_UPGRADE');
  });
});
