import { weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const TAX = [31, 29, 23, 19, 17, 13, 7, 5, 3];

/** Vietnam. */
export const checks: CountryChecks = {
  // Mã số thuế: province, serial, check digit, and of branches three digits more.
  'vn-tax-code': (c) => {
    if ((c.length !== 10 && c.length !== 13) || !c.isDigits() || c.number(2, 9) === 0) return false;
    if (c.length === 13 && c.number(10) === 0) return false;
    return 10 - (weightedSum(c, TAX) % 11) === c.digit(9);
  },
  // Citizen identity: province (001 to 096), sex and century, year, serial.
  'vn-citizen-id': (c) => {
    const province = c.number(0, 3);
    return c.length === 12 && c.isDigits() && province >= 1 && province <= 96 && c.digit(3) <= 3;
  },
};
