import { weightedSum } from '../checksums.ts';
import { isJmbg } from '../checksums-jmbg.ts';
import type { CountryChecks } from './index.ts';

const TAX = [8, 7, 6, 5, 4, 3, 2];
const COMPANY = [7, 6, 5, 4, 3, 2];

/** Slovenia. */
export const checks: CountryChecks = {
  // The check digit is 11 less the rest by 11, 0 for 10; numbers with a rest of 0 are not given out.
  'si-davcna': (c) => {
    const at = c.has('SI') ? 2 : 0;
    if (c.length !== at + 8 || !c.isDigits(at) || c.digit(at) === 0) return false;
    const rest = weightedSum(c, TAX, at) % 11;
    return rest > 0 && (11 - rest) % 10 === c.digit(at + 7);
  },
  'si-emso': isJmbg,
  // Register of companies: seven digits, three more for a part of the company.
  'si-maticna': (c) => {
    if ((c.length !== 7 && c.length !== 10) || !c.isDigits(0, 7)) return false;
    const rest = weightedSum(c, COMPANY) % 11;
    return rest > 0 && (11 - rest) % 10 === c.digit(6);
  },
};
