import { setImmediate } from 'node:timers/promises';
import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Coding,
  type CodingStream,
  createDecoder,
  createEncoder,
  type DecoderLimits,
  filterAcceptEncoding,
  parseCodings,
  supportedCodings,
} from '../../../src/session/http/content-codings.ts';
import { SyncZlib, survivesRoundTrip } from '../../../src/session/http/sync-zlib.ts';
import {
  type Chunks,
  everySplit,
  everyTruncation,
  expectOnlyWiremaskErrors,
  mutations,
  oneByteAtATime,
} from '../../support/properties.ts';

const limits: DecoderLimits = { decodedSizeMax: 64 << 20, decodedRatioMax: 200 };
const text = Buffer.from(
  JSON.stringify(Array.from({ length: 40 }, (_, id) => ({ id, name: `name ${id * 7}` }))),
);

// Node's one-shot functions, which share no code of ours.
const { zstdCompressSync, zstdDecompressSync } = zlib as typeof zlib & {
  readonly zstdCompressSync?: (bytes: Uint8Array) => Buffer;
  readonly zstdDecompressSync?: (bytes: Uint8Array) => Buffer;
};
const encodeOnce: Readonly<Record<Coding, (bytes: Uint8Array) => Buffer>> = {
  gzip: (bytes) => zlib.gzipSync(bytes),
  deflate: (bytes) => zlib.deflateSync(bytes),
  br: (bytes) => zlib.brotliCompressSync(bytes),
  zstd: (bytes) => zstdCompressSync!(bytes),
};
const decodeOnce: Readonly<Record<Coding, (bytes: Uint8Array) => Buffer>> = {
  gzip: (bytes) => zlib.gunzipSync(bytes),
  deflate: (bytes) => zlib.inflateSync(bytes),
  br: (bytes) => zlib.brotliDecompressSync(bytes),
  zstd: (bytes) => zstdDecompressSync!(bytes),
};

function throughAll(stream: CodingStream, chunks: Chunks): Buffer {
  return Buffer.concat([...chunks.flatMap((chunk) => stream.push(chunk)), ...stream.end()]);
}

function decoded(codings: readonly Coding[], chunks: Chunks, limited: Partial<DecoderLimits> = {}): Buffer {
  return throughAll(createDecoder(codings, { ...limits, ...limited }), chunks);
}

function codeOf(codings: readonly Coding[], chunks: Chunks, limited: Partial<DecoderLimits> = {}): unknown {
  return expectOnlyWiremaskErrors(() => decoded(codings, chunks, limited));
}

describe('supportedCodings', () => {
  test('are gzip, deflate and br, and zstd where Node has it', () => {
    const expected = zstdCompressSync === undefined ? [] : ['zstd'];
    expect(supportedCodings).toEqual(['gzip', 'deflate', 'br', ...expected]);
  });
});

describe('parseCodings', () => {
  test.each<[readonly string[], readonly string[]]>([
    [[], []],
    [[''], []],
    [['identity'], []],
    [['gzip'], ['gzip']],
    [[' X-GZip\t'], ['gzip']],
    [['deflate, identity, br'], ['deflate', 'br']],
    [
      ['gzip,', ',gzip'],
      ['gzip', 'gzip'],
    ],
    [
      ['gzip', 'br', 'deflate'],
      ['gzip', 'br', 'deflate'],
    ],
  ])('%j names %j', (values, expected) => {
    expect(parseCodings(values)).toEqual(expected);
  });

  test.each([
    [['compress']],
    [['gzip, sdch']],
    [['gzip;q=1']],
    [['gzip br']],
    [['gzip\u00a0']],
    [['gzip, gzip', 'gzip, gzip']],
    [['identity, identity, x-unknown']],
  ])('%j is refused', (values) => {
    expect(() => parseCodings(values)).toThrow(
      expect.objectContaining({ code: 'WIREMASK_ERR_UNSUPPORTED_CODING', name: 'UnsupportedError' }),
    );
  });
});

