import { risingSum } from '../checksums-weighted.ts';
import type { CountryChecks } from './index.ts';

/** Paraguay. */
export const checks: CountryChecks = {
  'py-ruc': (c) => {
    if (c.length < 5 || c.length > 9 || !c.isDigits() || c.isRepeated()) return false;
    const check = (11 - (risingSum(c, 2, 0, c.length - 1) % 11)) % 11;
    return c.digit(c.length - 1) === check % 10;
  },
};
