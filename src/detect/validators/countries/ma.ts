import { modulo } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

/** Morocco. */
export const checks: CountryChecks = {
  // ICE: company (9), establishment (4), and two digits that make it divisible by 97.
  'ma-ice': (c) => {
    const from = c.has('MA') ? 2 : 0;
    return c.length === from + 15 && c.isDigits(from) && c.number(from) > 0 && modulo(c, 97, from) === 0;
  },
};
