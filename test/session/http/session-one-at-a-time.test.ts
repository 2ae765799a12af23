import { describe, expect, it } from 'vitest';
import { UnsupportedError } from '../../../src/errors.ts';
import type { HttpSession } from '../../../src/session/http/session.ts';
import { get, httpSessions, ok, sized, withHead } from '../../support/http-session.ts';
import { oneByteAtATime } from '../../support/properties.ts';

const open = await httpSessions({ fields: [{ path: '$..ssn', mask: 'redact' }] }, {}, { isOneAtATime: true });

const text = (slices: readonly Uint8Array[]): string => Buffer.concat(slices).toString('latin1');
const post = 'POST /b HTTP/1.1\r\nHost: api.test\r\nContent-Length: 5\r\n\r\nhello';
const answer = sized(ok('application/json'), '{"ssn":"canary"}');

/** Sends both requests at once, cut as told, and answers them one by one. */
function converse(session: HttpSession, requests: Buffer, isCut: boolean): readonly string[] {
  const heard: string[] = [];
  for (const chunk of isCut ? oneByteAtATime(requests) : [requests]) {
    const copy = Buffer.from(chunk);
    heard.push(text(session.fromDownstream(copy).toUpstream));
    copy.fill(0x7e);
  }
  while (session.isBusy) {
    heard.push('>', text(session.fromUpstream(Buffer.from(answer)).toDownstream));
    expect(session.isExchangeOver).toBe(true);
    heard.push('<', text(session.nextRequest().toUpstream));
  }
  return heard;
}

describe('one request at a time', () => {
  it.each([false, true])('a request waits for the answer before it; bytes apart: %s', (isCut) => {
    const session = open();
    const heard = converse(session, Buffer.from(get + post + get), isCut).join('');
    const masked = text([sized(ok('application/json'), '{"ssn":"[masked]"}')]);
    expect(heard).toBe(`${get}>${masked}<${post}>${masked}<${get}>${masked}<`);
    expect(session.isIdle).toBe(true);
    expect(session.keptSize).toBe(0);
  });

  it('says that it keeps one, and keeps the bytes, not the memory', () => {
    const session = open();
    session.fromDownstream(Buffer.from(get));
    expect(session.keptSize).toBe(0);
    const chunk = Buffer.from(post);
    expect(session.fromDownstream(chunk).toUpstream).toEqual([]);
    chunk.fill(0);
    expect(session.keptSize).toBe(post.length);
    expect(session.isExchangeOver).toBe(false);
    session.fromUpstream(answer);
    expect(session.isIdle).toBe(false);
    expect(text(session.nextRequest().toUpstream)).toBe(post);
  });

  it('a client that has ended is answered', () => {
    const session = open();
    session.fromDownstream(Buffer.from(get + get));
    expect(session.end('downstream').failure).toBeUndefined();
    session.fromUpstream(answer);
    expect(text(session.nextRequest().toUpstream)).toBe(get);
    session.fromUpstream(answer);
    expect(session.nextRequest()).toEqual({ toUpstream: [], toDownstream: [] });
    expect(session.isIdle).toBe(true);
  });

  it('a request cut short behind another one is a failure, not a request', () => {
    const session = open();
    session.fromDownstream(Buffer.from(get + post.slice(0, 20)));
    session.end('downstream');
    session.fromUpstream(answer);
    const { failure, toUpstream } = session.nextRequest();
    expect(failure?.code).toBe('WIREMASK_ERR_TRUNCATED');
    expect(toUpstream).toEqual([]);
  });

  it('a response that ends with its connection is followed by one over another', () => {
    const session = open();
    session.fromDownstream(Buffer.from(get + get));
    const first = session.fromUpstream(withHead(ok('application/json'), '{"ssn":"canary"}'));
    const rest = session.end('upstream');
    expect(text([...first.toDownstream, ...rest.toDownstream])).toContain('[masked]');
    expect(session.keepsUpstream).toBe(false);
    expect(session.mustClose).toBe(false);
    session.nextRequest();
    expect(text(session.fromUpstream(answer).toDownstream)).toContain('{"ssn":"[masked]"}');
    expect(session.keepsUpstream).toBe(true);
  });

  it.each([
    [['HTTP/1.1 200 OK'], true],
    [['HTTP/1.1 200 OK', 'Connection: x, Close'], false],
    [['HTTP/1.0 200 OK'], false],
    [['HTTP/1.0 200 OK', 'Connection: Keep-Alive'], true],
  ])('%j: the upstream keeps its connection: %s', (head, isKept) => {
    const session = open();
    session.fromDownstream(Buffer.from(get));
    session.fromUpstream(sized(head, ''));
    expect(session.isExchangeOver).toBe(true);
    expect(session.keepsUpstream).toBe(isKept);
  });
});

