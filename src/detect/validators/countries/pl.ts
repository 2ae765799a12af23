import { isDate, weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const PESEL = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1];
const NIP = [6, 5, 7, 2, 3, 4, 5, 6, 7];
const REGON = [8, 9, 2, 3, 4, 5, 6, 7];
const REGON_UNIT = [2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8];
const CARD = [7, 3, 1, 9, 7, 3, 1, 7, 3];
// Months of PESEL have 20 added per century from 1900 on, 80 for the 1800s.
const CENTURIES = [1900, 2000, 2100, 2200, 1800];

/** Poland. */
export const checks: CountryChecks = {
  'pl-pesel': (c) => {
    if (c.length !== 11 || !c.isDigits() || weightedSum(c, PESEL) % 10 !== 0) return false;
    const month = c.number(2, 4);
    return isDate(CENTURIES[Math.floor(month / 20)]! + c.number(0, 2), month % 20, c.number(4, 6));
  },
  // Whatever the date: numbers made up for tests, and mistyped ones.
  'pl-pesel-undated': (c) =>
    c.length === 11 && c.isDigits() && !c.isRepeated() && weightedSum(c, PESEL) % 10 === 0,
  'pl-nip': (c) => {
    const at = c.has('PL') ? 2 : 0;
    if (c.length !== at + 10 || !c.isDigits(at) || c.number(at) === 0) return false;
    return weightedSum(c, NIP, at) % 11 === c.digit(at + 9);
  },
  // Nine digits; five more for a local unit.
  'pl-regon': (c) => {
    if ((c.length !== 9 && c.length !== 14) || !c.isDigits() || c.isRepeated()) return false;
    if ((weightedSum(c, REGON) % 11) % 10 !== c.digit(8)) return false;
    return c.length === 9 || (weightedSum(c, REGON_UNIT) % 11) % 10 === c.digit(13);
  },
  // Identity card: three letters, check digit, five digits.
  'pl-identity-card': (c) => {
    if (c.length !== 9 || !c.isLetters(0, 3) || !c.isDigits(3)) return false;
    let sum = 0;
    for (let index = 0; index < CARD.length; index++) sum += c.alphanumeric(index) * CARD[index]!;
    return sum % 10 === 0;
  },
};