describe.each(supportedCodings)('createDecoder for %s', (coding) => {
  const encoded = encodeOnce[coding](text);

  test('gives the text, wherever the body is cut', () => {
    for (const chunks of [...everySplit(encoded), oneByteAtATime(encoded)]) {
      expect(decoded([coding], chunks).equals(text)).toBe(true);
    }
  });

  test('refuses a body that is cut off', () => {
    for (const start of everyTruncation(encoded)) {
      if (start.length > 0) expect(codeOf([coding], [start])).toBe('WIREMASK_ERR_HTTP_CODING');
    }
  });

  test('leaves a body without any byte empty', () => {
    expect(decoded([coding], [])).toHaveLength(0);
  });

  test.each([
    ['letters', Buffer.from('XY')],
    ['zeros', Buffer.alloc(4)],
    ['a text of its own', text],
  ])('refuses %s behind the end, in the same chunk or the next', (_name, garbage) => {
    for (const chunks of everySplit(Buffer.concat([encoded, garbage]))) {
      expect(codeOf([coding], chunks)).toBe('WIREMASK_ERR_HTTP_CODING');
    }
  });

  test('refuses plain bytes under its name', () => {
    expect(codeOf([coding], [text])).toBe('WIREMASK_ERR_HTTP_CODING');
    expect(codeOf([coding], oneByteAtATime(text))).toBe('WIREMASK_ERR_HTTP_CODING');
  });

  test('raises nothing but our errors for damaged bodies', () => {
    for (const [index, damaged] of [...mutations(encoded, 7, 400)].entries()) {
      const chunks = index % 2 === 0 ? [damaged] : oneByteAtATime(damaged);
      expect(codeOf([coding], chunks)).toSatisfy(
        (code) => code === undefined || /CODING|DECODED/.test(`${code}`),
      );
    }
  });

  test('is final after an error: the same again', () => {
    const decoder = createDecoder([coding], limits);
    const thrown = [() => decoder.push(text), () => decoder.push(encoded), () => decoder.end()].map(
      (call) => {
        try {
          // Not every coding can tell at once.
          call();
          return undefined;
        } catch (error) {
          return error;
        }
      },
    );
    expect(thrown[2]).toMatchObject({ code: 'WIREMASK_ERR_HTTP_CODING' });
    expect(thrown[1]).toBe(thrown[2]);
  });

  test('stops a bomb early', () => {
    const zeros = Array.from({ length: 64 }, () => Buffer.alloc(4 << 20));
    const bomb = throughAll(createEncoder([coding]), zeros);
    const before = process.memoryUsage().rss;
    expect(codeOf([coding], [bomb])).toBe('WIREMASK_ERR_DECODED_SIZE');
    expect(codeOf([coding, coding], [encodeOnce[coding](bomb)])).toBe('WIREMASK_ERR_DECODED_SIZE');
    expect(process.memoryUsage().rss - before).toBeLessThan(96 << 20);
  });

  test('counts decoded bytes: decodedSizeMax exactly passes', () => {
    expect(decoded([coding], [encoded], { decodedSizeMax: text.length })).toHaveLength(text.length);
    expect(codeOf([coding], [encoded], { decodedSizeMax: text.length - 1 })).toBe(
      'WIREMASK_ERR_DECODED_SIZE',
    );
  });

  test('minds the ratio only beyond 1 MiB', () => {
    const small = encodeOnce[coding](Buffer.alloc(1 << 20));
    expect(decoded([coding], [small], { decodedRatioMax: 10 })).toHaveLength(1 << 20);
    const larger = encodeOnce[coding](Buffer.alloc((1 << 20) + 1));
    expect(codeOf([coding], [larger], { decodedRatioMax: 10 })).toBe('WIREMASK_ERR_DECODED_SIZE');
  });
});

