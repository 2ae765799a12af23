import { weightedSum } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

const CUIT = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
const CBU_BANK = [7, 1, 3, 9, 7, 1, 3];
const CBU_ACCOUNT = [3, 9, 7, 1, 3, 9, 7, 1, 3, 9, 7, 1, 3];

// Persons, companies, and those abroad. https://www.argentina.gob.ar/economia/afip
const CUIT_KINDS = [20, 23, 24, 25, 26, 27, 30, 33, 34, 50, 51, 55];

const isCbuBlock = (c: Compact, weights: readonly number[], from: number): boolean =>
  (weightedSum(c, weights, from) + c.digit(from + weights.length)) % 10 === 0;

/** Argentina. */
export const checks: CountryChecks = {
  // CUIT and CUIL: kind, DNI, check digit. A remainder that leaves 10 is written 9.
  'ar-cuit': (c) => {
    const from = c.has('AR') ? 2 : 0;
    if (c.length !== from + 11 || !c.isDigits(from) || !CUIT_KINDS.includes(c.number(from, from + 2)))
      return false;
    const check = 11 - (weightedSum(c, CUIT, from) % 11);
    return c.digit(from + 10) === (check === 11 ? 0 : check === 10 ? 9 : check);
  },
  // BCRA, Comunicación A 2622: two blocks, each with a check digit.
  'ar-cbu': (c) =>
    c.length === 22 && c.isDigits() && isCbuBlock(c, CBU_BANK, 0) && isCbuBlock(c, CBU_ACCOUNT, 8),
};
