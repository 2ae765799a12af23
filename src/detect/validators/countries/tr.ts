import type { CountryChecks } from './index.ts';

/** Turkey. */
export const checks: CountryChecks = {
  // Identity number: seven times the odd places less the even ones, by 10; then the sum of the first ten.
  'tr-national-id': (c) => {
    if (c.length !== 11 || !c.isDigits() || c.digit(0) === 0) return false;
    let [odd, even] = [0, 0];
    for (let index = 0; index < 9; index += 2) odd += c.digit(index);
    for (let index = 1; index < 8; index += 2) even += c.digit(index);
    const tenth = (((odd * 7 - even) % 10) + 10) % 10;
    return tenth === c.digit(9) && (odd + even + tenth) % 10 === c.digit(10);
  },
  // Tax number of companies: each digit plus its place, by 10, times a power of two, by 9.
  'tr-tax-number': (c) => {
    if (c.length !== 10 || !c.isDigits() || c.isRepeated()) return false;
    let sum = 0;
    for (let place = 1; place <= 9; place++) {
      const added = (c.digit(9 - place) + place) % 10;
      sum += added === 0 ? 0 : (added * 2 ** place) % 9 || 9;
    }
    return (10 - (sum % 10)) % 10 === c.digit(9);
  },
};
