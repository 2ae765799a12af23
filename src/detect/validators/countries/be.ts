import { isDate, modulo } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

// The day or the month is 0 when nobody knew it; then days are counted on when the serials of one ran out.
const isBirthDate = (year: number, month: number, day: number): boolean =>
  month === 0 || (day === 0 && month <= 12) || isDate(year, month, day);

/**
 * yymmdd, serial, 97 minus the first nine digits mod 97; a 2 goes in front for who was born from 2000 on.
 * Numbers of those who are in no register (bis) have 20 or 40 added to the month.
 */
const isRegisterNumber = (c: Compact, added: number): boolean => {
  const rest = c.number(9, 11);
  const [yy, month, day] = [c.number(0, 2), c.number(2, 4) - added, c.number(4, 6)];
  if (month < 0 || month > 12) return false;
  const before2000 = 97 - modulo(c, 97, 0, 9) === rest && isBirthDate(1900 + yy, month, day);
  const since2000 =
    97 - ((2_000_000_000 + c.number(0, 9)) % 97) === rest && isBirthDate(2000 + yy, month, day);
  return before2000 || (since2000 && yy <= 40);
};

const isElevenDigits = (c: Compact): boolean => c.length === 11 && c.isDigits();

const isBisNumber = (c: Compact): boolean =>
  isElevenDigits(c) && (isRegisterNumber(c, 20) || isRegisterNumber(c, 40));

/** Belgium. */
export const checks: CountryChecks = {
  'be-national-number': (c) => isElevenDigits(c) && isRegisterNumber(c, 0),
  'be-bis-number': isBisNumber,
  // Ondernemingsnummer: ten digits that begin with 0 or 1; the 0 was added in 2005. 97 minus the rest.
  'be-vat': (c) => {
    const from = c.has('BE') ? 2 : 0;
    if (!c.isDigits(from)) return false;
    const digits = c.length - from;
    if (digits !== 9 && (digits !== 10 || c.digit(from) > 1)) return false;
    if (c.number(from, c.length - 2) === 0) return false;
    return 97 - modulo(c, 97, from, c.length - 2) === c.number(c.length - 2);
  },
  // Identity card: ten digits and their remainder mod 97, with 97 for 0.
  'be-identity-card': (c) =>
    c.length === 12 && c.isDigits() && (modulo(c, 97, 0, 10) || 97) === c.number(10) && c.number(0, 10) > 0,
};
