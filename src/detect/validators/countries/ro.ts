import { isDate, weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const CNP = [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9];
const CUI = [7, 5, 3, 2, 1, 7, 5, 3, 2];
// By the first digit; residents (7, 8) and foreigners (9) may be of either.
const CENTURIES = [0, 1900, 1900, 1800, 1800, 2000, 2000, 1900, 1900, 1900];
const CUI_SIZE_MAX = 10;

const isCounty = (code: number): boolean =>
  (code >= 1 && code <= 52) || code === 70 || (code >= 80 && code <= 83);

/** Romania. */
export const checks: CountryChecks = {
  // Sex and century, yymmdd, county, serial, check digit.
  'ro-cnp': (c) => {
    if (c.length !== 13 || !c.isDigits() || c.digit(0) === 0) return false;
    const year = CENTURIES[c.digit(0)]! + c.number(1, 3);
    const [month, day] = [c.number(3, 5), c.number(5, 7)];
    const isBorn = isDate(year, month, day) || (c.digit(0) >= 7 && isDate(year + 100, month, day));
    if (!isBorn || !isCounty(c.number(7, 9))) return false;
    const rest = weightedSum(c, CNP) % 11;
    return (rest === 10 ? 1 : rest) === c.digit(12);
  },
  // Fiscal code: two to ten digits, weights from the right.
  'ro-cui': (c) => {
    const at = c.has('RO') ? 2 : 0;
    const length = c.length - at;
    if (length < 2 || length > CUI_SIZE_MAX || !c.isDigits(at) || c.digit(at) === 0) return false;
    let sum = 0;
    for (let index = at; index < c.length - 1; index++) sum += c.digit(index) * CUI[10 - c.length + index]!;
    return ((sum * 10) % 11) % 10 === c.digit(c.length - 1);
  },
};
