import { isLuhn, weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const RNC = [7, 9, 8, 6, 5, 4, 3, 2];

/** Dominican Republic. */
export const checks: CountryChecks = {
  'do-cedula': (c) => c.length === 11 && !c.isRepeated() && isLuhn(c),
  'do-rnc': (c) => {
    if (c.length !== 9 || !c.isDigits() || c.isRepeated()) return false;
    return ((10 - (weightedSum(c, RNC) % 11)) % 9) + 1 === c.digit(8);
  },
};
