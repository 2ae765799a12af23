import type { CountryChecks } from './index.ts';

/** Uzbekistan. */
export const checks: CountryChecks = {
  // PINFL: century and sex, ddmmyy, district, serial, check digit with the weights 7, 3, 1.
  'uz-pinfl': (c) => {
    if (c.length !== 14 || !c.isDigits() || c.digit(0) < 1 || c.digit(0) > 6) return false;
    if (c.number(1, 3) < 1 || c.number(1, 3) > 31 || c.number(3, 5) < 1 || c.number(3, 5) > 12) return false;
    let sum = 0;
    for (let index = 0; index < 13; index++) {
      sum += c.digit(index) * (index % 3 === 0 ? 7 : index % 3 === 1 ? 3 : 1);
    }
    return sum % 10 === c.digit(13);
  },
};
