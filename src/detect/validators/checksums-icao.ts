import type { Compact } from './compact.ts';

/**
 * Check digit of travel documents: weights 7, 3, 1 over digits and letters, which count 10 to 35 (ICAO Doc
 * 9303-3, 4.9).
 *
 * @returns 0 to 9; -1 when `[from, to)` goes beyond the end.
 */
export function icaoCheckDigit(c: Compact, from: number, to: number): number {
  let sum = 0;
  for (let index = from; index < to; index++) {
    const value = c.alphanumeric(index);
    if (value < 0) return -1;
    const turn = (index - from) % 3;
    sum += value * (turn === 0 ? 7 : turn === 1 ? 3 : 1);
  }
  return sum % 10;
}

/** Whether the digit at `to` is the check digit of `[from, to)`. */
export function isIcao(c: Compact, from: number, to: number): boolean {
  const digit = c.digit(to);
  return digit >= 0 && icaoCheckDigit(c, from, to) === digit;
}