describe('createDecoder', () => {
  test('reads several members of gzip, wherever they are cut', () => {
    const members = Buffer.concat([zlib.gzipSync('one '), zlib.gzipSync(''), zlib.gzipSync('two')]);
    for (const chunks of [...everySplit(members), oneByteAtATime(members)]) {
      expect(decoded(['gzip'], chunks).toString()).toBe('one two');
    }
  });

  test('reads deflate without its zlib header', () => {
    for (const raw of [
      zlib.deflateRawSync(text),
      zlib.deflateRawSync(text, { level: 0 }),
      zlib.deflateRawSync(''),
    ]) {
      const expected = zlib.inflateRawSync(raw);
      for (const chunks of [[raw], oneByteAtATime(raw)]) {
        expect(decoded(['deflate'], chunks).equals(expected)).toBe(true);
      }
    }
  });

  test('undoes stacked codings in the order they were not applied', () => {
    const stacked = zlib.brotliCompressSync(zlib.gzipSync(zlib.gzipSync(text)));
    const codings = parseCodings(['gzip, gzip', 'br']);
    for (const chunks of [[stacked], oneByteAtATime(stacked)]) {
      expect(decoded(codings, chunks).equals(text)).toBe(true);
    }
    expect(codeOf(['br', 'gzip', 'gzip'], [stacked])).toBe('WIREMASK_ERR_HTTP_CODING');
    expect(codeOf(codings, [stacked.subarray(0, -1)])).toBe('WIREMASK_ERR_HTTP_CODING');
    expect(codeOf(['gzip', 'gzip'], [zlib.gzipSync(zlib.gzipSync(text).subarray(0, -1))])).toBe(
      'WIREMASK_ERR_HTTP_CODING',
    );
  });

  test('gives what a server has flushed before the rest arrives', () => {
    const encoder = createEncoder(['gzip']);
    const decoder = createDecoder(['gzip'], limits);
    for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
      const arrived = encoder.push(Buffer.from(event)).flatMap((chunk) => decoder.push(chunk));
      expect(Buffer.concat(arrived).toString()).toBe(event);
    }
  });

  test('lets chunks through as they are without any coding', () => {
    const decoder = createDecoder([], { decodedSizeMax: 1, decodedRatioMax: 1 });
    expect(decoder.push(text)[0]).toBe(text);
    expect(decoder.end()).toEqual([]);
  });

  test('gives memory of its own', () => {
    const decoder = createDecoder(['gzip'], limits);
    const body = zlib.gzipSync(text);
    const first = decoder.push(body.subarray(0, 100));
    const copy = Buffer.concat(first);
    decoder.push(body.subarray(100));
    expect(Buffer.concat(first).equals(copy)).toBe(true);
  });
});

