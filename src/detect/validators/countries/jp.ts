import { weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const INDIVIDUAL = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
const CORPORATE = [2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1];
const LICENCE = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/** Japan. */
export const checks: CountryChecks = {
  // "My Number": Ministry of Internal Affairs, ordinance 85 of 2014, article 5.
  'jp-individual-number': (c) => {
    if (c.length !== 12 || !c.isDigits() || c.isRepeated()) return false;
    const rest = weightedSum(c, INDIVIDUAL) % 11;
    return c.digit(11) === (rest < 2 ? 0 : 11 - rest);
  },
  // https://www.houjin-bangou.nta.go.jp: the check digit comes first. T stands before it on invoices.
  'jp-corporate-number': (c) => {
    const from = c.has('T') ? 1 : 0;
    if (c.length !== from + 13 || !c.isDigits(from)) return false;
    return c.digit(from) === 9 - (weightedSum(c, CORPORATE, from + 1) % 9);
  },
  // Prefecture, year, serial, check digit, number of the copy.
  'jp-driving-licence': (c) => {
    if (c.length !== 12 || !c.isDigits()) return false;
    const rest = weightedSum(c, LICENCE) % 11;
    return c.digit(10) === (rest < 2 ? 0 : 11 - rest);
  },
};
