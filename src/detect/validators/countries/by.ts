import { isDate } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const WEIGHTS = [29, 23, 19, 17, 13, 7, 5, 3] as const;
const SECOND_LETTERS = 'ABCEHKMOPT';

/** Belarus. */
export const checks: CountryChecks = {
  // Uchetny nomer platelshchika: region, then for persons a letter that stands for a digit.
  // https://www.portal.nalog.gov.by
  'by-tax-number': (c) => {
    const from = c.has('UNP') ? 3 : 0;
    if (c.length !== from + 9 || !c.isDigits(from + 2)) return false;
    const isPerson = c.isLetters(from, from + 2);
    if (!isPerson && !c.isDigits(from, from + 2)) return false;
    if (!'1234567ABCEHKM'.includes(String.fromCharCode(c.bytes[from]!))) return false;
    const second = isPerson
      ? SECOND_LETTERS.indexOf(String.fromCharCode(c.bytes[from + 1]!))
      : c.digit(from + 1);
    if (second < 0) return false;
    let sum = c.alphanumeric(from) * WEIGHTS[0] + second * WEIGHTS[1];
    for (let index = 2; index < 8; index++) sum += c.digit(from + index) * WEIGHTS[index]!;
    return sum % 11 === c.digit(from + 8);
  },
  // Identifikatsionny nomer: sex and century, ddmmyy, region, serial, citizenship, check digit.
  'by-identity-number': (c) => {
    if (c.length !== 14 || !c.isDigits(0, 7) || !c.isDigits(8, 11) || c.digit(13) < 0) return false;
    const century = c.digit(0) < 3 ? 1800 : c.digit(0) < 5 ? 1900 : 2000;
    const hasCitizenship = c.has('PB', 11) || c.has('BA', 11) || c.has('BI', 11);
    return hasCitizenship && isDate(century + c.number(5, 7), c.number(3, 5), c.number(1, 3));
  },
};
