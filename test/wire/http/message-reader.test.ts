import { describe, expect, it } from 'vitest';
import { type BodyFraming, framingOfRequest } from '../../../src/wire/http/body-framing.ts';
import { decodeRequestHead, decodeResponseHead } from '../../../src/wire/http/head.ts';
import { type MessageHandler, MessageReader } from '../../../src/wire/http/message-reader.ts';
import {
  everySplit,
  everyTruncation,
  expectOnlyWiremaskErrors,
  oneByteAtATime,
} from '../../support/properties.ts';
import { bytesOf, readRequests, readResponses, textOf } from './read-messages.ts';

const requests = [
  'GET /1 HTTP/1.1\r\nHost: a\r\n\r\n',
  '\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  '\r\n\r\nPUT /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n1\r\nd\r\n0\r\nT: u\r\n\r\n',
  'DELETE /4 HTTP/1.0\r\n\r\n',
].join('');

const responses = [
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  'HTTP/1.1 200\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\n\r\n to the end',
].join('');

const limits = { headerSizeMax: 1024 };
const ignored = { data: () => {}, end: () => {} };

function requestReader(handler: Partial<MessageHandler<unknown>> = {}): MessageReader<unknown> {
  return new MessageReader<unknown>(
    decodeRequestHead,
    {
      head: (head) => framingOfRequest(head as Parameters<typeof framingOfRequest>[0]),
      ...ignored,
      ...handler,
    },
    { ...limits, emptyLinesMax: 2 },
  );
}

describe('push', () => {
  it('reads pipelined requests, empty lines before them, at every split', () => {
    const bytes = bytesOf(requests);
    const whole = readRequests([bytes]);
    expect(whole.code).toBeUndefined();
    expect(
      whole.messages.map(({ head, body, trailers }) => [head.method, head.target, body, trailers]),
    ).toEqual([
      ['GET', '/1', '', []],
      ['POST', '/2', 'hello', []],
      ['PUT', '/3', 'abcd', [{ name: 'T', value: 'u' }]],
      ['DELETE', '/4', '', []],
    ]);
    for (const { raw } of whole.messages) expect(requests).toContain(raw);
    for (const chunks of everySplit(bytes)) expect(readRequests(chunks)).toEqual(whole);
    expect(readRequests(oneByteAtATime(bytes))).toEqual(whole);
  });

  it('reads responses with every kind of end, at every split', () => {
    const bytes = bytesOf(responses);
    const whole = readResponses([bytes]);
    expect(whole.code).toBeUndefined();
    expect(whole.messages.map(({ head, body }) => [head.status, body])).toEqual([
      [100, ''],
      [103, ''],
      [200, 'hello'],
      [204, ''],
      [304, ''],
      [200, 'abc'],
      [200, 'HTTP/1.1 200 OK\r\n\r\n to the end'],
    ]);
    for (const chunks of everySplit(bytes)) expect(readResponses(chunks)).toEqual(whole);
    expect(readResponses(oneByteAtATime(bytes))).toEqual(whole);
  });

  it('answers to HEAD have no body, whatever their fields say', () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n';
    const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    const { messages, code } = readResponses([bytesOf(head + chunked + head)], 'HEAD');
    expect(code).toBeUndefined();
    expect(messages.map(({ body }) => body)).toEqual(['', '', '']);
  });

  it('does not copy a head that came whole, nor data', () => {
    const bytes = bytesOf(requests);
    let parts = 0;
    const reader = requestReader({
      head(head, raw) {
        parts++;
        expect(raw.buffer).toBe(bytes.buffer);
        return framingOfRequest(head as Parameters<typeof framingOfRequest>[0]);
      },
      data: (part) => {
        parts++;
        expect(part).toBe(bytes);
      },
    });
    expect(reader.push(bytes)).toBe(bytes.length);
    expect(parts).toBe(7);
  });

  it('hands on each byte of a body as soon as it arrives', () => {
    let size = 0;
    const reader = requestReader({
      data: (_, start, end) => {
        size += end - start;
      },
    });
    reader.push(bytesOf('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n'));
    for (let sent = 1; sent < 10; sent++) {
      reader.push(bytesOf('x'));
      expect(size).toBe(sent);
    }
  });

  it('refuses a head as soon as it goes wrong', () => {
    for (const text of ['\x16', 'GET / HTTP/1.1\n', 'GET / HTTP/1.1\rH', 'GET / HTTP/1.1\r\nHost: a\0'])
      expect(expectOnlyWiremaskErrors(() => requestReader().push(bytesOf(text)))).toBe(
        'WIREMASK_ERR_HTTP_HEAD',
      );
  });

  it('ends a body of 0 bytes with its head', () => {
    let ends = 0;
    const reader = requestReader({ head: () => ({ kind: 'length', size: 0 }), end: () => ends++ });
    reader.push(bytesOf('GET / HTTP/1.0\r\n\r\n'));
    expect(ends).toBe(1);
  });

  it('throws the same error again, and reads nothing any more', () => {
    let heads = 0;
    const reader = requestReader({
      head: (): BodyFraming => {
        heads++;
        return { kind: 'none' };
      },
    });
    const errors: unknown[] = [];
    for (const call of [
      () => reader.push(bytesOf('\0')),
      () => reader.push(bytesOf(requests)),
      () => reader.close(),
    ])
      try {
        call();
      } catch (error) {
        errors.push(error);
      }
    expect(errors).toHaveLength(3);
    expect(new Set(errors).size).toBe(1);
    expect(heads).toBe(0);
  });

  it('is dead after its handler threw', () => {
    const failure = new Error('handler');
    const reader = requestReader({
      head: () => {
        throw failure;
      },
    });
    expect(() => reader.push(bytesOf(requests))).toThrow(failure);
    expect(() => reader.push(bytesOf(requests))).toThrow(failure);
  });
});

