import { isLuhn } from '../checksums.ts';
import { isShortDate } from '../checksums-dates.ts';
import type { CountryChecks } from './index.ts';

/** South Africa. */
export const checks: CountryChecks = {
  // yymmdd, sex and serial, citizenship (0, 1; 2 for refugees), a digit once used for race, check digit.
  'za-id-number': (c) => c.length === 13 && isShortDate(c, 0) && c.digit(10) <= 2 && isLuhn(c),
  'za-tax-number': (c) => {
    const first = c.digit(0);
    return c.length === 10 && ((first >= 0 && first <= 3) || first === 9) && c.number() > 0 && isLuhn(c);
  },
  'za-vat-number': (c) => c.length === 10 && c.digit(0) === 4 && isLuhn(c),
};
