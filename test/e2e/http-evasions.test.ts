import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpBed, startHttpBed } from './http/http-bed.ts';
import { clients, rawClient } from './http/http-clients.ts';
import { COOKIE, EVASIONS, FIELD, MAIL, NUMBER } from './http/http-evasions.ts';

const CANARIES = [FIELD, MAIL, NUMBER, COOKIE];

/** Answers `GET /7` with the bytes of the seventh evasion, and closes. */
function answer(socket: Socket): void {
  socket.once('data', (chunk) => {
    const index = Number(/^\w+ \/(\d+) /.exec(chunk.toString('latin1'))?.[1]);
    const { bytes, segmentSize = bytes.length } = EVASIONS[index]!;
    const send = (at: number): void => {
      if (socket.destroyed) return;
      if (at >= bytes.length) socket.end();
      else
        socket.write(bytes.subarray(at, at + segmentSize), () => setImmediate(() => send(at + segmentSize)));
    };
    send(0);
  });
}

/** As a reader of JSON or a form would see it. */
const unescaped = (text: string): string =>
  text
    .replaceAll(/\\+u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/** Texts in base64, as whoever decodes them sees them. */
const decoded = (text: string): string =>
  [...unescaped(text.replaceAll('\\n', '')).matchAll(/[A-Za-z0-9+/_-]{16,}={0,2}/g)]
    .map(([found]) => Buffer.from(found, 'base64').toString('latin1'))
    .join(' ');

/** What the data lines of an event stream come to. */
const joined = (text: string): string =>
  text
    .replaceAll(/(?:\r\n|\n|\r)+data: ?/g, '')
    .replaceAll(/\{"choices":\[\{"delta":\{"content":"|"\}\}\]\}/g, '');

describe('what an upstream may send', () => {
  let bed: HttpBed;

  beforeAll(async () => {
    bed = await startHttpBed({
      masking: {
        fields: [
          { name: 'ssn', mask: 'redact' },
          { header: 'set-cookie', mask: 'redact' },
        ],
        detect: { mask: 'redact', packs: ['pii'] },
      },
      rawUpstream: answer,
    });
  });
  afterAll(() => bed.close());

  test.each(EVASIONS.map(({ name, keeps }, index) => [name, index, keeps] as const))(
    '%s: no value gets to a client',
    async (_, index, keeps) => {
      bed.forget();
      const seen: string[] = [];
      const headers = { 'accept-encoding': 'gzip, deflate, br' };
      for (const [name, client] of clients) {
        const { body, status } = await client(bed.port, `/${index}`, { headers }).catch((error: Error) => ({
          body: String(error.cause ?? error),
          status: 0,
        }));
        seen.push(body);
        if (keeps !== undefined && name !== 'node:http')
          expect([name, status, body]).toEqual([name, 200, expect.stringContaining(keeps)]);
      }
      for (const bytes of [
        `GET /${index} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
        `HEAD /${index} HTTP/1.0\r\nHost: a\r\n\r\n`,
      ])
        seen.push((await rawClient(bed.port, bytes)).text);
      expect(
        await bed.findLeak(
          CANARIES,
          ...seen,
          ...seen.map(unescaped),
          ...seen.map(joined),
          ...seen.map(decoded),
        ),
      ).toBeUndefined();
    },
  );

  test('only known codes were logged', () => {
    const codes = bed.logs.map((line) => (JSON.parse(line) as { code?: string }).code).filter((code) => code);
    expect(
      codes.filter((code) => !/^(?:WIREMASK_ERR_(?!MASKING)\w+|ECONNRESET|EPIPE)$/.test(code ?? '')),
    ).toEqual([]);
  });
});
