import { isDate, weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const COMPANY = [9, 7, 3, 1, 9, 7, 3, 1];
const TAX = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const TAJ = [3, 7, 3, 7, 3, 7, 3, 7];
const RISING = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const FALLING = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1];

/** Hungary. */
export const checks: CountryChecks = {
  // Eight digits; at home a digit for the kind of VAT and two for the county follow.
  'hu-company-tax-number': (c) => {
    const at = c.has('HU') ? 2 : 0;
    const length = c.length - at;
    if ((length !== 8 && length !== 11) || !c.isDigits(at)) return false;
    if (length === 11 && (c.digit(at + 8) < 1 || c.digit(at + 8) > 5)) return false;
    return weightedSum(c, COMPANY, at) % 10 === 0;
  },
  // 8, days since 1867-01-01, serial, check digit.
  'hu-tax-identifier': (c) =>
    c.length === 10 && c.has('8') && c.isDigits() && weightedSum(c, TAX) % 11 === c.digit(9),
  // Series of registrations begin with 001.
  'hu-plate-zero': (c) => c.length === 6 && c.isLetters(0, 3) && c.has('000', 3),
  'hu-taj': (c) =>
    c.length === 9 && c.isDigits() && !c.isRepeated() && weightedSum(c, TAJ) % 10 === c.digit(8),
  // Sex and century, yymmdd, serial; the weights rise for who was born before 1997, and fall since.
  'hu-personal-number': (c) => {
    const kind = c.digit(0);
    if (c.length !== 11 || !c.isDigits() || kind === 0 || kind === 9) return false;
    const century = kind === 1 || kind === 2 ? 1900 : kind === 3 || kind === 4 ? 2000 : 1800;
    const year = century + c.number(1, 3);
    const [month, day] = [c.number(3, 5), c.number(5, 7)];
    if (!isDate(year, month, day) && !isDate(year + 100, month, day)) return false;
    return weightedSum(c, year >= 1997 ? FALLING : RISING) % 11 === c.digit(10);
  },
};
