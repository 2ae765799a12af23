import { weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const FIRST = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const SECOND = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];

/** Kazakhstan. */
export const checks: CountryChecks = {
  // IIN: yymmdd, century and sex; BIN: yymm, kind of company. Then serial and check digit.
  'kz-identification-number': (c) => {
    if (c.length !== 12 || !c.isDigits() || c.number(2, 4) < 1 || c.number(2, 4) > 12) return false;
    const isPerson = c.number(4, 6) >= 1 && c.number(4, 6) <= 31 && c.digit(6) <= 6;
    if (!isPerson && (c.digit(4) < 4 || c.digit(4) > 6 || c.digit(5) > 3)) return false;
    const first = weightedSum(c, FIRST) % 11;
    const check = first === 10 ? weightedSum(c, SECOND) % 11 : first;
    return check === c.digit(11);
  },
};
