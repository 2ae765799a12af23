import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpBed, startHttpBed } from './http/http-bed.ts';

const MIB = 1024 * 1024;
const GROWTH_MAX = 64 * MIB;
const ELEMENT = '{"id":1.0,"ssn":"canary","note":"left at the door","tags":["a","b"],"more":{"x":null}},';
const MASKED = ELEMENT.replace('canary', '[masked]');
const LAST = '{}]';

/** Answers `GET /1000` with an array of 1,000 elements, as fast as it is read. */
function answer(socket: Socket): void {
  const part = Buffer.from(ELEMENT.repeat(700));
  socket.once('data', (chunk) => {
    const count = Number(/^GET \/(\d+) /.exec(chunk.toString('latin1'))?.[1]);
    const size = 1 + count * ELEMENT.length + LAST.length;
    socket.write(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${size}\r\n\r\n[`);
    let left = count * ELEMENT.length;
    const send = (): void => {
      while (left > 0) {
        const next = left < part.length ? part.subarray(0, left) : part;
        left -= next.length;
        if (!socket.write(next) && left > 0) {
          socket.once('drain', send);
          return;
        }
      }
      socket.end(LAST);
    };
    send();
  });
}

interface Received {
  /** Of the body. */
  readonly size: number;
  /** Position of the first byte that is not what it should be. */
  readonly wrongAt: number | undefined;
  /** Most memory of the process while it went on, in bytes. */
  readonly memoryMax: number;
}

/** Reads an array of masked elements and compares every byte. HTTP/1.0: the body ends with the connection. */
function receive(port: number, count: number): Promise<Received> {
  // From any position of an element on, as many bytes as one read brings.
  const expected = Buffer.from(MASKED.repeat(3000));
  const memory = Buffer.alloc(expected.length - MASKED.length);
  let size = -1;
  let wrongAt: number | undefined;
  let head = '';
  let memoryMax = process.memoryUsage.rss();
  const end = count * MASKED.length;
  const check = (body: Buffer): void => {
    // `size` counts from behind the bracket.
    const rest = Math.max(0, Math.min(body.length, end - size));
    const from = size % MASKED.length;
    const isRight =
      body.compare(expected, from, from + rest, 0, rest) === 0 &&
      body.toString('latin1', rest) === LAST.slice(size + rest - end, size + body.length - end);
    if (!isRight) wrongAt ??= size;
    size += body.length;
  };
  return new Promise((resolve, reject) => {
    const sample = setInterval(() => {
      memoryMax = Math.max(memoryMax, process.memoryUsage.rss());
    }, 20);
    const callback = (length: number, buffer: Uint8Array): boolean => {
      let body = Buffer.from(buffer.buffer, buffer.byteOffset, length);
      if (size < 0) {
        head += body.toString('latin1');
        const at = head.indexOf('\r\n\r\n[');
        if (at < 0) return true;
        body = Buffer.from(head.slice(at + 5), 'latin1');
        size = 0;
      }
      check(body);
      return true;
    };
    const socket = connect({ host: '127.0.0.1', port, onread: { buffer: memory, callback } });
    socket.on('error', reject).on('end', () => {
      clearInterval(sample);
      resolve({ size, wrongAt, memoryMax });
    });
    socket.write(`GET /${count} HTTP/1.0\r\nHost: a\r\n\r\n`);
  });
}

describe('bodies of any size', () => {
  let bed: HttpBed;
  let idle = 0;

  beforeAll(async () => {
    const masking = { fields: [{ path: '$[*].ssn', mask: 'redact' as const }] };
    bed = await startHttpBed({ masking, rawUpstream: answer });
    await receive(bed.listenerPort, Math.ceil((64 * MIB) / ELEMENT.length));
    idle = process.memoryUsage.rss();
  });
  afterAll(() => bed.close());

  test.each([
    ['1 KiB', 1024],
    ['1 MiB', MIB],
    ['2 GiB', 2048 * MIB],
  ])(
    '%s passes in constant memory, every byte as it should be',
    async (_, size) => {
      const count = Math.ceil(size / ELEMENT.length);
      const received = await receive(bed.listenerPort, count);
      expect(received).toMatchObject({ size: count * MASKED.length + LAST.length, wrongAt: undefined });
      expect(received.memoryMax - idle).toBeLessThan(GROWTH_MAX);
    },
    120_000,
  );
});
