import { weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const NIT_OLD = [14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2];
const NIT = [2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
const DUI = [9, 8, 7, 6, 5, 4, 3, 2];

/** El Salvador. */
export const checks: CountryChecks = {
  // Municipality (9 abroad), ddmmyy of birth or foundation, serial, check digit.
  'sv-nit': (c) => {
    const from = c.has('SV') ? 2 : 0;
    if (c.length !== from + 14 || !c.isDigits(from)) return false;
    if (c.digit(from) > 1 && c.digit(from) < 9) return false;
    const isOld = c.number(from + 10, from + 13) <= 100;
    const sum = weightedSum(c, isOld ? NIT_OLD : NIT, from);
    const check = isOld ? (sum % 11) % 10 : ((11 - (sum % 11)) % 11) % 10;
    return check === c.digit(from + 13);
  },
  'sv-dui': (c) => c.length === 9 && c.number() > 0 && (weightedSum(c, DUI) + c.digit(8)) % 10 === 0,
};
