import { isLuhn, modulo } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

const LA_POSTE = '356000000';

/** Digits count themselves; letters continue at 10, without I and O. */
function keyValue(c: Compact, index: number): number {
  const digit = c.digit(index);
  if (digit >= 0) return digit;
  const letter = c.letter(index);
  if (letter < 0 || letter === 8 || letter === 14) return -1;
  return 10 + letter - (letter > 14 ? 2 : letter > 8 ? 1 : 0);
}

/**
 * Whether the two characters at `at` are the key of the nine digits after them, as letters (new style) or
 * digits (old style). https://ec.europa.eu/taxation_customs/vies/#/faq
 */
export function isVatKey(c: Compact, at: number): boolean {
  const [first, second] = [keyValue(c, at), keyValue(c, at + 1)];
  const siren = c.number(at + 2, at + 11);
  if (first < 0 || second < 0 || siren < 0 || c.length !== at + 11) return false;
  if (first < 10 && second < 10) return first * 10 + second === (siren * 100 + 12) % 97;
  const key = first < 10 ? first * 24 + second - 10 : first * 34 + second - 100;
  return (siren + 1 + Math.floor(key / 11)) % 11 === key % 11;
}

/** Establishments of La Poste: the sum of all digits divides by 5. */
function isPostOffice(c: Compact): boolean {
  let sum = 0;
  for (let index = 0; index < c.length; index++) sum += c.digit(index);
  return c.has(LA_POSTE) && sum % 5 === 0;
}

/** France. */
export const checks: CountryChecks = {
  // Sex, year, month (20 to 42 and 50 to 99 when it is not known), department, commune, order, key: 97 minus
  // the rest of the others by 97. 2A and 2B (Corsica) count as 19 and 18.
  'fr-nir': (c) => {
    if (c.length !== 15 || !c.isDigits(0, 6) || !c.isDigits(7)) return false;
    const month = c.number(3, 5);
    if (c.digit(0) === 0 || month === 0 || (month > 12 && month < 20) || (month > 42 && month < 50))
      return false;
    const corsican = c.digit(5) === 2 ? 'AB'.indexOf(String.fromCharCode(c.bytes[6]!)) : -1;
    if (corsican < 0 && c.digit(6) < 0) return false;
    const department = corsican < 0 ? c.number(5, 7) : 19 - corsican;
    const body = (c.number(0, 5) * 100 + department) * 1_000_000 + c.number(7, 13);
    return 97 - (body % 97) === c.number(13, 15);
  },
  // The tax number (SPI): ten digits, then their rest by 511.
  'fr-nif': (c) =>
    c.length === 13 && c.digit(0) <= 3 && c.isDigits() && modulo(c, 511, 0, 10) === c.number(10),
  'fr-siren': (c) => c.length === 9 && isLuhn(c),
  'fr-siret': (c) => c.length === 14 && c.isDigits() && ((isLuhn(c) && isLuhn(c, 0, 9)) || isPostOffice(c)),
  // The number of a company in Monaco begins with 000 and is no SIREN: see mc.ts.
  'fr-tva': (c) => {
    const at = c.has('FR') && c.length === 13 ? 2 : 0;
    return isVatKey(c, at) && isLuhn(c, at + 2, at + 11);
  },
};
