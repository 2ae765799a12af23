import { isDate, weightedSum } from './checksums.ts';
import type { Compact } from './compact.ts';

const WEIGHTS = [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/**
 * Unique master citizen number of the countries of former Yugoslavia: ddmmyyy, region, serial, check digit.
 * https://en.wikipedia.org/wiki/Unique_Master_Citizen_Number
 */
export function isJmbg(c: Compact): boolean {
  if (c.length !== 13 || !c.isDigits()) return false;
  const shortYear = c.number(4, 7);
  const year = shortYear < 800 ? 2000 + shortYear : 1000 + shortYear;
  if (!isDate(year, c.number(2, 4), c.number(0, 2))) return false;
  const rest = weightedSum(c, WEIGHTS) % 11;
  // A remainder of 1 would need the digit 10; where such numbers were given out after all, they end in 0.
  return (rest < 2 ? 0 : 11 - rest) === c.digit(12);
}
