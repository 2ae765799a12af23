import { risingSum } from '../checksums-weighted.ts';
import type { CountryChecks } from './index.ts';

/** Iran. */
export const checks: CountryChecks = {
  'ir-national-id': (c) => {
    if (c.length !== 10 || !c.isDigits() || c.isRepeated()) return false;
    const rest = risingSum(c, 2, 0, 9) % 11;
    return c.digit(9) === (rest < 2 ? rest : 11 - rest);
  },
};