describe('what is left behind an answer', () => {
  it('makes the connection useless, and is not read as the next answer', () => {
    const session = open();
    session.fromDownstream(Buffer.from(get + get));
    session.fromUpstream(Buffer.concat([answer, Buffer.from('HTTP/1.1 2')]));
    expect(session.isExchangeOver).toBe(true);
    expect(session.keepsUpstream).toBe(false);
    expect(text(session.nextRequest().toUpstream)).toBe(get);
    expect(text(session.fromUpstream(answer).toDownstream)).toContain('[masked]');
  });

  it('a whole answer nobody asked for is a failure', () => {
    const session = open();
    session.fromDownstream(Buffer.from(get + get));
    const { failure, toDownstream } = session.fromUpstream(Buffer.concat([answer, answer]));
    expect(failure?.code).toBe('WIREMASK_ERR_MESSAGE_ORDER');
    expect(text(toDownstream).split('[masked]')).toHaveLength(2);
  });

  it('a client that is read all the time does not pile up', () => {
    const session = open();
    session.fromDownstream(Buffer.from(get));
    let failure: Error | undefined;
    for (let turn = 0; turn < 20 && failure === undefined; turn++)
      failure = session.fromDownstream(Buffer.alloc(65_536, get)).failure;
    expect(failure).toMatchObject({
      code: 'WIREMASK_ERR_PENDING_STATEMENTS',
      limit: 'keptSizeMax',
      max: 1_048_576,
    });
  });

  it('a client of HTTP/1.0 gets no interim response', () => {
    const session = open();
    session.fromDownstream(Buffer.from('GET /a HTTP/1.0\r\nHost: a\r\n\r\n'));
    const hints = Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');
    expect(text(session.fromUpstream(hints).toDownstream)).toBe('');
    expect(text(session.fromUpstream(answer).toDownstream)).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  it('a refused HEAD is answered without a body', async () => {
    const refusing = await httpSessions(
      {},
      {},
      {
        rewriteRequest: () => {
          throw new UnsupportedError('WIREMASK_ERR_HTTP_ROUTE', 'no upstream');
        },
      },
    );
    for (const [method, end] of [
      ['HEAD', '\r\n\r\n'],
      ['GET', '}\n'],
    ] as const) {
      const { toDownstream } = refusing().fromDownstream(Buffer.from(get.replace('GET', method)));
      expect(text(toDownstream)).toMatch(/^HTTP\/1\.1 404 /);
      expect(text(toDownstream).endsWith(end)).toBe(true);
    }
  });
});

describe('a rewritten response', () => {
  it('is masked after it was rewritten', async () => {
    const rewriting = await httpSessions(
      { fields: [{ header: 'x-key', mask: 'redact' }] },
      {},
      {
        rewriteResponse: (head) => ({
          ...head,
          fields: [...head.fields, { name: 'X-Key', value: 'canary' }],
        }),
      },
    );
    const session = rewriting();
    session.fromDownstream(Buffer.from(get));
    const down = text(session.fromUpstream(sized(ok('text/plain'), 'a')).toDownstream);
    expect(down).toContain('X-Key: [masked]\r\n');
    expect(down).not.toContain('canary');
  });

  it('keeps its framing, or nothing of it passes', async () => {
    const breaking = await httpSessions({}, {}, { rewriteResponse: (head) => ({ ...head, fields: [] }) });
    const session = breaking();
    session.fromDownstream(Buffer.from(get));
    const { failure, toDownstream } = session.fromUpstream(sized(ok('text/plain'), 'canary'));
    expect(failure?.code).toBe('WIREMASK_ERR_MASKING');
    expect(text(toDownstream)).toMatch(/^HTTP\/1\.1 502 /);
    expect(text(toDownstream)).not.toContain('canary');
  });
});
