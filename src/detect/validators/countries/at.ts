import { isDate, isLuhn, weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

/** Austria. */
export const checks: CountryChecks = {
  // UID-Nummer: U, seven digits whose doubled ones are summed digit by digit, check digit over sum + 4.
  'at-vat': (c) => {
    const from = c.has('AT') ? 2 : 0;
    if (c.length !== from + 9 || !c.has('U', from) || !c.isDigits(from + 1)) return false;
    let sum = 4;
    for (let index = 0; index < 7; index++) {
      const weighted = c.digit(from + 1 + index) * (1 + (index % 2));
      sum += weighted > 9 ? weighted - 9 : weighted;
    }
    return (10 - (sum % 10)) % 10 === c.digit(from + 8);
  },
  // Steuernummer: two digits of the tax office, seven more, the last by Luhn.
  'at-tax-number': (c) => c.length === 9 && !c.isRepeated() && isLuhn(c),
  // Sozialversicherungsnummer: serial, check digit, ddmmyy. Months 13 to 15 are for those whose birthday ran
  // out of numbers. https://www.sozialversicherung.at
  'at-social-security': (c) => {
    if (c.length !== 10 || !c.isDigits() || c.digit(0) === 0) return false;
    const rest = (weightedSum(c, [3, 7, 9]) + weightedSum(c, [5, 8, 4, 2, 1, 6], 4)) % 11;
    const [day, month, yy] = [c.number(4, 6), c.number(6, 8), c.number(8, 10)];
    if (rest !== c.digit(3)) return false;
    return (month > 12 && month <= 15) || isDate(1900 + yy, month, day) || isDate(2000 + yy, month, day);
  },
  // Firmenbuchnummer: up to six digits and a check letter, which only the register itself can tell.
  'at-company-number': (c) => {
    const from = c.has('FN') ? 2 : 0;
    return c.letter(c.length - 1) >= 0 && c.isDigits(from, c.length - 1) && c.length - from <= 7;
  },
};
