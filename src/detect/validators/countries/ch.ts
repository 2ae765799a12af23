import { weightedSum } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

// UID: mod 11, as in eCH-0097. https://www.uid.admin.ch
const isCompanyNumber = (c: Compact, from: number): boolean =>
  c.isDigits(from, from + 9) &&
  c.number(from, from + 9) > 0 &&
  (11 - (weightedSum(c, [5, 4, 3, 2, 7, 6, 5, 4], from) % 11)) % 11 === c.digit(from + 8);

// ISO 11649's predecessor: each digit picks the next carry from a row of ten. PostFinance, Prüfziffer Modulo
// 10.
const CARRIES = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5] as const;

/** Switzerland. */
export const checks: CountryChecks = {
  // AHV number: 756, nine digits, the check digit of EAN-13.
  'ch-social-security': (c) =>
    c.length === 13 &&
    c.has('756') &&
    c.isDigits() &&
    (10 - (weightedSum(c, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10 === c.digit(12),
  'ch-company-number': (c) => c.length === 12 && c.has('CHE') && isCompanyNumber(c, 3),
  'ch-company-digits': (c) => c.length >= 9 && c.length <= 13 && isCompanyNumber(c, 0),
  'ch-vat': (c) => c.has('CHE') && isCompanyNumber(c, 3) && (c.length === 15 || c.length === 16),
  'ch-payment-reference': (c) => {
    if (!c.isDigits() || c.length < 5 || c.length > 27 || c.isRepeated()) return false;
    let carry = 0;
    for (let index = 0; index < c.length - 1; index++) carry = CARRIES[(carry + c.digit(index)) % 10]!;
    return (10 - carry) % 10 === c.digit(c.length - 1);
  },
};
