import { weightedSum } from '../checksums.ts';
import { isCharacterAt } from '../checksums-weighted.ts';
import type { CountryChecks } from './index.ts';

const RUC = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
const DNI = [3, 2, 7, 6, 5, 4, 3, 2];
const RUC_KINDS = [10, 15, 16, 17, 20];

/** Peru. */
export const checks: CountryChecks = {
  'pe-ruc': (c) => {
    const from = c.has('PE') ? 2 : 0;
    if (c.length !== from + 11 || !c.isDigits(from) || !RUC_KINDS.includes(c.number(from, from + 2)))
      return false;
    return (11 - (weightedSum(c, RUC, from) % 11)) % 10 === c.digit(from + 10);
  },
  // CUI: the DNI and its check character, which is a digit or, on older cards, a letter.
  'pe-cui': (c) => {
    if (c.length !== 9 || !c.isDigits(0, 8)) return false;
    const rest = weightedSum(c, DNI) % 11;
    return isCharacterAt(c, 8, '65432110987', rest) || isCharacterAt(c, 8, 'KJIHGFEDCBA', rest);
  },
};
