import { weightedSum } from '../checksums.ts';
import { isJmbg } from '../checksums-jmbg.ts';
import type { CountryChecks } from './index.ts';

const WEIGHTS = [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/** North Macedonia. */
export const checks: CountryChecks = {
  'mk-edb': (c) => {
    const at = c.has('MK') ? 2 : 0;
    if (c.length !== at + 13 || !c.isDigits(at)) return false;
    return ((11 - (weightedSum(c, WEIGHTS, at) % 11)) % 11) % 10 === c.digit(at + 12);
  },
  'mk-embg': isJmbg,
};
