import { isShortDate } from '../checksums-dates.ts';
import type { CountryChecks } from './index.ts';

// Jabatan Pendaftaran Negara: no place of birth has these codes.
const NO_PLACES = [0, 17, 18, 19, 20, 69, 70, 73, 80, 81, 94, 95, 96, 97];

/** Malaysia. */
export const checks: CountryChecks = {
  // MyKad: yymmdd, place of birth, serial.
  'my-nric': (c) =>
    c.length === 12 && c.isDigits() && isShortDate(c, 0) && !NO_PLACES.includes(c.number(6, 8)),
};
