import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chunks, mutations, oneByteAtATime } from '../../support/properties.ts';
import { bytesOf, readRequests, readResponses } from './read-messages.ts';
import { smuggledRequests, smuggledResponses } from './smuggling-corpus.ts';
import { validRequest, validResponse } from './valid-messages.ts';

// What a mutation by bits finds too seldom.
const edges = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '"',
  '0',
  'f',
  '0\r\n\r\n',
  'Content-Length: 3\r\n',
  'Transfer-Encoding: chunked\r\n',
  'HTTP/1.1 200 OK\r\n\r\n',
  'GET / HTTP/1.1\r\n\r\n',
];

interface Edit {
  readonly at: number;
  readonly drop: number;
  readonly text: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(400),
  drop: fc.nat(4),
  text: fc.constantFrom('', ...edges),
});

function edited(text: string, edits: readonly Edit[]): string {
  return edits.reduce((now, { at, drop, text: put }) => {
    const from = at % (now.length + 1);
    return now.slice(0, from) + put + now.slice(from + drop);
  }, text);
}

function cutAt(bytes: Uint8Array, cuts: readonly number[]): Chunks {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

const edits = fc.array(edit, { minLength: 1, maxLength: 3 });
const cuts = fc.array(fc.nat(1000), { maxLength: 4 });
const methods = fc.constantFrom('GET', 'HEAD', 'CONNECT');

describe('damaged messages', () => {
  it('raise only errors of ours, the same at every split: requests', () => {
    fc.assert(
      fc.property(
        fc.array(validRequest, { minLength: 1, maxLength: 3 }),
        edits,
        cuts,
        (all, changes, places) => {
          const bytes = bytesOf(edited(all.join(''), changes));
          const whole = readRequests([bytes]);
          expect(readRequests(cutAt(bytes, places))).toEqual(whole);
          expect(readRequests(oneByteAtATime(bytes))).toEqual(whole);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('raise only errors of ours, the same at every split: responses', () => {
    fc.assert(
      fc.property(validResponse, methods, edits, cuts, (text, method, changes, places) => {
        const bytes = bytesOf(edited(text, changes));
        const whole = readResponses([bytes], method);
        expect(readResponses(cutAt(bytes, places), method)).toEqual(whole);
        expect(readResponses(oneByteAtATime(bytes), method)).toEqual(whole);
      }),
      { numRuns: 3000 },
    );
  });

  it('raise only errors of ours: any bytes, and what is refused, damaged', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        readRequests([bytes]);
        readResponses([bytes]);
      }),
      { numRuns: 1000 },
    );
    for (const [index, [, text]] of [...smuggledRequests, ...smuggledResponses].entries()) {
      for (const bytes of mutations(bytesOf(text), index, 20)) {
        readRequests([bytes]);
        readResponses([bytes]);
      }
    }
  });
});
