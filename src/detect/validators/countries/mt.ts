import { weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const WEIGHTS = [3, 4, 6, 7, 8, 9, 10, 1];
const CARD_LETTERS = 'APMGLHBZ';
const LAST_SERIAL = 32_000;

/** Malta. */
export const checks: CountryChecks = {
  'mt-vat': (c) => {
    const at = c.has('MT') ? 2 : 0;
    if (c.length !== at + 8 || !c.isDigits(at) || c.digit(at) === 0) return false;
    return weightedSum(c, WEIGHTS, at) % 37 === 0;
  },
  // Nine digits that begin with one digit twice; or an identity card: serial, year of registration, letter. A
  // and P are of registers whose numbers go beyond the serials of the others.
  'mt-tax-number': (c) => {
    if (c.length === 9) return c.isDigits() && c.digit(0) === c.digit(1) && c.digit(0) > 0 && c.digit(0) < 9;
    const last = c.length - 1;
    if (last < 3 || last > 7 || !c.isDigits(0, last)) return false;
    if (!CARD_LETTERS.includes(String.fromCharCode(c.bytes[last]!))) return false;
    const number = c.number(0, last);
    if (last === 7 && (c.has('A', last) || c.has('P', last))) return number % 10 !== 0;
    const serial = Math.floor(number / 100);
    return serial <= LAST_SERIAL && serial !== number % 100;
  },
};