describe('headerSizeMax', () => {
  const head = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
  const trailing = 'PUT / HTTP/1.0\r\n\r\n';

  it('bounds a head to the byte, at every split', () => {
    for (const chunks of everySplit(bytesOf(head + head))) {
      expect(readRequests(chunks, head.length).code).toBeUndefined();
      expect(readRequests(chunks, head.length - 1).code).toBe('WIREMASK_ERR_HTTP_HEAD_SIZE');
    }
    expect(readRequests([bytesOf(trailing)], trailing.length).code).toBeUndefined();
  });

  it('bounds a trailer section to the byte, at every split', () => {
    const fields = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    const trailers = `X: ${'y'.repeat(60)}\r\n\r\n`;
    for (const chunks of everySplit(bytesOf(`${fields}0\r\n${trailers}`))) {
      expect(readResponses(chunks, 'GET', trailers.length).code).toBeUndefined();
      expect(readResponses(chunks, 'GET', trailers.length - 1).code).toBe('WIREMASK_ERR_HTTP_HEAD_SIZE');
    }
  });

  it('says size and limit', () => {
    const reader = new MessageReader(
      decodeResponseHead,
      { head: () => ({ kind: 'none' }), ...ignored },
      limits,
    );
    expect(() => reader.push(new Uint8Array(4096).fill(0x61))).toThrow(
      expect.objectContaining({ limit: 'headerSizeMax', size: 1025, max: 1024 }),
    );
  });
});

