import { isLuhn, weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const ABN = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];
const ACN = [8, 7, 6, 5, 4, 3, 2, 1];
const TFN = [1, 4, 3, 7, 5, 8, 6, 9, 10];
const TFN_SHORT = [10, 7, 8, 4, 6, 3, 5, 1];
const MEDICARE = [1, 3, 7, 9, 1, 3, 7, 9];

/** Australia. */
export const checks: CountryChecks = {
  // https://abr.business.gov.au/Help/AbnFormat: 1 is taken from the first digit.
  'au-abn': (c) => {
    const from = c.has('AU') ? 2 : 0;
    if (c.length !== from + 11 || !c.isDigits(from)) return false;
    return (weightedSum(c, ABN, from) - 10) % 89 === 0;
  },
  // https://asic.gov.au: Australian company number digit check.
  'au-acn': (c) =>
    c.length === 9 && c.isDigits() && !c.isRepeated() && (weightedSum(c, ACN) + c.digit(8)) % 10 === 0,
  'au-tfn': (c) => {
    if (!c.isDigits() || c.isRepeated()) return false;
    if (c.length === 9) return weightedSum(c, TFN) % 11 === 0;
    return c.length === 8 && weightedSum(c, TFN_SHORT) % 11 === 0;
  },
  // Eight digits, check digit, issue number, and on some cards the person's place on it.
  'au-medicare': (c) => {
    if ((c.length !== 10 && c.length !== 11) || !c.isDigits() || c.digit(0) < 2 || c.digit(0) > 6)
      return false;
    return weightedSum(c, MEDICARE) % 10 === c.digit(8);
  },
  // Individual healthcare identifier: an ISO/IEC 7812 number of the issuer 80036.
  'au-ihi': (c) => c.length === 16 && c.has('80036') && isLuhn(c),
};
