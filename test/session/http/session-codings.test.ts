import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { supportedCodings } from '../../../src/session/http/content-codings.ts';
import { zlibOfRuntime } from '../../../src/session/http/sync-zlib.ts';
import {
  bodyOf,
  byteByByte,
  chunked,
  get,
  httpSessions,
  ok,
  play,
  refusalOf,
  sized,
} from '../../support/http-session.ts';

const open = await httpSessions({
  fields: [{ path: '$..ssn', mask: 'redact' }],
  detect: { mask: 'redact' },
});

const body = `{"a":[1.0, -0,"\\u00e4"],"ssn":"canary", "text":"${'none '.repeat(40)}"}`;
const masked = body.replace('canary', '[masked]');

const coded = (coding: string): readonly string[] =>
  ok('application/json', `Content-Encoding: ${coding}`, 'ETag: "x"');

describe('a coded body', () => {
  it.each([
    ['gzip', zlib.gzipSync(body)],
    ['x-gzip', zlib.gzipSync(body)],
    ['GZIP', zlib.gzipSync(body)],
    ['deflate', zlib.deflateSync(body)],
    ['br', zlib.brotliCompressSync(body)],
    ['gzip, gzip', zlib.gzipSync(zlib.gzipSync(body))],
    ['gzip, br', zlib.brotliCompressSync(zlib.gzipSync(body))],
    ['identity', Buffer.from(body)],
    ['identity, gzip', zlib.gzipSync(body)],
    ['gzip, identity, deflate', zlib.deflateSync(zlib.gzipSync(body))],
  ])('%s: masked inside, coded the same way again', (coding, bytes) => {
    expect(bodyOf(open, sized(coded(coding), bytes))).toBe(masked);
    expect(bodyOf(open, chunked(coded(coding), bytes, { size: 1 }))).toBe(masked);
  });

  it('deflate without its zlib header', () => {
    expect(bodyOf(open, sized(coded('deflate'), zlib.deflateRawSync(body)))).toBe(masked);
  });

  it('several members of gzip', () => {
    const half = body.indexOf('canary') + 3;
    const members = [body.slice(0, half), body.slice(half)].map((text) => zlib.gzipSync(text));
    expect(bodyOf(open, sized(coded('gzip'), Buffer.concat(members)))).toBe(masked);
  });

  it('two Content-Encoding lines count in their order', () => {
    const head = ok('application/json', 'Content-Encoding: gzip', 'Content-Encoding: br');
    const { down } = play(open(), [
      ['client', get],
      ['server', sized(head, zlib.brotliCompressSync(zlib.gzipSync(body)))],
    ]);
    const bytes = down.subarray(down.indexOf('\r\n\r\n') + 4);
    expect(zlib.gunzipSync(zlib.brotliDecompressSync(bytes)).toString()).toBe(masked);
  });

  it('zstd, where the runtime has it; else it is refused', () => {
    const compress = (zlibOfRuntime as unknown as { zstdCompressSync?: (text: string) => Buffer })
      .zstdCompressSync;
    const decompress = (zlibOfRuntime as unknown as { zstdDecompressSync?: (bytes: Buffer) => Buffer })
      .zstdDecompressSync;
    expect(supportedCodings.includes('zstd')).toBe(compress !== undefined);
    const bytes = compress?.(body) ?? Buffer.from('28b52ffd', 'hex');
    const { down, failure } = play(open(), [
      ['client', get],
      ['server', sized(coded('zstd'), bytes)],
    ]);
    if (compress === undefined) expect(failure?.code).toBe('WIREMASK_ERR_UNSUPPORTED_CODING');
    else expect(decompress!(down.subarray(down.indexOf('\r\n\r\n') + 4)).toString()).toBe(masked);
  });

  it('what a server flushes can be read at once', () => {
    const gzip = zlib.gzipSync(body);
    const session = open();
    play(session, [['client', get]]);
    const { down } = play(session, [['server', sized(coded('gzip'), gzip).subarray(0, -10)]]);
    const start = down.indexOf('\r\n', down.indexOf('\r\n\r\n') + 4) + 2;
    const text = zlib.gunzipSync(down.subarray(start), { finishFlush: zlib.constants.Z_SYNC_FLUSH });
    expect(text.toString()).toContain('"ssn":"[masked]"');
  });

  it('a body without a byte stays empty', () => {
    expect(bodyOf(open, sized(coded('gzip'), ''))).toBe('');
  });
});

