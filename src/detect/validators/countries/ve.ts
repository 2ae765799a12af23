import { weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const RIF = [3, 2, 7, 6, 5, 4, 3, 2];
// What each kind of holder adds: person, foreigner, legal person, passport, state, commune.
const KINDS = 'VEJPGC';
const ADDED = [4, 8, 12, 16, 20, 12];

/** Venezuela. */
export const checks: CountryChecks = {
  've-rif': (c) => {
    const from = c.has('VE') && c.length === 12 ? 2 : 0;
    if (c.length !== from + 10 || !c.isDigits(from + 1)) return false;
    for (let kind = 0; kind < KINDS.length; kind++) {
      if (c.bytes[from] !== KINDS.charCodeAt(kind)) continue;
      const check = 11 - ((ADDED[kind]! + weightedSum(c, RIF, from + 1)) % 11);
      return c.digit(from + 9) === (check > 9 ? 0 : check);
    }
    return false;
  },
};
