import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonTokenizerOptions, PartialStringAction } from '../../../src/wire/json/json-token-handler.ts';
import { JsonTokenizer } from '../../../src/wire/json/json-tokenizer.ts';
import {
  type Chunks,
  everySplit,
  everyTruncation,
  expectOnlyWiremaskErrors,
  mutations,
  oneByteAtATime,
} from '../../support/properties.ts';
import { invalidTexts, validTexts } from './json-texts-corpus.ts';
import { readJsonSlowly } from './slow-json-reader.ts';
import { TokenRecorder } from './token-recorder.ts';

const defaults: JsonTokenizerOptions = {
  depthMax: 64,
  valueSizeMax: 4096,
  isSequence: false,
  allowsByteOrderMark: false,
};

interface Reading {
  readonly code: string | undefined;
  readonly lines: readonly string[];
  readonly flushed: Uint8Array;
}

interface ReadingOptions extends Partial<JsonTokenizerOptions> {
  readonly onPartialString?: (size: number) => PartialStringAction;
}

function read(chunks: Chunks, options: ReadingOptions = {}): Reading {
  const { onPartialString = () => 'hold', ...others } = options;
  const recorder = new TokenRecorder(onPartialString);
  const tokenizer = new JsonTokenizer(recorder, { ...defaults, ...others });
  const code = expectOnlyWiremaskErrors(() => {
    for (const chunk of chunks) tokenizer.push(chunk);
    tokenizer.end();
  });
  return { code, lines: recorder.lines, flushed: Buffer.concat(recorder.flushed) };
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

function* everyCut(bytes: Uint8Array): Generator<Chunks> {
  yield* everySplit(bytes);
  yield oneByteAtATime(bytes);
}

describe('JsonTokenizer', () => {
  test.each(validTexts)('reads %j, wherever it is cut, and flushes all of it', (text) => {
    const bytes = bytesOf(text);
    const expected = readJsonSlowly(bytes);
    for (const chunks of everyCut(bytes)) {
      expect(read(chunks)).toEqual({ code: undefined, lines: expected, flushed: Buffer.from(bytes) });
    }
  });

  test.each(invalidTexts)('refuses %j, wherever it is cut, and flushes nothing that is wrong', (text) => {
    const bytes = bytesOf(text);
    for (const chunks of everyCut(bytes)) {
      const { code, flushed } = read(chunks);
      expect(code).toMatch(/^WIREMASK_ERR_(MESSAGE_BODY|TRUNCATED)$/);
      expect(flushed).toEqual(Buffer.from(bytes.subarray(0, flushed.length)));
    }
    expect(() => readJsonSlowly(bytes)).toThrow();
  });

  test('a text that stops anywhere is truncated, not malformed', () => {
    const bytes = bytesOf(' {"a":[1.5e3,"\\u00e9",true,null],"b":{"c":-2}}');
    for (const start of everyTruncation(bytes)) {
      for (const chunks of [[start], oneByteAtATime(start)]) {
        expect(read(chunks).code).toBe('WIREMASK_ERR_TRUNCATED');
      }
    }
  });

  test('what it was told stays as it was while later chunks arrive', () => {
    const bytes = bytesOf(
      JSON.stringify({ name: 'Ada', list: [1, 22, 333, 'a\\"b', { deep: [true, null] }] }),
    );
    for (let size = 1; size < 12; size++) {
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.slice(at, at + size));
      const { code, flushed, lines } = read(chunks);
      expect(code).toBeUndefined();
      expect(flushed).toEqual(Buffer.from(bytes));
      expect(lines).toEqual(readJsonSlowly(bytes));
    }
  });

  test('bytes that are not UTF-8 are taken as they are inside a string, and nowhere else', () => {
    const inside = Uint8Array.of(0x22, 0xff, 0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xe2, 0x22);
    for (const chunks of everyCut(inside)) expect(read(chunks).code).toBeUndefined();
    expect(read([Uint8Array.of(0x5b, 0xff, 0x5d)]).code).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });

  test.each(['utf16le', 'utf16be'])('%s is refused', (encoding) => {
    const bytes = Buffer.from('{"ssn":"078-05-1120"}', 'utf16le');
    const { code, flushed } = read([encoding === 'utf16le' ? bytes : bytes.swap16()]);
    expect(code).toBe('WIREMASK_ERR_MESSAGE_BODY');
    expect(flushed).toHaveLength(0);
  });

  test('an error is final: every later call throws the same one', () => {
    const tokenizer = new JsonTokenizer(new TokenRecorder(() => 'hold'), defaults);
    const thrownBy = (fn: () => void): unknown => {
      try {
        fn();
        return undefined;
      } catch (error) {
        return error;
      }
    };
    const first = thrownBy(() => tokenizer.push(bytesOf('[1,]')));
    expect(first).toMatchObject({ code: 'WIREMASK_ERR_MESSAGE_BODY' });
    expect(thrownBy(() => tokenizer.push(bytesOf('1')))).toBe(first);
    expect(thrownBy(() => tokenizer.end())).toBe(first);
  });

  test('an error tells the offset in the stream and no byte of it', () => {
    const tokenizer = new JsonTokenizer(new TokenRecorder(() => 'hold'), defaults);
    tokenizer.push(bytesOf('{"ssn":"078-'));
    tokenizer.push(bytesOf('05-1120",'));
    expect(() => tokenizer.push(bytesOf('secret'))).toThrow(/^JSON: key expected at offset 21$/);
  });
});

