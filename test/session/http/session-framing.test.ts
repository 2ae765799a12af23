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
  withHead,
} from '../../support/http-session.ts';

const open = await httpSessions({
  fields: [{ path: '$..ssn', mask: 'redact' }],
  detect: { mask: 'redact' },
});

const json = ok('application/json');
const body = '{ "id":1.0 ,"ssn":"canary",\r\n"x":[ ] }';
const masked = '{ "id":1.0 ,"ssn":"[masked]",\r\n"x":[ ] }';

/** One request and its response, however it arrives. */
function responseTo(request: string, response: Uint8Array, method = 'GET') {
  const [first, ...others] = responsesOf(
    open,
    [
      ['client', request],
      ['server', response],
    ],
    [method],
  );
  expect(others).toEqual([]);
  return first!;
}

describe('framing of a response', () => {
  it.each([
    ['Content-Length', sized(json, body)],
    ['one chunk', chunked(json, body, { size: 1000 })],
    ['chunks of one byte', chunked(json, body, { size: 1 })],
    ['chunk extensions', chunked(json, body, { extension: ';a=b;c="canary"' })],
  ])('%s: the body is masked, every other byte stays', (_, response) => {
    expect(responseTo(get, response)).toMatchObject({ body: masked, isComplete: true, trailers: [] });
  });

  it('a body that ends with the connection', () => {
    const [message] = responsesOf(open, [
      ['client', get],
      ['server', withHead(json, body)],
      ['close', 'upstream'],
    ]);
    expect(message).toMatchObject({ body: masked, isComplete: true });
  });

  it('a body that is all there has a length, another one comes in chunks', () => {
    const heads = (cut?: typeof byteByByte) =>
      play(
        open(),
        [
          ['client', get],
          ['server', sized(json, body)],
        ],
        cut,
      ).down.toString('latin1');
    expect(heads()).toBe(
      `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${masked.length}\r\n\r\n${masked}`,
    );
    expect(heads(byteByByte)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\nTransfer-Encoding: chunked\r\n\r\n/);
  });

  it('trailers are masked, those that describe the old body are dropped', () => {
    const trailers = ['X-Mail: ask canary@qz7vkp.com', 'Digest: sha-256=canary', 'X-Fine: yes'];
    const message = responseTo(get, chunked(json, body, { trailers }));
    expect(message.trailers).toEqual([expect.stringMatching(/^X-Mail: ask \[masked.*\]$/), 'X-Fine: yes']);
    expect(message.body).toBe(masked);
  });

  it('what an upstream cuts short is not completed', () => {
    const responses = [sized(json, body), chunked(json, body), chunked(json, body, { size: 1 })];
    for (const response of responses) {
      for (const size of [response.length - 1, response.length - 5]) {
        const turns = [
          ['client', get],
          ['server', response.subarray(0, size)],
          ['close', 'upstream'],
        ] as const;
        expect(refusalOf(open, turns)).toBe('WIREMASK_ERR_TRUNCATED');
        const { down } = play(open(), turns);
        expect(down.toString('latin1')).not.toMatch(/\r\n0\r\n|HTTP.*HTTP/s);
      }
    }
  });

  it('what has left stays as it is, whatever comes later', () => {
    const kinds = [
      ['application/json', `[${`${body},`.repeat(300)}1]`],
      ['text/plain', 'write to canary@qz7vkp.com\n'.repeat(300)],
      ['text/csv', `mail,ssn\r\n${'canary@qz7vkp.com,1\r\n'.repeat(300)}`],
      ['text/event-stream', 'data: {"ssn":"canary"}\n\n'.repeat(300)],
    ] as const;
    for (const [type, text] of kinds) {
      const [session, again] = [open(), open()];
      play(session, [['client', get]]);
      play(again, [['client', get]]);
      const response = chunked(ok(type), text, { size: 4000 });
      const slices: Uint8Array[] = [];
      const copies: Uint8Array[] = [];
      for (let at = 0; at < response.length; at += 100) {
        const chunk = response.subarray(at, at + 100);
        slices.push(...session.fromUpstream(chunk).toDownstream);
        copies.push(
          ...again.fromUpstream(new Uint8Array(chunk)).toDownstream.map((slice) => new Uint8Array(slice)),
        );
      }
      expect(Buffer.concat(slices)).toEqual(Buffer.concat(copies));
      expect(Buffer.concat(slices).includes('canary')).toBe(false);
    }
  });

  it('what arrives of a body leaves at once', () => {
    const session = open();
    play(session, [['client', get]]);
    const parts = [`${withHead([...json, 'Content-Length: 32'], '')}[1,`, '"canary@qz7vkp.com"', ',2]'];
    const out = parts.map((part) => play(session, [['server', part]]).down.toString('latin1'));
    expect(out[0]).toContain('[1,');
    expect(out[1]).toMatch(/^[0-9a-f]+\r\n"\[masked[^"]*\]"\r\n$/);
  });
});

