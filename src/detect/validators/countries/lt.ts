import { isDate } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

const FIRST = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3];
const SECOND = [3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5];

/** The check digit of `[from, to)`: by 11 with rising weights, and with others where the rest is 10. */
function checkDigit(c: Compact, from: number, to: number): number {
  let [first, second] = [0, 0];
  for (let index = from; index < to; index++) {
    first += c.digit(index) * FIRST[index - from]!;
    second += c.digit(index) * SECOND[index - from]!;
  }
  return first % 11 < 10 ? first % 11 : (second % 11) % 10;
}

/** Lithuania. */
export const checks: CountryChecks = {
  // Sex and century, yymmdd, serial, check digit; numbers that begin with 9 have no date.
  'lt-personal-code': (c) => {
    const kind = c.digit(0);
    if (c.length !== 11 || !c.isDigits() || kind === 0 || kind === 7 || kind === 8) return false;
    const year = 1800 + Math.floor((kind - 1) / 2) * 100 + c.number(1, 3);
    if (kind !== 9 && !isDate(year, c.number(3, 5), c.number(5, 7))) return false;
    return checkDigit(c, 0, 10) === c.digit(10);
  },
  // Nine digits, twelve of who is registered for a time; a 1 stands before the check digit.
  'lt-vat': (c) => {
    const at = c.has('LT') ? 2 : 0;
    const length = c.length - at;
    if ((length !== 9 && length !== 12) || !c.isDigits(at)) return false;
    return c.digit(c.length - 2) === 1 && checkDigit(c, at, c.length - 1) === c.digit(c.length - 1);
  },
};