describe('a byte order mark', () => {
  const mark = Uint8Array.of(0xef, 0xbb, 0xbf);
  const marked = Buffer.concat([mark, bytesOf('[1]')]);

  test('is refused by default', () => {
    for (const chunks of everyCut(marked)) expect(read(chunks).code).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });

  test('passes where it is allowed, before the first text only', () => {
    const allowed = { allowsByteOrderMark: true };
    for (const chunks of everyCut(marked)) {
      expect(read(chunks, allowed)).toMatchObject({ code: undefined, flushed: Buffer.from(marked) });
    }
    for (const bytes of [Buffer.concat([mark, marked]), Buffer.concat([bytesOf(' '), marked])]) {
      expect(read([bytes], allowed).code).toBe('WIREMASK_ERR_MESSAGE_BODY');
    }
    for (const start of everyTruncation(marked)) expect(read([start], allowed).code).toBeDefined();
  });
});

describe('a sequence', () => {
  const isSequence = true;

  test.each([
    ['', 0],
    [' \n', 0],
    ['{"a":1}\n{"a":2}\r\n\n[]', 3],
    ['{}{}[][]""""', 6],
    ['1 2\n3', 3],
    ['\u001e{"a":1}\n\u001e\u001e2\n\u001e"x"\n', 3],
    ['\u001e', 0],
    ['true[1]', 2],
  ])('%j holds %i texts', (text, count) => {
    const bytes = bytesOf(text);
    for (const chunks of everyCut(bytes)) {
      const { code, lines, flushed } = read(chunks, { isSequence });
      expect(code).toBeUndefined();
      expect(lines.filter((line) => line.startsWith('document'))).toHaveLength(count);
      expect(flushed).toEqual(Buffer.from(bytes));
    }
  });

  test.each([
    '{}\n{',
    '{},{}',
    '1\n]',
    '[\u001e1]',
    '{"a":\u001e1}',
    '\u001e{"a":\u001e{}',
    '1-2',
    '\u001f1',
    '1 tru',
  ])('%j is refused', (text) => {
    for (const chunks of everyCut(bytesOf(text))) expect(read(chunks, { isSequence }).code).toBeDefined();
  });

  test('a number waits for what follows it', () => {
    const recorder = new TokenRecorder(() => 'hold');
    const tokenizer = new JsonTokenizer(recorder, { ...defaults, isSequence });
    tokenizer.push(bytesOf('12'));
    expect(recorder.lines).toEqual([]);
    tokenizer.push(bytesOf('3\n'));
    expect(recorder.lines).toEqual(['number 0 123', 'document 3']);
  });
});

describe('a string that is let pass', () => {
  test('leaves as it arrives, whole escapes at a time, and its end is told', () => {
    const recorder = new TokenRecorder(() => 'pass');
    const tokenizer = new JsonTokenizer(recorder, defaults);
    for (const part of ['["ab', 'c\\', 'u00', 'e9d', '\\"', 'e",1]']) tokenizer.push(bytesOf(part));
    tokenizer.end();
    const parts = recorder.flushed.map((part) => Buffer.from(part).toString());
    expect(parts).toEqual(['["ab', 'c', '', '\\u00e9d', '\\"', 'e",1]']);
    expect(recorder.lines.slice(1, 4)).toEqual(['passedString 16', 'nextElement', 'number 17 1']);
  });

  test('is checked as any other', () => {
    for (const text of ['["a\nb"]', '["ab\\x"]', '["ab\\u12x4"]', '["abc']) {
      for (const chunks of everyCut(bytesOf(text))) {
        expect(read(chunks, { onPartialString: () => 'pass' }).code).toBeDefined();
      }
    }
  });

  test('may be held first and let pass later', () => {
    const onPartialString = (size: number): PartialStringAction => (size < 5 ? 'hold' : 'pass');
    const { lines, flushed } = read(oneByteAtATime(bytesOf('["abc","abcdefgh"]')), { onPartialString });
    expect(lines.filter((line) => line.includes('tring'))).toEqual(['string 1 "abc"', 'passedString 17']);
    expect(Buffer.from(flushed).toString()).toBe('["abc","abcdefgh"]');
  });

  test('is no key: keys are held', () => {
    const { lines } = read(oneByteAtATime(bytesOf('{"key":1}')), { onPartialString: () => 'pass' });
    expect(lines).toContain('key 1 "key"');
  });
});

