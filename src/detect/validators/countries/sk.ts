import { isDate, modulo, weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const ICO = [8, 7, 6, 5, 4, 3, 2];

/** Slovakia. */
export const checks: CountryChecks = {
  // yymmdd (50 added to the month of women) and four digits, all divisible by 11; three digits until 1953.
  'sk-birth-number': (c) => {
    if ((c.length !== 9 && c.length !== 10) || !c.isDigits()) return false;
    const yy = c.number(0, 2);
    const month = c.number(2, 4) % 50;
    if (c.length === 9 && (yy > 53 || c.number(6) === 0)) return false;
    const year = (c.length === 9 || yy >= 54 ? 1900 : 2000) + yy;
    if (!isDate(year, month > 20 && year >= 2004 ? month - 20 : month, c.number(4, 6))) return false;
    if (c.length === 9) return true;
    const rest = modulo(c, 11, 0, 9);
    return (rest === 10 && year < 1986 ? 0 : rest) === c.digit(9);
  },
  // IC DPH: ten digits divisible by 11, the third one of 2, 3, 4, 7, 8, 9.
  'sk-vat': (c) => {
    const at = c.has('SK') ? 2 : 0;
    if (c.length !== at + 10 || !c.isDigits(at) || c.digit(at) === 0) return false;
    const third = c.digit(at + 2);
    return third > 1 && third !== 5 && third !== 6 && modulo(c, 11, at) === 0;
  },
  // Numbers of companies, from the time of Czechoslovakia.
  'sk-ico': (c) => {
    if (c.length !== 8 || !c.isDigits() || c.number() === 0) return false;
    return (11 - (weightedSum(c, ICO) % 11)) % 10 === c.digit(7);
  },
};
