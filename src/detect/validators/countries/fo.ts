import { isDate } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

/** Faroe Islands. */
export const checks: CountryChecks = {
  // P-tal: ddmmyy, serial.
  'fo-personal-number': (c) =>
    c.length === 9 &&
    c.isDigits() &&
    (isDate(1900 + c.number(4, 6), c.number(2, 4), c.number(0, 2)) ||
      isDate(2000 + c.number(4, 6), c.number(2, 4), c.number(0, 2))),
};
