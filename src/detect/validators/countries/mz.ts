import { weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const NUIT = [8, 9, 4, 5, 6, 7, 8, 9];

/** Mozambique. */
export const checks: CountryChecks = {
  // A remainder of 10 is written 1.
  'mz-nuit': (c) => {
    if (c.length !== 9 || !c.isDigits()) return false;
    const rest = weightedSum(c, NUIT) % 11;
    return c.digit(8) === (rest === 10 ? 1 : rest);
  },
};
