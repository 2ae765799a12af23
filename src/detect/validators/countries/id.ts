import { isDate, isLuhn } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

// Kemendagri: provinces by the first two digits of a region code.
const PROVINCES = [
  11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 31, 32, 33, 34, 35, 36, 51, 52, 53, 61, 62, 63, 64, 65, 71, 72, 73,
  74, 75, 76, 81, 82, 91, 92, 93, 94, 95, 96,
];

/** Indonesia. */
export const checks: CountryChecks = {
  // Region, date of birth (day + 40 for women), serial.
  'id-nik': (c) => {
    if (c.length !== 16 || !c.isDigits() || !PROVINCES.includes(c.number(0, 2))) return false;
    const day = c.number(6, 8);
    const born = isDate(2000 + c.number(10, 12), c.number(8, 10), day > 40 ? day - 40 : day);
    return born && c.number(12) > 0;
  },
  // Nine digits with a check digit, tax office, branch; since 2024 with a 0 in front.
  'id-npwp': (c) => {
    const from = c.length === 16 && c.digit(0) === 0 ? 1 : 0;
    return (
      c.length === from + 15 && c.isDigits() && c.number(from, from + 9) > 0 && isLuhn(c, from, from + 9)
    );
  },
};
