import { describe, expect, it } from 'vitest';
import { WordSet } from '../../src/detect/word-set.ts';

const words = new WordSet('pass password word test a my key');
const covered = (text: string): number =>
  words.lettersCovered(Buffer.from(text), 0, Buffer.from(text).length);

describe('a word set', () => {
  it.each([
    ['password', true],
    ['PassWord', true],
    ['pass', true],
    ['passwor', false],
    ['passwords', false],
    ['', false],
    ['p4ss', false],
    ['é', false],
  ])('has %j: %s', (text, expected) => {
    const bytes = Buffer.from(text);
    expect(words.has(bytes, 0, bytes.length)).toBe(expected);
  });

  it.each([
    ['password', 8],
    ['testpassword1', 12],
    ['my-test_key', 9],
    ['xtestx', 4],
    // Short words count only where a word may begin.
    ['xkeyx', 0],
    ['x_key', 3],
    ['testKey', 7],
    ['testkey', 7],
    ['banana', 0],
    ['', 0],
  ])('covers letters of %j: %d', (text, expected) => {
    expect(covered(text)).toBe(expected);
  });

  it('looks at no more than 128 bytes', () => {
    expect(covered('test'.repeat(1000))).toBe(128);
  });

  it('looks at its own part of the bytes alone', () => {
    const bytes = Buffer.from('xxtestpassxx');
    expect(words.lettersCovered(bytes, 2, 8)).toBe(4);
    expect(words.has(bytes, 2, 6)).toBe(true);
  });
});
