import { isMod11Then2 } from '../checksums.ts';
import { isLongDate, isShortDate } from '../checksums-dates.ts';
import { placeIn } from '../checksums-weighted.ts';
import type { CountryChecks } from './index.ts';

// GB/T 2260: provinces, by the first two digits.
const PROVINCES = [
  11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61,
  62, 63, 64, 65, 71, 81, 82, 83, 91,
];
const CREDIT_CHARACTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const CREDIT = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** China. */
export const checks: CountryChecks = {
  // GB 11643: region, date of birth, serial, ISO 7064 MOD 11-2; or the 15 digits of before 1999.
  'cn-resident-id': (c) => {
    if (!c.isDigits(0, 2) || !PROVINCES.includes(c.number(0, 2))) return false;
    if (c.length === 15) return c.isDigits() && isShortDate(c, 6);
    return c.length === 18 && isLongDate(c, 6) && isMod11Then2(c);
  },
  // GB 32100: department and kind, region, organisation, check character.
  'cn-unified-social-credit-code': (c) => {
    if (c.length !== 18 || !c.isDigits(2, 8)) return false;
    let sum = 0;
    for (let index = 0; index < 17; index++) {
      const value = placeIn(c, index, CREDIT_CHARACTERS);
      if (value < 0) return false;
      sum += value * CREDIT[index]!;
    }
    return placeIn(c, 17, CREDIT_CHARACTERS) === (31 - (sum % 31)) % 31;
  },
};