describe('responses without a body', () => {
  it('1xx before 200: each passes, masked', () => {
    const early =
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-Mail: canary@qz7vkp.com\r\n\r\n';
    const bytes = Buffer.concat([Buffer.from(early), sized(json, body)]);
    const [first, second, third] = responsesOf(open, [
      ['client', get],
      ['server', bytes],
    ]);
    expect(first?.line).toBe('HTTP/1.1 100 Continue');
    expect(second?.fields).toEqual([expect.stringMatching(/^X-Mail: \[masked.*\]$/)]);
    expect(third?.body).toBe(masked);
  });

  it.each(['204 No Content', '304 Not Modified'])('%s', (status) => {
    const head = `HTTP/1.1 ${status}\r\nServer: a\r\n\r\n`;
    expect(responseTo(get, Buffer.from(head)).line).toBe(`HTTP/1.1 ${status}`);
    const { down } = play(open(), [
      ['client', get],
      ['server', head],
    ]);
    expect(down.toString()).toBe(head);
  });

  it('304 and the answer to HEAD lose what describes the body they do not have', () => {
    const fields = ['Content-Length: 4711', 'ETag: "x"', 'Content-Type: application/json', 'Digest: a=b'];
    const head = (status: string): Buffer => withHead([`HTTP/1.1 ${status}`, ...fields], '');
    const request = get.replace('GET', 'HEAD');
    for (const message of [
      responseTo(request, head('200 OK'), 'HEAD'),
      responseTo(get, head('304 Not Modified')),
    ]) {
      expect(message.fields).toEqual(['Content-Type: application/json']);
    }
    const { down } = play(open(), [
      ['client', request],
      ['server', head('200 OK')],
    ]);
    expect(down.toString()).not.toContain('4711');
  });

  it('a body without a byte stays one, of any type and coding', () => {
    for (const type of ['application/json', 'text/plain', 'application/x-ndjson', 'text/event-stream']) {
      for (const head of [ok(type), ok(type, 'Content-Encoding: gzip')]) {
        expect(responseTo(get, sized(head, '')).body).toBe('');
        expect(responseTo(get, chunked(head, '')).body).toBe('');
        const turns = [
          ['client', get],
          ['server', withHead(head, '')],
          ['close', 'upstream'],
        ] as const;
        expect(responsesOf(open, turns)[0]).toMatchObject({ body: '', isComplete: true });
      }
    }
  });
});

