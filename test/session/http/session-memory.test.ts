import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createEncoder } from '../../../src/session/http/content-codings.ts';
import { get, httpSessions } from '../../support/http-session.ts';

const open = await httpSessions({
  fields: [{ path: '$[*].customer.ssn', mask: 'redact' }],
});

const bodySize = 256 << 20;
const memoryMax = 16 << 20;
const partSize = 64 << 10;

/** Elements of an array; the `[` before and the `]` behind them come from elsewhere. */
function elements(): Buffer {
  const rows: string[] = [];
  for (let id = 0, size = 0; size < partSize; id++) {
    const row = `{"id":${id},"customer":{"ssn":"canary-${id}","name":"Ann ${id}"},"text":"${'x'.repeat(id % 400)}"}, `;
    rows.push(row);
    size += row.length;
  }
  return Buffer.from(rows.join(''));
}

function* bodyParts(): Generator<Uint8Array> {
  const part = elements();
  yield Buffer.from('[');
  for (let sent = 0; sent < bodySize; sent += part.length) yield part;
  yield Buffer.from('0]');
}

function* gzipped(parts: Iterable<Uint8Array>): Generator<Uint8Array> {
  const encoder = createEncoder(['gzip']);
  for (const part of parts) yield* encoder.push(part);
  yield* encoder.end();
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const collectEvery = 256;

/** What is still referred to: when garbage is collected is for the runtime to say. */
const used = (): number => {
  collectGarbage();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
};

/** Sends a chunked response of these parts through a session. */
function send(
  parts: Iterable<Uint8Array>,
  ...fields: readonly string[]
): { size: number; growth: number; head: Buffer } {
  const session = open();
  session.fromDownstream(Buffer.from(get));
  const lines = [
    'HTTP/1.1 200 OK',
    'Content-Type: application/json',
    'Transfer-Encoding: chunked',
    ...fields,
  ];
  session.fromUpstream(Buffer.from([...lines, '', ''].join('\r\n')));
  const idle = used();
  let [size, growth, count] = [0, 0, 0];
  let head = Buffer.alloc(0);
  const push = (bytes: Uint8Array): void => {
    const { toDownstream, failure } = session.fromUpstream(bytes);
    if (failure !== undefined) throw failure;
    for (const slice of toDownstream) size += slice.length;
    // Between the size and the line end of the one chunk it comes in.
    if (head.length < 4096) head = Buffer.concat([head, ...toDownstream.slice(1, -1)]);
    if (++count % collectEvery === 0) growth = Math.max(growth, used() - idle);
  };
  for (const part of parts) {
    push(Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]));
  }
  push(Buffer.from('0\r\n\r\n'));
  expect(session.isIdle).toBe(true);
  expect(session.report.masked.get('$[*].customer.ssn')).toBeGreaterThan(500_000);
  return { size, growth, head };
}

describe('a body of 256 MiB', () => {
  it('passes in memory that does not grow with it', () => {
    const { size, growth, head } = send(bodyParts());
    expect(size).toBeGreaterThan(bodySize * 0.9);
    expect(head.includes('"ssn":"[masked]"')).toBe(true);
    expect(head.includes('canary')).toBe(false);

    expect(growth).toBeLessThan(memoryMax);
  });

  it('coded with gzip as well', () => {
    const { growth, head } = send(gzipped(bodyParts()), 'Content-Encoding: gzip');
    const text = zlib.gunzipSync(head, { finishFlush: zlib.constants.Z_SYNC_FLUSH });
    expect(text.includes('"ssn":"[masked]"')).toBe(true);
    expect(text.includes('canary')).toBe(false);

    expect(growth).toBeLessThan(memoryMax);
  });
});
