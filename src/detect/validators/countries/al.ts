import { isDate } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

/** Albania. */
export const checks: CountryChecks = {
  // NIPT: decade, year, month and day, serial, letter.
  'al-tax-number': (c) => {
    const from = c.has('AL') ? 2 : 0;
    const decade = c.letter(from);
    const isForm = c.length === from + 10 && decade >= 0 && decade <= 12 && c.letter(from + 9) >= 0;
    return isForm && c.isDigits(from + 1, from + 9);
  },
  // NID: decade from 1900 (A) on, year, month (women: 50 more), day, serial, letter.
  'al-identity-number': (c) => {
    const decade = c.letter(0);
    if (c.length !== 10 || decade < 0 || decade > 19 || !c.isDigits(1, 9) || c.letter(9) < 0) return false;
    return isDate(1900 + decade * 10 + c.digit(1), c.number(2, 4) % 50, c.number(4, 6));
  },
};
