import { isDate, isLuhn } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

/** yymmdd at `at`, or yyyymmdd from the beginning on; `added` to the day. */
function hasDate(c: Compact, at: number, added: number): boolean {
  const [month, day] = [c.number(at + 2, at + 4), c.number(at + 4, at + 6) - added];
  const yy = c.number(at, at + 2);
  if (at === 2) return c.number(0, 2) >= 18 && c.number(0, 2) <= 20 && isDate(c.number(0, 4), month, day);
  return isDate(1900 + yy, month, day) || isDate(2000 + yy, month, day);
}

/** Whether it has 10 digits, or 12 with the century, and where the first of the ten stands; else -1. */
function shortFormAt(c: Compact): number {
  if (!c.isDigits()) return -1;
  return c.length === 10 ? 0 : c.length === 12 ? 2 : -1;
}

const isPersonNumber = (c: Compact, at: number): boolean => hasDate(c, at, 0) || hasDate(c, at, 60);

/** At least 20 where persons have their month. */
function isOrganisation(c: Compact, at: number): boolean {
  return c.digit(at) >= 1 && c.digit(at + 2) >= 2 && isLuhn(c, at, at + 10);
}

/** Sweden. */
export const checks: CountryChecks = {
  // Date of birth, serial, Luhn over the last ten; 60 is added to the day in a coordination number.
  'se-personnummer': (c) => {
    const at = shortFormAt(c);
    return at >= 0 && isPersonNumber(c, at) && isLuhn(c, at);
  },
  'se-samordningsnummer': (c) => {
    const at = shortFormAt(c);
    return at >= 0 && hasDate(c, at, 60) && isLuhn(c, at);
  },
  // Some take the check digit over all twelve digits. Such a tax number is as personal as a right one.
  'se-tax-number': (c) => {
    const at = shortFormAt(c);
    return at >= 0 && isPersonNumber(c, at) && (isLuhn(c, at) || isLuhn(c));
  },
  // Ten digits, 16 before them where twelve are asked for.
  'se-organisationsnummer': (c) => {
    const at = shortFormAt(c);
    return at >= 0 && (at === 0 || c.has('16')) && isOrganisation(c, at);
  },
  // The number of the organisation, or of the person, and 01.
  'se-vat': (c) => {
    const at = c.has('SE') ? 2 : 0;
    return c.length === at + 12 && c.isDigits(at) && isLuhn(c, at, at + 10) && c.has('01', at + 10);
  },
};
