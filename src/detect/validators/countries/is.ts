import { isDate, weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const WEIGHTS = [3, 2, 7, 6, 5, 4, 3, 2, 1];

/** Iceland. */
export const checks: CountryChecks = {
  // ddmmyy, serial, check digit, century (9 = 1900s, 0 = 2000s, 8 = 1800s); companies: 40 added to the day.
  'is-kennitala': (c) => {
    if (c.length !== 10 || !c.isDigits()) return false;
    const century = c.digit(9);
    if (century > 0 && century < 8) return false;
    const day = c.number(0, 2);
    const year = (century === 0 ? 2000 : 1000 + century * 100) + c.number(4, 6);
    return isDate(year, c.number(2, 4), day > 40 ? day - 40 : day) && weightedSum(c, WEIGHTS) % 11 === 0;
  },
};
