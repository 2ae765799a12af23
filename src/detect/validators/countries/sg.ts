import { weightedSum } from '../checksums.ts';
import { isCharacterAt, placeIn } from '../checksums-weighted.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

const PERSON = [2, 7, 6, 5, 4, 3, 2];
const BUSINESS = [10, 4, 9, 3, 8, 2, 7, 1];
const COMPANY = [10, 8, 6, 4, 9, 7, 5, 3, 1];
const OTHER = [4, 3, 5, 3, 10, 2, 2, 5, 7];
const OTHER_CHARACTERS = 'ABCDEFGHJKLMNPQRSTUVWX0123456789';

// https://www.uen.gov.sg: kinds of entities other than businesses and companies.
const OTHER_KINDS =
  'CC CD CH CL CM CP CS CX DP FB FC FM FN GA GB GS HS LL LP MB MC MD MH MM MQ NB NR PA PB PF RF RP ' +
  'SM SS TC TU VH XL';
const KINDS: readonly string[] = OTHER_KINDS.split(' ');

function isKind(c: Compact): boolean {
  for (let index = 0; index < KINDS.length; index++) if (c.has(KINDS[index]!, 3)) return true;
  return false;
}

function isOther(c: Compact): boolean {
  if (!c.has('T') && !c.has('S') && !c.has('R')) return false;
  if (!c.isDigits(1, 3) || !isKind(c) || !c.isDigits(5, 9)) return false;
  let sum = 0;
  for (let index = 0; index < 9; index++) {
    const value = placeIn(c, index, OTHER_CHARACTERS);
    if (value < 0) return false;
    sum += value * OTHER[index]!;
  }
  return isCharacterAt(c, 9, OTHER_CHARACTERS, (sum + 6) % 11);
}

/** Singapore. */
export const checks: CountryChecks = {
  // S, T: citizens and permanent residents; F, G, M: others. T, G and M stand for a later series.
  'sg-nric': (c) => {
    if (c.length !== 9 || !c.isDigits(1, 8)) return false;
    const sum = weightedSum(c, PERSON, 1);
    if (c.has('S') || c.has('T'))
      return isCharacterAt(c, 8, 'JZIHGFEDCBA', (sum + (c.has('T') ? 4 : 0)) % 11);
    if (c.has('F') || c.has('G'))
      return isCharacterAt(c, 8, 'XWUTRQPNMLK', (sum + (c.has('G') ? 4 : 0)) % 11);
    return c.has('M') && isCharacterAt(c, 8, 'XWUTRQPNJLK', (sum + 3) % 11);
  },
  'sg-uen': (c) => {
    if (c.length === 9) return isCharacterAt(c, 8, 'XMKECAWLJDB', weightedSum(c, BUSINESS) % 11);
    if (c.length !== 10) return false;
    if (!c.isDigits(0, 9)) return isOther(c);
    const year = c.number(0, 4);
    return year >= 1800 && year < 2100 && isCharacterAt(c, 9, 'ZKCMDNERGWH', weightedSum(c, COMPANY) % 11);
  },
};
