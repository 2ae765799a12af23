import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { WiremaskError } from '../../../src/errors.ts';
import type { HttpSession } from '../../../src/session/http/session.ts';
import { chunked, get, httpSessions, ok, play, sized, withHead } from '../../support/http-session.ts';

const open = await httpSessions(
  { fields: [{ path: '$..ssn', mask: 'redact' }], detect: { mask: 'redact', label: '[gone]' } },
  { pendingRequestsMax: 2, headerSizeMax: 1000 },
);

function answer(status: string, code: string, message: string, measured = ''): string {
  const body = `{"error":{"code":"${code}","message":"${message}"${measured}}}\n`;
  const fields = ['Content-Type: application/json', `Content-Length: ${body.length}`];
  return [`HTTP/1.1 ${status}`, ...fields, 'Cache-Control: no-store', 'Connection: close', '', body].join(
    '\r\n',
  );
}

/** Every further call throws the same error. */
function expectDead(session: HttpSession, failure: WiremaskError): void {
  const again = [
    () => session.fromDownstream(Buffer.from(get)),
    () => session.fromUpstream(Buffer.from('HTTP/1.1 200 OK\r\n\r\n')),
    () => session.end('upstream'),
    () => session.end('downstream'),
    () => session.flushHeld(),
  ];
  for (const call of again) {
    let thrown: unknown;
    try {
      call();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBe(failure);
  }
}

describe('a refused request', () => {
  it.each([
    ['GET / HTTP/1.1\r\n\r\n', '400 Bad Request', 'WIREMASK_ERR_HTTP_HEAD', 'no Host field', ''],
    [
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n',
      '400 Bad Request',
      'WIREMASK_ERR_HTTP_FRAMING',
      'more than one Content-Length',
      '',
    ],
    [
      'TRACE / HTTP/1.1\r\nHost: a\r\n\r\n',
      '501 Not Implemented',
      'WIREMASK_ERR_UNSUPPORTED_METHOD',
      'method TRACE',
      '',
    ],
    [
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n',
      '501 Not Implemented',
      'WIREMASK_ERR_UNSUPPORTED_CODING',
      'transfer codings other than chunked',
      '',
    ],
    [
      `GET /${'canary'.repeat(200)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      '431 Request Header Fields Too Large',
      'WIREMASK_ERR_HTTP_HEAD_SIZE',
      'head size in bytes: 1001 exceeds headerSizeMax (1000)',
      ',"limit":"headerSizeMax","size":1001,"max":1000',
    ],
    ['PRI * HTTP/2.0\r\n\r\n', '400 Bad Request', 'WIREMASK_ERR_HTTP_HEAD', 'malformed request line', ''],
  ])('%j: nothing of it goes on, and the answer says why', (text, status, code, why, measured) => {
    for (const request of [text, `${text}GET /canary HTTP/1.1\r\nHost: a\r\n\r\n`]) {
      const { up, down, failure, session } = play(open(), [['client', request]]);
      expect(up.toString()).toBe('');
      expect(down.toString()).toBe(answer(status, code, why, measured));
      expect([...session.report.refused]).toEqual([[code, 1]]);
      expectDead(session, failure!);
    }
  });

  it('behind one that waits for its answer gets none: it would be taken for that one', () => {
    const { down, failure, session } = play(open(), [
      ['client', get],
      ['client', 'BAD\r\n\r\n'],
    ]);
    expect(failure?.code).toBe('WIREMASK_ERR_HTTP_HEAD');
    expect(down.toString()).toBe('');
    expectDead(session, failure!);
  });

  it('behind one that is answered gets its own', () => {
    const { down } = play(open(), [
      ['client', get],
      ['server', sized(ok('application/json'), '[1]')],
      ['client', 'BAD\r\n\r\n'],
    ]);
    expect(down.toString()).toMatch(/\[1\]HTTP\/1\.1 400 Bad Request\r\n/);
  });

  it('a body that breaks off in the middle: the answer is told, unless it has begun', () => {
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
    const early = play(open(), [
      ['client', `${head}5\r\nhello\r\n`],
      ['client', 'x\r\n'],
    ]);
    expect(early.down.toString()).toMatch(/^HTTP\/1\.1 400 .*WIREMASK_ERR_HTTP_FRAMING/s);
    const late = play(open(), [
      ['client', `${head}5\r\nhello\r\n`],
      ['server', withHead([...ok('application/json'), 'Content-Length: 9'], '[1,')],
      ['client', 'x\r\n'],
    ]);
    expect(late.down.toString()).toMatch(/^HTTP\/1\.1 200 .*\[1,\r\n$/s);
    const gone = play(open(), [
      ['client', `${head}5\r\nhello\r\n`],
      ['close', 'downstream'],
    ]);
    expect(gone.failure?.code).toBe('WIREMASK_ERR_TRUNCATED');
  });

  it('more requests than may wait', () => {
    const { up, down, failure } = play(open(), [
      ['client', get],
      ['client', get],
      ['client', get],
    ]);
    expect(failure).toMatchObject({ code: 'WIREMASK_ERR_PENDING_STATEMENTS', max: 2, size: 3 });
    expect(up.toString()).toBe(get + get);
    expect(down.toString()).toBe('');
  });
});

describe('a refused response', () => {
  const json = ok('application/json');
  const badJson = sized(json, '{"ssn":"canary"}canary');

  it.each([
    [sized(ok('image/png'), 'canary'), 'WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE'],
    [badJson, 'WIREMASK_ERR_MESSAGE_BODY'],
    [withHead(['HTTP/1.1 2000 OK'], 'canary'), 'WIREMASK_ERR_HTTP_HEAD'],
    [withHead(['HTTP/1.1 101 Switching Protocols'], 'canary'), 'WIREMASK_ERR_UNSUPPORTED_UPGRADE'],
    [sized(['HTTP/1.1 206 Partial Content'], 'canary'), 'WIREMASK_ERR_UNSUPPORTED_RANGE'],
  ])('is told as 502, with nothing of it (%#)', (response, code) => {
    const { down, failure, session } = play(open(), [
      ['client', get],
      ['server', response],
    ]);
    expect(down.toString()).toBe(answer('502 Bad Gateway', code, failure!.message));
    expect(down.toString() + inspect(failure, { depth: 6, showHidden: true })).not.toContain('canary');
    expectDead(session, failure!);
  });

  it('to HEAD has no body', () => {
    const request = get.replace('GET', 'HEAD');
    const { down } = play(open(), [
      ['client', request],
      ['server', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ]);
    expect(down.toString()).toMatch(/^HTTP\/1\.1 502 .*Connection: close\r\n\r\n$/s);
  });

  it('behind a good one: that one is told before', () => {
    const both = Buffer.concat([chunked(json, '[1]'), badJson]);
    const { down } = play(open(), [
      ['client', get + get],
      ['server', both],
    ]);
    expect(down.toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\[1\]HTTP\/1\.1 502 Bad Gateway\r\n/s);
  });

  it('that has begun is cut off, without the end it should have had', () => {
    for (const [type, body] of [
      ['application/json', '{"ssn":"canary","a":[1,2,{"b":canary}]}'],
      ['application/x-ndjson', '{"ssn":"canary"}\n{"ssn":canary}\n'],
    ] as const) {
      for (const response of [sized(ok(type), body), chunked(ok(type), body, { size: 5 })]) {
        for (let at = 1; at < response.length; at++) {
          const { down, failure } = play(open(), [
            ['client', get],
            ['server', response.subarray(0, at)],
            ['server', response.subarray(at)],
          ]);
          expect(failure?.code).toBe('WIREMASK_ERR_MESSAGE_BODY');
          const text = down.toString('latin1');
          expect(text).not.toContain('canary');
          expect(text).toMatch(/^HTTP\/1\.1 (?:502 .*\}\n$|200 )/s);
          expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
          expect(text).not.toMatch(/^HTTP\/1\.1 200.*\r\n0\r\n/s);
        }
      }
    }
  });

  it('an upstream that closes before its answer', () => {
    const { down, failure, session } = play(open(), [
      ['client', get],
      ['close', 'upstream'],
    ]);
    const told = answer('502 Bad Gateway', 'WIREMASK_ERR_TRUNCATED', 'connection closed before a response');
    expect(down.toString()).toBe(told);
    expectDead(session, failure!);
  });

  it('an upstream that closes when nobody waits is no failure', () => {
    expect(play(open(), [['close', 'upstream']]).failure).toBeUndefined();
    const { failure } = play(open(), [
      ['client', get],
      ['server', sized(json, '[]')],
      ['close', 'upstream'],
      ['close', 'downstream'],
    ]);
    expect(failure).toBeUndefined();
  });
});

describe('counts', () => {
  it('say by rule what was masked, and never a value', () => {
    const body = '{"ssn":"canary1","a":{"ssn":2},"mail":"canary@qz7vkp.com"}';
    const { session } = play(open(), [
      ['client', get],
      ['server', sized(ok('application/json', 'X-Mail: canary@qz7vkp.com'), body)],
    ]);
    const { masked, refused, failedClosed } = session.report;
    expect(masked.get('$..ssn')).toBe(2);
    expect([...masked.values()].reduce((sum, count) => sum + count, 0)).toBe(4);
    expect([refused.size, failedClosed.size]).toEqual([0, 0]);
    expect(inspect(session.report, { depth: 9, showHidden: true })).not.toContain('canary');
  });
});
