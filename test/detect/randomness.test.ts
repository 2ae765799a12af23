import { describe, expect, it } from 'vitest';
import { entropyOf, relativeEntropy, strangenessOf } from '../../src/detect/randomness.ts';

const bytesOf = (text: string): Uint8Array => Buffer.from(text);
const strangeness = (text: string): number => strangenessOf(bytesOf(text), 0, text.length);
const relative = (text: string): number => relativeEntropy(bytesOf(text), 0, text.length);

/** Random text of an alphabet, the same every time (xorshift). */
function randomTexts(alphabet: string, length: number, count: number): string[] {
  let state = 20261120;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return Array.from({ length: count }, () =>
    Array.from({ length }, () => alphabet[next() % alphabet.length]).join(''),
  );
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const BASE62 = `${LOWER}${LOWER.toUpperCase()}0123456789`;

describe('strangeness', () => {
  it.each([
    ...['password', 'userName', 'MAX_RETRY_COUNT', 'the quick brown fox', 'internationalization'],
    ...['GermanShepherd', 'customer-order-line', 'handleIncomingMessage', 'lighthouse keeper'],
  ])('%j looks like words', (text) => {
    expect(strangeness(text)).toBeLessThan(5.4);
  });

  it('tells random letters and digits from words', () => {
    for (const [alphabet, length] of [
      [LOWER, 16],
      [BASE62, 16],
      [BASE62, 40],
    ] as const) {
      const texts = randomTexts(alphabet, length, 500);
      const found = texts.filter((text) => strangeness(text) >= 5.4);
      expect([alphabet.length, length, found.length]).toEqual([alphabet.length, length, expect.any(Number)]);
      expect(found.length).toBeGreaterThanOrEqual(485);
    }
  });

  it('is 0 for nothing', () => {
    expect(strangeness('')).toBe(0);
  });
});

describe('relative entropy', () => {
  it('is near 1 for random text of any alphabet', () => {
    for (const alphabet of ['0123456789', '0123456789abcdef', LOWER, BASE62])
      for (const text of randomTexts(alphabet, 40, 100)) expect(relative(text)).toBeGreaterThan(0.72);
  });

  it('is low for what repeats itself', () => {
    expect(relative('abababababababababab')).toBeLessThan(0.5);
    expect(relative('00000000000000000000')).toBe(0);
    expect(relative('a')).toBe(0);
  });
});

describe('entropy', () => {
  it('is counted over the first 512 bytes', () => {
    expect(entropyOf(bytesOf('aabb'), 0, 4)).toBe(1);
    expect(entropyOf(bytesOf(`${'a'.repeat(512)}${BASE62}`), 0, 574)).toBe(0);
    expect(entropyOf(bytesOf(''), 0, 0)).toBe(0);
  });
});
