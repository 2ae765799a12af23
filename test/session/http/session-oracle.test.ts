import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cut, chunked, get, httpSessions, ok, play, sized } from '../../support/http-session.ts';
import { readResponseWithNode } from '../../wire/http/node-reader.ts';

const label = 'a longer label \u00e4\ud83d\ude00';
const open = await httpSessions({ fields: [{ path: '$..ssn', mask: 'redact', label }] });

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'ssn', 'SSN', 'b c', '\u00e4"\\', ''), tie('json'), { maxKeys: 4 }),
  ),
}));

/** What the rule means, by walking values. */
function expected(value: Json, isMasked = false): Json {
  if (value === null || (isMasked && typeof value === 'boolean')) return null;
  if (isMasked) return typeof value === 'number' ? 0 : label;
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((element: Json) => expected(element));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, expected(inner as Json, key === 'ssn')]),
  );
}

const codings: Readonly<Record<string, readonly [(text: string) => Buffer, (bytes: Buffer) => Buffer]>> = {
  '': [(text) => Buffer.from(text), (bytes) => bytes],
  gzip: [(text) => zlib.gzipSync(text), (bytes) => zlib.gunzipSync(bytes)],
  deflate: [(text) => zlib.deflateRawSync(text), (bytes) => zlib.inflateSync(bytes)],
  br: [(text) => zlib.brotliCompressSync(text), (bytes) => zlib.brotliDecompressSync(bytes)],
};

const arrival = fc.record({
  coding: fc.constantFrom(...Object.keys(codings)),
  chunkSize: fc.integer({ min: 0, max: 40 }),
  spaces: fc.constantFrom('', ' ', '\t'),
  cuts: fc.array(fc.nat(2000), { maxLength: 5 }),
});

const cutAt =
  (cuts: readonly number[]): Cut =>
  (bytes) => {
    const places = [
      0,
      ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b),
      bytes.length,
    ];
    return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
  };

describe('an independent reader', () => {
  it('Node reads the masked response, and JSON.parse the values the rule leaves', async () => {
    await fc.assert(
      fc.asyncProperty(json, arrival, async (value, { coding, chunkSize, spaces, cuts }) => {
        const [encode, decode] = codings[coding]!;
        const text = JSON.stringify(value, undefined, spaces);
        const head = ok('application/json', ...(coding === '' ? [] : [`Content-Encoding: ${coding}`]));
        const body = encode(text);
        const response = chunkSize === 0 ? sized(head, body) : chunked(head, body, { size: chunkSize });
        const { down, failure, session } = play(
          open(),
          [
            ['client', get],
            ['server', response],
          ],
          cutAt(cuts),
        );
        expect(failure).toBeUndefined();
        const read = await readResponseWithNode(down, 'GET');
        expect(read?.line).toBe('200 OK');
        const masked = decode(Buffer.from(read!.body, 'latin1')).toString();
        expect(JSON.parse(masked)).toEqual(expected(JSON.parse(text) as Json));
        if ((session.report.masked.get('$..ssn') ?? 0) === 0) expect(masked).toBe(text);
      }),
      { numRuns: 1500 },
    );
  });

  it('Node reads every answer of a pipeline in turn, refused ones included', async () => {
    const responses = [
      sized(ok('application/json'), '{"ssn":"canary"}'),
      chunked(ok('application/json'), '{"ssn":1}', { trailers: ['X-After: b'] }),
      sized(ok('image/png'), 'canary'),
    ];
    const seen = [];
    for (const response of responses) {
      const { down } = play(open(), [
        ['client', get],
        ['server', response],
      ]);
      seen.push(await readResponseWithNode(down, 'GET'));
    }
    expect(seen.map((read) => read?.line)).toEqual(['200 OK', '200 OK', '502 Bad Gateway']);
    expect(seen[1]?.trailers).toEqual([{ name: 'X-After', value: 'b' }]);
    expect(JSON.parse(seen[2]!.body)).toMatchObject({
      error: { code: 'WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE' },
    });
    expect(JSON.stringify(seen)).not.toContain('canary');
  });
});
