import { weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const TIN = [9, 8, 7, 6, 5, 4, 3, 2];

/** Philippines. */
export const checks: CountryChecks = {
  // Eight digits and their check digit, then the branch.
  'ph-tin': (c) =>
    (c.length === 9 || (c.length >= 12 && c.length <= 14)) &&
    c.isDigits() &&
    c.number(0, 9) > 0 &&
    weightedSum(c, TIN) % 11 === c.digit(8),
};
