import { weightedSum } from '../checksums.ts';
import { foldedSum } from '../checksums-weighted.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

const PERSON = [2, 1, 2, 1, 2, 1, 2, 1, 2, 1];
const PUBLIC = [3, 2, 7, 6, 5, 4, 3, 2, 1];
const COMPANY = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1];

// Provinces 01 to 24; 30 and 50 are for those registered abroad.
function isProvince(c: Compact): boolean {
  const province = c.number(0, 2);
  return (province >= 1 && province <= 24) || province === 30 || province === 50;
}

const isPerson = (c: Compact): boolean => c.digit(2) <= 6 && foldedSum(c, PERSON) % 10 === 0;

/** Ecuador. */
export const checks: CountryChecks = {
  'ec-cedula': (c) => c.length === 10 && c.isDigits() && isProvince(c) && isPerson(c),
  // The third digit says whose: a person's (cédula and 001), 6 of a public body, 9 of a company.
  'ec-ruc': (c) => {
    if (c.length !== 13 || !c.isDigits() || !isProvince(c)) return false;
    const isCompany = c.digit(2) === 9 && weightedSum(c, COMPANY) % 11 === 0 && c.number(10) > 0;
    const isPublic = c.digit(2) === 6 && weightedSum(c, PUBLIC) % 11 === 0 && c.number(9) > 0;
    return isCompany || isPublic || (isPerson(c) && c.number(10) > 0);
  },
};
