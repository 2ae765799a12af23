import { isDate } from '../checksums.ts';
import { foldedSum } from '../checksums-weighted.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

// Number of each letter A to Z: its household registration office, in the order of their opening.
const LETTERS = [
  10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29, 32, 30, 31, 33,
];
const BUSINESS = [1, 2, 1, 2, 1, 2, 4, 1];

// Letter, and nine digits of which `second` is the first.
function isChecked(c: Compact, second: number): boolean {
  const letter = LETTERS[c.letter(0)]!;
  let sum = Math.floor(letter / 10) + (letter % 10) * 9 + second * 8 + c.digit(9);
  for (let index = 2; index < 9; index++) sum += c.digit(index) * (9 - index);
  return sum % 10 === 0;
}

/** Taiwan. */
export const checks: CountryChecks = {
  'tw-national-id': (c) =>
    c.length === 10 &&
    c.isLetters(0, 1) &&
    c.isDigits(1) &&
    (c.digit(1) === 1 || c.digit(1) === 2) &&
    isChecked(c, c.digit(1)),
  // Residents: a second letter A to D until 2020, 8 or 9 since.
  'tw-resident-id': (c) => {
    if (c.length !== 10 || !c.isLetters(0, 1) || !c.isDigits(2)) return false;
    const letter = c.letter(1);
    if (letter >= 0) return letter <= 3 && isChecked(c, LETTERS[letter]! % 10);
    return c.digit(1) >= 8 && isChecked(c, c.digit(1));
  },
  // Unified business number; where the seventh digit is 7, its product may count as 0 or 1.
  'tw-business-number': (c) => {
    if (c.length !== 8 || !c.isDigits() || c.number() === 0) return false;
    const rest = foldedSum(c, BUSINESS) % 5;
    return rest === 0 || (c.digit(6) === 7 && rest === 4);
  },
  // Tax code of who has no other number: 9yymmdd from mainland China, yyyymmdd and two letters for others.
  'tw-tax-code': (c) => {
    if (c.length === 7) {
      return (
        c.isDigits() && c.digit(0) === 9 && isDate(2000 + c.number(1, 3), c.number(3, 5), c.number(5, 7))
      );
    }
    if (c.length !== 10 || !c.isDigits(0, 8) || !c.isLetters(8)) return false;
    return c.number(0, 4) > 1850 && isDate(c.number(0, 4), c.number(4, 6), c.number(6, 8));
  },
};