describe('several exchanges on a connection', () => {
  it('keep-alive: one after the other', () => {
    const turns = ['1', '2', '3'].flatMap(
      (ssn) =>
        [
          ['client', get],
          ['server', chunked(json, `{"ssn":"canary${ssn}","n":${ssn}}`)],
        ] as const,
    );
    const bodies = responsesOf(open, turns).map((message) => message.body);
    expect(bodies).toEqual(['1', '2', '3'].map((n) => `{"ssn":"[masked]","n":${n}}`));
    const { session } = play(open(), turns);
    expect(session).toMatchObject({ isIdle: true, isBusy: false, mustClose: false });
    expect(session.report).toMatchObject({ messagesFromDownstream: 3, messagesFromUpstream: 3 });
    expect(session.report.masked.get('$..ssn')).toBe(3);
  });

  it('pipelined requests with bodies, pipelined responses of every framing', () => {
    const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello';
    const requests = post + get.replace('GET', 'HEAD') + get + post;
    const responses = Buffer.concat([
      sized(json, body),
      withHead(['HTTP/1.1 200 OK', 'Content-Length: 99'], ''),
      withHead(['HTTP/1.1 204 No Content'], ''),
      chunked(json, body, { size: 3 }),
    ]);
    const heard = responsesOf(
      open,
      [
        ['client', requests],
        ['server', responses],
      ],
      ['POST', 'HEAD', 'GET', 'POST'],
    );
    expect(heard.map((message) => message.body)).toEqual([masked, '', '', masked]);
    for (const cut of [undefined, byteByByte]) {
      expect(play(open(), [['client', requests]], cut).up.toString()).toBe(requests);
    }
  });

  it('a response nobody has asked for is refused, without an answer', () => {
    expect(refusalOf(open, [['server', sized(json, body)]])).toBe('WIREMASK_ERR_MESSAGE_ORDER');
    const twice = Buffer.concat([sized(json, '[1]'), sized(json, body)]);
    const turns = [
      ['client', get],
      ['server', twice],
    ] as const;
    expect(refusalOf(open, turns)).toBe('WIREMASK_ERR_MESSAGE_ORDER');
    expect(play(open(), turns).down.toString()).toMatch(/^HTTP\/1\.1 200 OK.*\[1\]$/s);
  });

  it('nothing comes after a response that ends with the connection', () => {
    const forwarding = play(
      open(),
      [
        ['client', get + get],
        ['server', withHead(json, '[1]')],
        ['close', 'upstream'],
      ],
      byteByByte,
    );
    // Masked, it came in chunks, so the second request can be told.
    expect(forwarding.down.toString()).toMatch(/0\r\n\r\nHTTP\/1\.1 502 /);
  });
});

describe('HTTP/1.0', () => {
  const old = 'GET /a HTTP/1.0\r\n\r\n';

  it('a client gets no chunks: the connection ends a body of unknown length', () => {
    const response = chunked([...json, 'Connection: keep-alive'], body);
    expect(responseTo(old, response).body).toBe(masked);
    for (const { down, session } of [
      play(
        open(),
        [
          ['client', old],
          ['server', response],
        ],
        byteByByte,
      ),
    ]) {
      const text = down.toString('latin1');
      expect(text).not.toMatch(/chunked|keep-alive|Content-Length/);
      expect(text).toContain('Connection: close\r\n');
      expect(session.mustClose).toBe(true);
    }
  });

  it('a client that asked twice gets nothing behind such a body', () => {
    const responses = Buffer.concat([chunked(json, '[1]'), sized(json, '[2]')]);
    const turns = [
      ['client', old + old],
      ['server', responses],
    ] as const;
    const { down, failure } = play(open(), turns, byteByByte);
    expect(failure?.code).toBe('WIREMASK_ERR_MESSAGE_ORDER');
    expect(down.toString()).toMatch(/Connection: close\r\n\r\n\[1\]$/);
    expect(play(open(), turns).down.toString()).toMatch(/\[1\]HTTP.*\[2\]$/s);
  });

  it('a body whose length is known leaves the connection open', () => {
    const { session, down } = play(open(), [
      ['client', old],
      ['server', sized(json, body)],
    ]);
    expect(down.toString()).toContain(`Content-Length: ${masked.length}`);
    expect(session).toMatchObject({ mustClose: false, isIdle: true });
  });

  it('an upstream of that version', () => {
    const [message] = responsesOf(open, [
      ['client', get],
      ['server', withHead(['HTTP/1.0 200 OK', 'Content-Type: application/json'], body)],
      ['close', 'upstream'],
    ]);
    expect(message).toMatchObject({ body: masked, isComplete: true });
  });
});
