import type { CountryChecks } from './index.ts';

// What a digit at an odd place counts.
const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21] as const;

/** Cyprus. */
export const checks: CountryChecks = {
  // Eight digits, never beginning with 12, and a letter: the sum mod 26. Ministry of Finance, Tax Department.
  'cy-tax-number': (c) => {
    const from = c.has('CY') ? 2 : 0;
    if (c.length !== from + 9 || !c.isDigits(from, from + 8) || c.has('12', from)) return false;
    let sum = 0;
    for (let index = 0; index < 8; index++) {
      const digit = c.digit(from + index);
      sum += index % 2 === 0 ? ODD[digit]! : digit;
    }
    return sum % 26 === c.letter(from + 8);
  },
};