describe('limits', () => {
  test.each(['"12345678"', '[1234567890]', '{"12345678":0}', '[1,"12345678"]'])(
    'a token of ten bytes in %j passes valueSizeMax 10 and exceeds 9, wherever it is cut',
    (text) => {
      for (const chunks of everyCut(bytesOf(text))) {
        expect(read(chunks, { valueSizeMax: 10 }).code).toBeUndefined();
        expect(read(chunks, { valueSizeMax: 9 }).code).toBe('WIREMASK_ERR_MESSAGE_SIZE');
      }
    },
  );

  test('a string beyond valueSizeMax may pass, also when a chunk brings all of it', () => {
    const bytes = bytesOf('["1234","12345678"]');
    const onPartialString = (size: number): PartialStringAction => (size > 9 ? 'pass' : 'hold');
    for (const chunks of everyCut(bytes)) {
      const { lines, flushed } = read(chunks, { valueSizeMax: 9, onPartialString });
      expect(lines.slice(1, 4)).toEqual(['string 1 "1234"', 'nextElement', 'passedString 18']);
      expect(flushed).toEqual(Buffer.from(bytes));
    }
  });

  test('depthMax counts objects and arrays alike', () => {
    for (const chunks of everyCut(bytesOf('[{"a":[1]}]'))) {
      expect(read(chunks, { depthMax: 3 }).code).toBeUndefined();
      expect(read(chunks, { depthMax: 2 }).code).toBe('WIREMASK_ERR_MESSAGE_BODY');
    }
    expect(read([bytesOf('1')], { depthMax: 0 }).code).toBeUndefined();
    const deep = bytesOf(`${'[{"":'.repeat(50_000)}1${'}]'.repeat(50_000)}`);
    expect(read([deep], { depthMax: 100_000 }).lines).toHaveLength(250_002);
  });

  test('a huge token in chunks of one byte takes time in proportion', () => {
    // Looking at all that is held with every byte would take 10^11 steps.
    const size = 1 << 19;
    for (const [open, fill, close] of ['"a"', '"é"', '[1]'].map((text) => [...text])) {
      const body = Buffer.concat([bytesOf(open!), Buffer.alloc(size, fill), bytesOf(close!)]);
      const { code } = read(oneByteAtATime(body), { valueSizeMax: size + 16 });
      expect(code).toBeUndefined();
    }
  });
});

describe('properties', () => {
  test('JSON.parse agrees on what is valid, and a slow reader on every token', () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 6 }),
        fc.integer(),
        fc.integer({ min: 1, max: 9 }),
        (text, seed, size) => {
          for (const bytes of [bytesOf(text), ...mutations(bytesOf(text), seed, 20)]) {
            const chunks: Uint8Array[] = [];
            for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.slice(at, at + size));
            const { code, lines, flushed } = read(chunks);
            expect(code === undefined).toBe(isParsed(bytes));
            expect(read([bytes])).toMatchObject({ code, lines });
            expect(flushed).toEqual(Buffer.from(bytes.subarray(0, flushed.length)));
            if (code === undefined) expect(lines).toEqual(readJsonSlowly(bytes));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a string let pass changes nothing but what is told of it', () => {
    fc.assert(
      fc.property(fc.json(), fc.array(fc.nat(40), { maxLength: 8 }), (text, sizes) => {
        const bytes = bytesOf(text);
        const chunks: Uint8Array[] = [];
        let at = 0;
        for (const size of sizes) {
          chunks.push(bytes.slice(at, at + size));
          at += size;
        }
        chunks.push(bytes.slice(at));
        const { code, lines, flushed } = read(chunks, { onPartialString: () => 'pass' });
        expect(code).toBeUndefined();
        expect(flushed).toEqual(Buffer.from(bytes));
        const isNoString = (line: string): boolean => !/^(string|passedString) /.test(line);
        expect(lines.filter(isNoString)).toEqual(readJsonSlowly(bytes).filter(isNoString));
      }),
      { numRuns: 500 },
    );
  });
});

function isParsed(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes).toString('utf8'));
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
