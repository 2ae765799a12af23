import { isDate, isLuhn, isVerhoeff } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

/** Verhoeff over the first eleven digits and the thirteenth: the twelfth is a check digit by itself. */
function isVerhoeffWithoutTwelfth(c: Compact): boolean {
  const twelfth = c.bytes[11]!;
  c.bytes[11] = c.bytes[12]!;
  const isValid = isVerhoeff(c, 0, 12);
  c.bytes[11] = twelfth;
  return isValid;
}

/** Luxembourg. */
export const checks: CountryChecks = {
  // Matricule: yyyymmdd, serial, Luhn digit, Verhoeff digit. https://guichet.public.lu
  'lu-national-id': (c) =>
    c.length === 13 &&
    isDate(c.number(0, 4), c.number(4, 6), c.number(6, 8)) &&
    isLuhn(c, 0, 12) &&
    isVerhoeffWithoutTwelfth(c),
  'lu-vat': (c) => {
    const at = c.has('LU') ? 2 : 0;
    return c.length === at + 8 && c.isDigits(at) && c.number(at, at + 6) % 89 === c.number(at + 6);
  },
};