describe('pause', () => {
  it('stops after the message in whose callback it was called, once', () => {
    const bytes = bytesOf(requests);
    for (const callback of ['head', 'data', 'end'] as const) {
      const ends: number[] = [];
      const reader = requestReader({
        head(head) {
          if (callback === 'head') reader.pause();
          return framingOfRequest(head as Parameters<typeof framingOfRequest>[0]);
        },
        data: () => callback === 'data' && reader.pause(),
        end: () => callback === 'end' && reader.pause(),
      });
      for (let at = 0; at < bytes.length; ) {
        at = reader.push(bytes, at);
        ends.push(at);
        expect(reader.isBetweenMessages).toBe(true);
      }
      const all = ['GET', '\r\nPOST', '\r\n\r\nPUT', 'DELETE'].map((start) => requests.indexOf(start));
      const expected = callback === 'data' ? [all[2], all[3], bytes.length] : [...all.slice(1), bytes.length];
      expect(ends).toEqual(expected);
    }
  });

  it('holds over chunks until the message has ended', () => {
    let heads = 0;
    const reader = requestReader({
      head(head) {
        heads++;
        reader.pause();
        return framingOfRequest(head as Parameters<typeof framingOfRequest>[0]);
      },
    });
    const begun = bytesOf('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx');
    expect(reader.push(begun)).toBe(begun.length);
    expect(reader.push(bytesOf(`y${requests}`))).toBe(1);
    expect(heads).toBe(1);
  });

  it('is over once it has stopped', () => {
    let ends = 0;
    const reader = requestReader({ end: () => ++ends === 1 && reader.pause() });
    const bytes = bytesOf(requests);
    const first = reader.push(bytes);
    expect(ends).toBe(1);
    expect(reader.push(bytes, first)).toBe(bytes.length);
    expect(ends).toBe(4);
  });

  it('leaves what follows an upgrade unread', () => {
    const text = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x05hello';
    const reader: MessageReader<unknown> = new MessageReader<unknown>(
      decodeResponseHead,
      {
        head: () => {
          reader.pause();
          return { kind: 'none' };
        },
        ...ignored,
      },
      limits,
    );
    expect(textOf(bytesOf(text).subarray(reader.push(bytesOf(text))))).toBe('\x81\x05hello');
  });
});

describe('close', () => {
  it('is refused in the middle of a message, and nowhere else', () => {
    const ends = new Set([0]);
    const reader = requestReader({ end: () => reader.pause() });
    for (let at = 0; at < requests.length; ) {
      at = reader.push(bytesOf(requests), at);
      ends.add(at);
    }
    // Empty lines belong to no message.
    for (const text of ['\r\nPOST', '\r\n\r\nPUT', '\r\nPUT']) {
      const at = requests.indexOf(text);
      ends.add(at).add(at + 2);
    }
    for (const cut of everyTruncation(bytesOf(requests)))
      expect(readRequests([cut]).code, String(cut.length)).toBe(
        ends.has(cut.length) ? undefined : 'WIREMASK_ERR_TRUNCATED',
      );
  });

  it('ends a body that ends with the connection, an empty one too, and ends it once', () => {
    for (const body of ['', 'abc']) {
      const { messages, code } = readResponses([bytesOf(`HTTP/1.0 200 OK\r\n\r\n${body}`)]);
      expect(code).toBeUndefined();
      expect(messages).toMatchObject([{ body, trailers: [] }]);
    }
    const reader = requestReader();
    reader.close();
    reader.close();
    expect(reader.isBetweenMessages).toBe(true);
    expect(expectOnlyWiremaskErrors(() => requestReader().push(new Uint8Array(0)))).toBeUndefined();
  });
});

describe('isBetweenMessages', () => {
  it('is true where a message may begin', () => {
    const reader = requestReader();
    expect(reader.isBetweenMessages).toBe(true);
    for (const part of ['G', 'ET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n', 'x']) {
      reader.push(bytesOf(part));
      expect(reader.isBetweenMessages).toBe(false);
    }
    reader.push(bytesOf('y'));
    expect(reader.isBetweenMessages).toBe(true);
    reader.push(bytesOf('\r'));
    expect(reader.isBetweenMessages).toBe(false);
    reader.push(bytesOf('\n'));
    expect(reader.isBetweenMessages).toBe(true);
  });
});
