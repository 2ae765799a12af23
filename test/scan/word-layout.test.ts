import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapeOf, wordLayout } from '../../src/scan/shape.ts';
import { CompiledCondition, type ShapeCondition } from '../../src/scan/shape-condition.ts';
import { Opening, WordLayout } from '../../src/scan/word-layout.ts';

const read = (text: string): WordLayout => {
  const layout = new WordLayout();
  layout.read(Buffer.from(text), 0, Buffer.byteLength(text));
  return layout;
};

const allows = (condition: ShapeCondition, text: string): boolean =>
  new CompiledCondition(condition).allowsWords(read(text));

describe('word layout', () => {
  it('knows the lengths of words and of numbers', () => {
    const { lengths, digitLengths } = read('536-93-4804 ab1 x');
    expect(lengths).toBe((1 << 1) | (1 << 2) | (1 << 3) | (1 << 4));
    expect(digitLengths).toBe((1 << 2) | (1 << 3) | (1 << 4));
    expect(read('1'.repeat(40)).lengths).toBe(1 << 31);
  });

  it.each([
    ['DE89 3704', Opening.lettersThenDigits],
    ['xDE89', 0],
    ['1DE89', 0],
    ['+DE89', Opening.lettersThenDigits],
    ['_DE89', Opening.lettersThenDigits],
    ['0049 30', Opening.international],
    ['10049', 0],
    ['+49 30', Opening.international],
    ['+(49) 30', Opening.international],
    ['(49) 30', 0],
    ['08:15+00', 0],
    ['+x49', 0],
  ])('reads the beginning of words in %s', (text, openings) => {
    expect(read(text).openings).toBe(openings);
  });

  it.each(['\\nDE89', 'q=%20DE89'])('holds anything where an escape stands: %s', (text) => {
    expect(read(text)).toMatchObject({ lengths: -1, digitLengths: -1, openings: -1 });
  });

  it('is read where there are digits enough, and says nothing otherwise', () => {
    shapeOf(Buffer.from('12345'), 0, 5);
    expect(wordLayout.digitLengths).toBe(-1);
    shapeOf(Buffer.from('123456'), 0, 6);
    expect(wordLayout.digitLengths).toBe(1 << 6);
  });

  it('never excludes a value that has what a condition asks for', () => {
    const text = fc.string({ maxLength: 60, unit: fc.constantFrom(...'0123456789aBz @._:-/+(é') });
    const lengths = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 2 });
    fc.assert(
      fc.property(text, lengths, lengths, fc.nat(35), (value, words, digitWords, wordMin) => {
        const own = value.split(/[^0-9A-Za-z]+/).filter((word) => word !== '');
        const numbers = own.filter((word) => /^[0-9]+$/.test(word));
        const hasAll = (wanted: readonly number[], among: readonly string[]): boolean =>
          wanted.every((length) => among.some((word) => word.length === length));
        const longest = Math.max(0, ...own.map(({ length }) => length));
        const condition = { words, digitWords, wordMin };
        const isMet = hasAll(words, own) && hasAll(digitWords, numbers) && longest >= wordMin;
        if (isMet) expect(allows(condition, value)).toBe(true);
        else if (longest < 31) expect(allows(condition, value)).toBe(false);
      }),
    );
  });
});
