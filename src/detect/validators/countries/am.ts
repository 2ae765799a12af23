import { isDate } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

/** Armenia. */
export const checks: CountryChecks = {
  // Public services number: day (men: 10 more, women: 50 more), mmyy, serial.
  'am-public-services-number': (c) => {
    if (c.length !== 10 || !c.isDigits()) return false;
    const day = c.number(0, 2) - (c.number(0, 2) > 50 ? 50 : 10);
    const [month, yy] = [c.number(2, 4), c.number(4, 6)];
    return isDate(1900 + yy, month, day) || isDate(2000 + yy, month, day);
  },
};
