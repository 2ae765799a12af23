import { isDate, isLuhn } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

/** Greece. */
export const checks: CountryChecks = {
  // AFM: powers of two from the right, by 11, by 10; an eight-digit number lacks its leading 0. No number
  // begins with 5 or 6, says the TIN portal of the European Commission.
  'gr-afm': (c) => {
    const at = c.has('EL') || c.has('GR') ? 2 : 0;
    const length = c.length - at;
    if ((length !== 9 && length !== 8) || !c.isDigits(at)) return false;
    if (length === 9 && (c.digit(at) === 5 || c.digit(at) === 6)) return false;
    let sum = 0;
    for (let index = at; index < c.length - 1; index++) sum = (sum + c.digit(index)) * 2;
    return sum > 0 && (sum % 11) % 10 === c.digit(c.length - 1);
  },
  // AMKA: date of birth ddmmyy, serial, Luhn.
  'gr-amka': (c) => {
    if (c.length !== 11 || !isLuhn(c)) return false;
    const [day, month, yy] = [c.number(0, 2), c.number(2, 4), c.number(4, 6)];
    return isDate(1900 + yy, month, day) || isDate(2000 + yy, month, day);
  },
};
