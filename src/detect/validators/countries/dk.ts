import { isDate, weightedSum } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

const CPR_WEIGHTS = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1] as const;

// CPR: ddmmyy, and the seventh digit with the year says which century. CPR-kontoret, Personnummeret i CPR.
const birthYear = (c: Compact): number => {
  const [yy, seventh] = [c.number(4, 6), c.digit(6)];
  if (seventh <= 3) return 1900 + yy;
  if (seventh === 4 || seventh === 9) return (yy <= 36 ? 2000 : 1900) + yy;
  if (yy <= 57) return 2000 + yy;
  return 1800 + yy;
};

// Nobody born after this year has a number yet.
const YEAR_MAX = 2040;

const isCivilNumber = (c: Compact): boolean => {
  if (c.length !== 10 || !c.isDigits()) return false;
  const year = birthYear(c);
  return year <= YEAR_MAX && isDate(year, c.number(2, 4), c.number(0, 2));
};

/** Denmark. */
export const checks: CountryChecks = {
  'dk-civil-number': isCivilNumber,
  // As given until 2007, with a check digit.
  'dk-civil-number-checked': (c) => isCivilNumber(c) && weightedSum(c, CPR_WEIGHTS) % 11 === 0,
  'dk-company-number': (c) => {
    const from = c.has('DK') ? 2 : 0;
    const isForm = c.length === from + 8 && c.digit(from) > 0;
    return isForm && c.isDigits(from) && weightedSum(c, [2, 7, 6, 5, 4, 3, 2, 1], from) % 11 === 0;
  },
};
