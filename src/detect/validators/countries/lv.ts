import { isDate, weightedSum } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

const PERSON = [10, 5, 8, 4, 2, 1, 6, 3, 7, 9];
const COMPANY = [9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1];

/**
 * ddmmyy, century and serial, check digit. Since July 2017 numbers begin with 32 (to 39) and say nothing
 * else; a month of 00 stands for an unknown one.
 */
function isPersonalCode(c: Compact, at: number): boolean {
  if (c.length !== at + 11 || !c.isDigits(at)) return false;
  const day = c.number(at, at + 2);
  if (day >= 32) return day < 40;
  const month = c.number(at + 2, at + 4);
  const year = 1800 + c.digit(at + 6) * 100 + c.number(at + 4, at + 6);
  if (month !== 0 && !isDate(year, month, day)) return false;
  return ((1 + weightedSum(c, PERSON, at)) % 11) % 10 === c.digit(at + 10);
}

/** Latvia. */
export const checks: CountryChecks = {
  'lv-personal-code': (c) => isPersonalCode(c, 0),
  // Of a company (begins with 4 to 9), or of a person: the personal code.
  'lv-vat': (c) => {
    const at = c.has('LV') ? 2 : 0;
    if (c.length !== at + 11 || !c.isDigits(at)) return false;
    return c.digit(at) > 3 ? weightedSum(c, COMPANY, at) % 11 === 3 : isPersonalCode(c, at);
  },
};
