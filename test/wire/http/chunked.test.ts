import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkedDecoder, chunkAround, encodeLastChunk } from '../../../src/wire/http/chunked.ts';
import type { HeaderField } from '../../../src/wire/http/head.ts';
import { type Chunks, everySplit, everyTruncation, oneByteAtATime } from '../../support/properties.ts';
import { bytesOf, textOf } from './read-messages.ts';

function decode(chunks: Chunks) {
  let body = '';
  let trailers: readonly HeaderField[] | undefined;
  let rest = '';
  const decoder = new ChunkedDecoder(
    {
      data: (bytes, start, end) => {
        body += textOf(bytes.subarray(start, end));
      },
      end: (fields) => {
        trailers = fields;
      },
    },
    1024,
  );
  for (const chunk of chunks) rest += textOf(chunk.subarray(decoder.push(chunk, 0, chunk.length)));
  return { body, trailers, rest, isDone: decoder.isDone };
}

const body =
  '5\r\nhello\r\n0A;a;b=c;d="e \\"\t;\xe4"\r\n0123456789\r\n0005\r\n\r\n0\r\n\r\n00;z\r\nX-A: b\r\nx-c:\r\n\r\n';
const decoded = {
  body: 'hello0123456789\r\n0\r\n',
  trailers: [
    { name: 'X-A', value: 'b' },
    { name: 'x-c', value: '' },
  ],
  isDone: true,
};

describe('ChunkedDecoder', () => {
  it('gives body and trailers, and stops behind them, at every split', () => {
    const bytes = bytesOf(`${body}rest`);
    for (const chunks of everySplit(bytes)) expect(decode(chunks)).toEqual({ ...decoded, rest: 'rest' });
    expect(decode(oneByteAtATime(bytes))).toEqual({ ...decoded, rest: 'rest' });
  });

  it('is not done before the last byte', () => {
    for (const cut of everyTruncation(bytesOf(body))) expect(decode([cut]).isDone).toBe(false);
  });

  it('hands over data where it lies', () => {
    const seen: unknown[] = [];
    const handler = { data: (...range: unknown[]) => seen.push(range), end: () => {} };
    const bytes = bytesOf('xx3\r\nabc\r\n2\r\nde');
    expect(new ChunkedDecoder(handler, 9).push(bytes, 2, bytes.length - 1)).toBe(bytes.length - 1);
    expect(seen).toEqual([
      [bytes, 5, 8],
      [bytes, 13, 14],
    ]);
  });

  it('counts the extensions of one chunk only', () => {
    const chunk = `1;${'a'.repeat(4096)}\r\nx\r\n`;
    expect(decode([bytesOf(`${chunk}${chunk}0\r\n\r\n`)])).toMatchObject({ body: 'xx', isDone: true });
  });

  it('takes sizes up to 13 digits', () => {
    const handler = { data: () => {}, end: () => {} };
    const bytes = bytesOf('fffffffffffff\r\nabc');
    expect(new ChunkedDecoder(handler, 9).push(bytes, 0, bytes.length)).toBe(bytes.length);
  });
});

describe('chunkAround, encodeLastChunk', () => {
  it('make a body that is read back', () => {
    const texts = fc.array(fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 }), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(texts, (all) => {
        const parts = all.flatMap((text) => {
          const [before, after] = chunkAround(text.length);
          return [before, bytesOf(text), after];
        });
        const trailers = [{ name: 'x', value: 'y' }];
        const bytes = Buffer.concat([...parts, encodeLastChunk(trailers)]);
        expect(decode([bytes])).toEqual({ body: all.join(''), trailers, rest: '', isDone: true });
      }),
    );
  });

  it('write a size as a plain hexadecimal number, and never 0', () => {
    expect(chunkAround(255).map(textOf)).toEqual(['ff\r\n', '\r\n']);
    expect(() => chunkAround(0)).toThrow('a chunk of 0 bytes ends the body');
    expect(textOf(encodeLastChunk([]))).toBe('0\r\n\r\n');
  });
});
