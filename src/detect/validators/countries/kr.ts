import { isDate, weightedSum } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

const REGISTRATION = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];
const BUSINESS = [1, 3, 7, 1, 3, 7, 1, 3];
const CORPORATE = [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2];

// The seventh digit says sex, century and whether a foreigner: 1, 2, 5, 6 were born in the 1900s.
function isBorn(c: Compact): boolean {
  const kind = c.digit(6);
  const century = kind === 0 || kind === 9 ? 1800 : [1, 2, 5, 6].includes(kind) ? 1900 : 2000;
  return isDate(century + c.number(0, 2), c.number(2, 4), c.number(4, 6));
}

const isRegistration = (c: Compact): boolean => c.length === 13 && c.isDigits() && isBorn(c);

const isForeigner = (c: Compact): boolean => c.digit(6) >= 5 && c.digit(6) <= 8;

/** South Korea. */
export const checks: CountryChecks = {
  'kr-rrn-date': (c) => isRegistration(c) && !isForeigner(c),
  'kr-frn-date': (c) => isRegistration(c) && isForeigner(c),
  // Numbers given since October 2020 have no check digit; older ones do.
  'kr-rrn': (c) =>
    isRegistration(c) && !isForeigner(c) && (11 - (weightedSum(c, REGISTRATION) % 11)) % 10 === c.digit(12),
  'kr-frn': (c) =>
    isRegistration(c) && isForeigner(c) && (13 - (weightedSum(c, REGISTRATION) % 11)) % 10 === c.digit(12),
  // National Tax Service: tax office, kind, serial, check digit.
  'kr-brn': (c) => {
    if (c.length !== 10 || !c.isDigits() || c.number(0, 3) < 101 || c.number(3, 5) === 0) return false;
    const last = c.digit(8) * 5;
    const sum = weightedSum(c, BUSINESS) + last + Math.floor(last / 10);
    return c.number(5, 9) > 0 && (10 - (sum % 10)) % 10 === c.digit(9);
  },
  'kr-corporate-number': (c) =>
    c.length === 13 && c.isDigits() && (10 - (weightedSum(c, CORPORATE) % 10)) % 10 === c.digit(12),
};