describe('what cannot be undone', () => {
  const refused = (coding: string, bytes: Uint8Array | string, type = 'application/json'): string =>
    refusalOf(open, [
      ['client', get],
      ['server', sized(ok(type, `Content-Encoding: ${coding}`), bytes)],
    ]);
  const gzip = zlib.gzipSync(body);

  it.each([
    ['gzip that is not', 'gzip', Buffer.from(body)],
    ['text that is not', 'gzip', Buffer.from('canary')],
    ['truncated gzip', 'gzip', gzip.subarray(0, -9)],
    ['gzip without its last byte', 'gzip', gzip.subarray(0, -1)],
    ['bytes behind gzip', 'gzip', Buffer.concat([gzip, Buffer.from('canary')])],
    ['a wrong checksum', 'gzip', Buffer.concat([gzip.subarray(0, -8), Buffer.alloc(8)])],
    ['truncated brotli', 'br', zlib.brotliCompressSync(body).subarray(0, -2)],
    ['one byte of deflate', 'deflate', Buffer.from([0x78])],
    ['a layer less than said', 'gzip, gzip', gzip],
  ])('%s', (_, coding, bytes) => {
    expect(refused(coding, bytes)).toBe('WIREMASK_ERR_HTTP_CODING');
  });

  it('a layer more than said is no JSON, and no text', () => {
    expect(refused('gzip', zlib.gzipSync(gzip))).toBe('WIREMASK_ERR_MESSAGE_BODY');
    expect(refused('identity', gzip)).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });

  it('compressed data under a head that does not say so', () => {
    const text = 'write to canary@qz7vkp.com';
    const forms = [
      zlib.gzipSync(text),
      zlib.deflateSync(text),
      Buffer.from('28b52ffd00', 'hex'),
      'PK\x03\x04a',
    ];
    for (const type of ['text/plain', 'text/csv', 'text/event-stream', 'application/xml']) {
      for (const form of forms) {
        for (const coding of ['identity', 'gzip']) {
          const bytes = coding === 'gzip' ? zlib.gzipSync(form) : form;
          expect(refused(coding, bytes, type)).toBe('WIREMASK_ERR_HTTP_CODING');
        }
      }
      for (const start of ['P', 'PK', '(', 'x', 'x^ a', '(a']) {
        expect(bodyOf(open, sized(ok(type), start))).toBe(start);
      }
    }
  });

  it.each(['compress', 'x-unknown', 'gzip, compress', 'gzip, gzip, gzip, gzip', 'aes128gcm', '*'])(
    '%s',
    (coding) => {
      expect(refused(coding, gzip)).toBe('WIREMASK_ERR_UNSUPPORTED_CODING');
    },
  );

  it('bombs', async () => {
    const zeros = Buffer.alloc(20 << 20, 0x20);
    const bombs = [
      ['gzip', zlib.gzipSync(zeros)],
      ['br', zlib.brotliCompressSync(zeros, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } })],
      ['gzip, gzip', zlib.gzipSync(zlib.gzipSync(zeros))],
      ['deflate', zlib.deflateSync(zeros)],
    ] as const;
    for (const [coding, bytes] of bombs) {
      for (const type of ['application/json', 'text/plain', 'text/csv', 'text/event-stream']) {
        const { failure } = play(open(), [
          ['client', get],
          ['server', sized(ok(type, `Content-Encoding: ${coding}`), bytes)],
        ]);
        expect(failure?.code).toBe('WIREMASK_ERR_DECODED_SIZE');
      }
    }
    const small = await httpSessions({ fields: [{ name: 'a', mask: 'redact' }] }, { decodedSizeMax: 100 });
    const [turn, answer] = [get, sized(coded('gzip'), gzip)];
    const { failure } = play(small(), [
      ['client', turn],
      ['server', answer],
    ]);
    expect(failure).toMatchObject({ code: 'WIREMASK_ERR_DECODED_SIZE', limit: 'decodedSizeMax', max: 100 });
  });

  it('a response that has begun is cut off without its end', () => {
    for (const cut of [byteByByte, (bytes: Uint8Array) => [bytes.subarray(0, -30), bytes.subarray(-30)]]) {
      const { down } = play(
        open(),
        [
          ['client', get],
          ['server', sized(coded('gzip'), gzip.subarray(0, -1))],
        ],
        (bytes, side) => (side === 'client' ? [bytes] : cut(bytes, side)),
      );
      expect(down.toString('latin1')).toMatch(/^HTTP\/1\.1 200 /);
      expect(down.includes('0\r\n\r\n')).toBe(false);
      expect(down.includes(' 502 ')).toBe(false);
    }
  });
});
