import { weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const PERSON = [-1, 5, 7, 9, 4, 6, 10, 5, 7];
const RISING = [1, 2, 3, 4, 5, 6, 7];
const ROTATED = [7, 1, 2, 3, 4, 5, 6];
const RISING_MORE = [3, 4, 5, 6, 7, 8, 9];
const ROTATED_MORE = [9, 3, 4, 5, 6, 7, 8];

/** Ukraine. */
export const checks: CountryChecks = {
  // RNTRC: days since 1899-12-31, serial, sex, check digit.
  'ua-rntrc': (c) => {
    if (c.length !== 10 || !c.isDigits() || c.isRepeated()) return false;
    return (((weightedSum(c, PERSON) % 11) + 11) % 11) % 10 === c.digit(9);
  },
  // EDRPOU: other weights for numbers from 30000000 to 60000000, and larger ones where the rest is 10.
  'ua-edrpou': (c) => {
    if (c.length !== 8 || !c.isDigits() || c.number() === 0) return false;
    const isRotated = c.digit(0) >= 3 && c.digit(0) <= 5;
    const rest = weightedSum(c, isRotated ? ROTATED : RISING) % 11;
    if (rest < 10) return rest === c.digit(7);
    return (weightedSum(c, isRotated ? ROTATED_MORE : RISING_MORE) % 11) % 10 === c.digit(7);
  },
};
