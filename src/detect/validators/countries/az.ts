import { weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

/** Azerbaijan. */
export const checks: CountryChecks = {
  // VÖEN: region, serial, check digit, 1 for companies or 2 for persons.
  'az-tax-number': (c) =>
    c.length === 10 &&
    c.isDigits() &&
    (c.digit(9) === 1 || c.digit(9) === 2) &&
    weightedSum(c, [4, 1, 8, 6, 2, 7, 5, 3]) % 11 === c.digit(8),
};
