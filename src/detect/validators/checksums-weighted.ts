import type { Compact } from './compact.ts';

/**
 * Sum over `[from, to)` of digits times weights that count up from `first` at the right end; -1 for
 * another byte.
 */
export function risingSum(c: Compact, first: number, from: number, to: number): number {
  let sum = 0;
  for (let index = to - 1, weight = first; index >= from; index--, weight++) {
    const digit = c.digit(index);
    if (digit < 0) return -1;
    sum += digit * weight;
  }
  return sum;
}

/** As a weighted sum, but of products replaced by the sum of their two digits; -1 for another byte. */
export function foldedSum(c: Compact, weights: readonly number[], from = 0): number {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) {
    const digit = c.digit(from + index);
    if (digit < 0) return -1;
    const product = digit * weights[index]!;
    sum += product > 9 ? Math.floor(product / 10) + (product % 10) : product;
  }
  return sum;
}

/** Whether the letter or digit at `index` is `letters[at]`. */
export function isCharacterAt(c: Compact, index: number, letters: string, at: number): boolean {
  return index < c.length && at >= 0 && at < letters.length && c.bytes[index] === letters.charCodeAt(at);
}

/** Place of the letter or digit at `index` in `letters`, -1 when it is none of them. */
export function placeIn(c: Compact, index: number, letters: string): number {
  for (let at = 0; at < letters.length; at++) if (isCharacterAt(c, index, letters, at)) return at;
  return -1;
}
