import { weightedSum } from '../checksums.ts';
import { isJmbg } from '../checksums-jmbg.ts';
import type { CountryChecks } from './index.ts';

const WEIGHTS = [8, 7, 6, 5, 4, 3, 2];

/** Montenegro. */
export const checks: CountryChecks = {
  'me-pib': (c) => {
    const at = c.has('ME') ? 2 : 0;
    if (c.length !== at + 8 || !c.isDigits(at)) return false;
    return ((11 - (weightedSum(c, WEIGHTS, at) % 11)) % 11) % 10 === c.digit(at + 7);
  },
  'me-jmbg': isJmbg,
};
