import { isLuhn, weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const BC_HEALTH = [2, 4, 8, 5, 10, 9, 7, 3];
const QUEBEC = [4, 3, 2, 7, 6, 5, 4, 3, 2];

/** Canada. */
export const checks: CountryChecks = {
  // No number begins with 0 or 8.
  'ca-sin': (c) => c.length === 9 && c.digit(0) !== 0 && c.digit(0) !== 8 && isLuhn(c),
  // https://www.canada.ca/en/revenue-agency: nine digits, and the account after them: RT 0001.
  'ca-business-number': (c) => {
    if (!isLuhn(c, 0, 9) || c.isRepeated()) return false;
    return c.length === 9 || (c.length === 15 && c.has('R', 9) && c.isLetters(10, 11) && c.isDigits(11));
  },
  // Ten digits with one of MOD 11 at the end, TQ, file number.
  'ca-quebec-sales-tax': (c) => {
    if (!c.isDigits(0, 10)) return false;
    if (c.length !== 10 && !(c.length === 16 && c.has('TQ', 10) && c.number(12) > 0)) return false;
    const rest = weightedSum(c, QUEBEC) % 11;
    return c.digit(9) === (rest === 0 ? 1 : rest === 1 ? 0 : 11 - rest);
  },
  // British Columbia's personal health number: 9, eight digits, check digit.
  'ca-bc-health-number': (c) => {
    if (c.length !== 10 || !c.isDigits() || c.digit(0) !== 9) return false;
    return (11 - (weightedSum(c, BC_HEALTH, 1) % 11)) % 11 === c.digit(9);
  },
  'ca-ontario-health-number': (c) =>
    (c.length === 10 || (c.length === 12 && c.isLetters(10))) && c.digit(0) > 0 && isLuhn(c, 0, 10),
  // Quebec: four letters of the name, date of birth (month + 50 for women), two more.
  'ca-quebec-health-number': (c) => {
    if (c.length !== 12 || !c.isLetters(0, 4) || !c.isDigits(4)) return false;
    const month = c.number(6, 8);
    const day = c.number(8, 10);
    return ((month >= 1 && month <= 12) || (month >= 51 && month <= 62)) && day >= 1 && day <= 31;
  },
};
