import { isDate, weightedSum } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

/** Remainder mod 11 with the first weights; where that is 10, with the second; where that is 10, 0. */
const twoStep = (c: Compact, first: readonly number[], second: readonly number[]): number => {
  const rest = weightedSum(c, first) % 11;
  return rest < 10 ? rest : (weightedSum(c, second) % 11) % 10;
};

/** Estonia. */
export const checks: CountryChecks = {
  // Isikukood: sex and century, yymmdd, serial, check digit (EVS 585).
  'ee-personal-code': (c) => {
    if (c.length !== 11 || !c.isDigits()) return false;
    const century = Math.trunc((c.digit(0) + 1) / 2);
    if (century < 1 || century > 4) return false;
    if (!isDate(1700 + century * 100 + c.number(1, 3), c.number(3, 5), c.number(5, 7))) return false;
    const check = twoStep(c, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1], [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]);
    return check === c.digit(10);
  },
  // Registrikood: of companies (1), foundations (9), associations (8), offices (7).
  'ee-registry-code': (c) => {
    if (c.length !== 8 || !c.isDigits() || ![1, 7, 8, 9].includes(c.digit(0))) return false;
    return twoStep(c, [1, 2, 3, 4, 5, 6, 7], [3, 4, 5, 6, 7, 8, 9]) === c.digit(7);
  },
  // Käibemaksukohustuslase number.
  'ee-vat': (c) => {
    const from = c.has('EE') ? 2 : 0;
    const isForm = c.length === from + 9 && c.has('10', from) && c.isDigits(from);
    return isForm && weightedSum(c, [3, 7, 1, 3, 7, 1, 3, 7, 1], from) % 10 === 0;
  },
};