describe.each(supportedCodings)('createEncoder for %s', (coding) => {
  test('gives what other decoders read, and what was pushed at once', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (chunks) => {
        const encoder = createEncoder([coding]);
        const decoder = createDecoder([coding], limits);
        const encoded: Uint8Array[] = [];
        for (const chunk of chunks) {
          const output = encoder.push(chunk);
          encoded.push(...output);
          const arrived = output.flatMap((part) => decoder.push(part));
          expect(Buffer.concat(arrived).equals(chunk)).toBe(true);
        }
        encoded.push(...encoder.end());
        expect(decodeOnce[coding](Buffer.concat(encoded)).equals(Buffer.concat(chunks))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('flushes chunks that come together once', () => {
    const parts = Array.from({ length: 64 }, (_, at) => text.subarray(at * 16, at * 16 + 16));
    const [together, apart] = [createEncoder([coding]), createEncoder([coding])];
    const one = Buffer.concat([...together.pushAll(parts), ...together.end()]);
    const many = Buffer.concat([...parts.flatMap((part) => apart.push(part)), ...apart.end()]);
    expect(decodeOnce[coding](one).equals(decodeOnce[coding](many))).toBe(true);
    expect(one.length).toBeLessThan(many.length);
  });

  test('says nothing for nothing, until the end', () => {
    const encoder = createEncoder([coding]);
    expect(encoder.push(new Uint8Array(0))).toEqual([]);
    expect(decodeOnce[coding](Buffer.concat(encoder.end()))).toHaveLength(0);
  });
});

describe('createEncoder', () => {
  test('applies codings in order', () => {
    const encoded = throughAll(createEncoder(['deflate', 'br', 'gzip']), [text, text]);
    const once = zlib.inflateSync(zlib.brotliDecompressSync(zlib.gunzipSync(encoded)));
    expect(once.equals(Buffer.concat([text, text]))).toBe(true);
  });

  test('takes other levels', () => {
    const much = Buffer.concat(Array.from({ length: 50 }, () => text));
    const sizeAt = (level: number): number =>
      throughAll(createEncoder(['gzip'], { levels: { gzip: level } }), [much]).length;
    expect(sizeAt(9)).toBeLessThan(sizeAt(1));
  });
});

describe('memory', () => {
  test('10,000 streams leave none behind, finished, broken or given up', async () => {
    const body = zlib.gzipSync(text);
    const round = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        throughAll(createEncoder(['gzip']), [text]);
        decoded(['gzip'], [body]);
        codeOf(['gzip'], [text]);
        const given = createDecoder(['gzip'], limits);
        given.push(body.subarray(0, 20));
        given.close();
        given.close();
        // Node keeps a destroyed stream until it has told so.
        if (i % 50 === 0) await setImmediate();
      }
    };
    await round(200);
    const before = process.memoryUsage().rss;
    await round(2500);
    // An encoder alone takes 268 kB: 2,500 that stay would be 670 MB.
    expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20);
  });
});

describe('SyncZlib', () => {
  test('is not used after close: a closed handle would end the process', () => {
    const stream = new SyncZlib(zlib.createGunzip());
    stream.close();
    expect(() => stream.run(text, 0)).toThrow('zlib stream used after close');
  });

  test('a runtime without what it builds on, or where that gives other bytes, fails its check', () => {
    const flags = { process: 0, flush: 2, finish: 4 };
    const gzip = (): object => zlib.createGzip();
    expect(survivesRoundTrip(gzip, () => zlib.createGunzip(), flags)).toBe(true);
    expect(survivesRoundTrip(gzip, () => zlib.createInflate(), flags)).toBe(false);
    expect(survivesRoundTrip(gzip, () => ({ _handle: null }), flags)).toBe(false);
    expect(
      survivesRoundTrip(gzip, () => Object.assign(zlib.createGunzip(), { _processChunk: undefined }), flags),
    ).toBe(false);
    // Flushes nothing.
    expect(survivesRoundTrip(gzip, () => zlib.createGunzip(), { ...flags, flush: 0 })).toBe(false);
  });
});

describe('filterAcceptEncoding', () => {
  const zstd = supportedCodings.includes('zstd') ? ['zstd'] : [];

  test.each<[readonly string[], string]>([
    [[], 'identity'],
    [[''], 'identity'],
    [['compress, sdch;q=0.3'], 'identity'],
    [['gzip'], 'gzip'],
    [['GZIP;Q=0.50 , x-gzip, compress, br ; q=0'], 'gzip;q=0.50, x-gzip, br;q=0'],
    [['gzip, deflate', 'br'], 'gzip, deflate, br'],
    [['identity;q=0, gzip'], 'identity;q=0, gzip'],
    [['*'], ['gzip', 'deflate', 'br', ...zstd].join(', ')],
    [
      ['gzip;q=0, *;q=0.5'],
      ['gzip;q=0', ...['deflate', 'br', ...zstd].map((name) => `${name};q=0.5`)].join(', '),
    ],
    [['gzip, *;q=0.000'], 'gzip, *;q=0.000'],
    [['gzip;q=2, br;q=0.1234, deflate;level=9, gzip;q=1;x=y'], 'identity'],
    [['gzip\u00a0, br'], 'br'],
  ])('%j becomes %j', (values, expected) => {
    expect(filterAcceptEncoding(values)).toBe(expected);
  });
});
