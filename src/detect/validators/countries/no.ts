import { isDate, isLuhn, weightedSum } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

const FIRST = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];
const SECOND = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1];
const ORGANISATION = [3, 2, 7, 6, 5, 4, 3, 2, 1];

/** Years by the individual number, https://www.skatteetaten.no/en/person/national-registry/ */
function yearOfBirth(yy: number, individual: number): number {
  if (individual < 500) return 1900 + yy;
  if (individual < 750 && yy >= 54) return 1800 + yy;
  if (individual >= 900 && yy >= 40) return 1900 + yy;
  return yy < 40 ? 2000 + yy : -1;
}

function isOrganisation(c: Compact, at: number): boolean {
  return c.isDigits(at, at + 9) && c.digit(at) >= 8 && weightedSum(c, ORGANISATION, at) % 11 === 0;
}

/** Norway. */
export const checks: CountryChecks = {
  // ddmmyy, individual number, two check digits; day + 40: D-number; month + 40: help number; + 80: made up.
  'no-fodselsnummer': (c) => {
    if (c.length !== 11 || !c.isDigits()) return false;
    if (weightedSum(c, FIRST) % 11 !== 0 || weightedSum(c, SECOND) % 11 !== 0) return false;
    const year = yearOfBirth(c.number(4, 6), c.number(6, 9));
    return isDate(year, c.number(2, 4) % 40, c.number(0, 2) % 40);
  },
  'no-organisasjonsnummer': (c) => c.length === 9 && isOrganisation(c, 0),
  'no-mva': (c) => {
    const at = c.has('NO') ? 2 : 0;
    return c.length === at + 12 && isOrganisation(c, at) && c.has('MVA', at + 9);
  },
  // Bank account: eleven digits by 11. Old postal accounts: seven with a Luhn digit, and 0000 before them.
  'no-kontonummer': (c) => {
    if (c.length === 7) return isLuhn(c);
    if (c.length !== 11 || !c.isDigits()) return false;
    return c.has('0000') ? isLuhn(c, 4) : weightedSum(c, SECOND) % 11 === 0;
  },
};
