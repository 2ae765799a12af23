import { weightedSum } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

const WEIGHTS = [8, 7, 6, 5, 4, 3, 2];
const OLD_WEIGHTS = [7, 6, 5, 4, 3];
const W = 22;
// T, W and X after the check letter: numbers of spouses and trusts, from before 2013. They count nothing.
const UNCOUNTED = [19, 22, 23];

/** The check letter at `at` for a sum: A is 1, W is 0. */
function isCheckLetter(c: Compact, at: number, sum: number): boolean {
  const rest = sum % 23;
  return c.letter(at) === (rest === 0 ? W : rest - 1);
}

/** Seven digits, check letter and, since 2013, one more letter, which counts nine times its place. */
function isPps(c: Compact, at: number): boolean {
  const length = c.length - at;
  if ((length !== 8 && length !== 9) || !c.isDigits(at, at + 7)) return false;
  const last = length === 9 ? c.letter(at + 8) : W;
  if (last < 0 || (last > 8 && !UNCOUNTED.includes(last))) return false;
  return isCheckLetter(c, at + 7, weightedSum(c, WEIGHTS, at) + (last > 8 ? 0 : 9 * (last + 1)));
}

/** Ireland. */
export const checks: CountryChecks = {
  // https://www.revenue.ie/en/tax-professionals/tdm/ : the PPS number, weights 8 to 2, by 23.
  'ie-pps': (c) => isPps(c, 0),
  // A PPS number, or one of the old style: digit, letter, five digits, check letter.
  'ie-vat': (c) => {
    const at = c.has('IE') ? 2 : 0;
    if (isPps(c, at)) return true;
    const isOld =
      c.length === at + 8 && c.digit(at) >= 0 && c.letter(at + 1) >= 0 && c.isDigits(at + 2, at + 7);
    if (!isOld) return false;
    const sum = weightedSum(c, OLD_WEIGHTS, at + 2) + c.digit(at) * 2;
    return isCheckLetter(c, at + 7, sum);
  },
};
