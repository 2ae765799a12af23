import { modulo, weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const COMPANY = [2, 4, 10, 3, 5, 9, 4, 6, 8];
const PERSON_FIRST = [7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
const PERSON_SECOND = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
const SNILS = [9, 8, 7, 6, 5, 4, 3, 2, 1];

/** Russia. */
export const checks: CountryChecks = {
  // Taxpayer number: 10 digits of companies, 12 of persons.
  'ru-inn': (c) => {
    if (!c.isDigits() || c.isRepeated()) return false;
    if (c.length === 10) return (weightedSum(c, COMPANY) % 11) % 10 === c.digit(9);
    if (c.length !== 12 || (weightedSum(c, PERSON_FIRST) % 11) % 10 !== c.digit(10)) return false;
    return (weightedSum(c, PERSON_SECOND) % 11) % 10 === c.digit(11);
  },
  // State registration: 13 digits of companies, 15 of sole traders; the last is the rest by 11, or by 13.
  'ru-ogrn': (c) => {
    if ((c.length !== 13 && c.length !== 15) || !c.isDigits() || c.digit(0) === 0) return false;
    return modulo(c, c.length - 2, 0, c.length - 1) % 10 === c.digit(c.length - 1);
  },
  // Pension insurance: nine digits and two, the rest of their weighted sum by 101.
  'ru-snils': (c) => {
    if (c.length !== 11 || !c.isDigits() || c.number(0, 9) <= 1_001_998) return false;
    return (weightedSum(c, SNILS) % 101) % 100 === c.number(9);
  },
};
