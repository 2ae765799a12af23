import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

const PASSPORT = [7, 3, 1, 7, 3, 1, 7, 3];
const SIZE = 9;

/** The eleven test: weights 9 to 2 and -1. Shorter numbers lack leading zeros. */
function elevenTest(c: Compact, from: number, to: number): number {
  let sum = 0;
  for (let index = from; index < to; index++) {
    const weight = to - index;
    sum += c.digit(index) * (weight === 1 ? -1 : weight);
  }
  return ((sum % 11) + 11) % 11;
}

/** ISO 7064 MOD 97-10 of NL, nine digits, B (as in the text) and two digits. */
function isSoleTraderId(c: Compact, at: number): boolean {
  // N is 23, L is 21: what they leave before the first digit.
  let rest = 2321 % 97;
  for (let index = at; index < at + 12; index++) {
    const value = c.alphanumeric(index);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** The Netherlands. */
export const checks: CountryChecks = {
  'nl-bsn': (c) => {
    if (c.length < 7 || c.length > SIZE || !c.isDigits() || c.number() === 0) return false;
    return elevenTest(c, 0, c.length) === 0;
  },
  // Nine digits (leading zeros may be missing) that pass the eleven test, B, two digits; since 2020 a number
  // by MOD 97-10 for sole traders.
  'nl-btw': (c) => {
    const at = c.has('NL') ? 2 : 0;
    const end = c.length - 3;
    if (end < at + 7 || end > at + SIZE || !c.isDigits(at, end) || !c.has('B', end) || !c.isDigits(end + 1))
      return false;
    if (c.number(at, end) > 0 && elevenTest(c, at, end) === 0) return true;
    return end === at + SIZE && isSoleTraderId(c, at);
  },
  // Number of a pupil without a citizen service number: begins with 10 and leaves 5 where that leaves 0.
  'nl-onderwijsnummer': (c) =>
    c.length === SIZE && c.has('10') && c.isDigits() && elevenTest(c, 0, SIZE) === 5,
  // Two letters, six letters or digits, and a digit that is the check digit of ICAO 9303 over the others.
  'nl-passport': (c) => {
    if (c.length !== SIZE || !c.isLetters(0, 2) || c.digit(8) < 0) return false;
    let sum = 0;
    for (let index = 0; index < PASSPORT.length; index++) sum += c.alphanumeric(index) * PASSPORT[index]!;
    return sum % 10 === c.digit(8);
  },
};
