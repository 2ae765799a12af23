import { isDate, weightedSum } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

// IČO: eight digits, mod 11, where a check of 10 is written 0 and one of 0 is written 1.
const isCompanyNumber = (c: Compact, from: number): boolean => {
  const check = (11 - (weightedSum(c, [8, 7, 6, 5, 4, 3, 2], from) % 11)) % 11 || 1;
  return c.number(from, from + 8) > 0 && check % 10 === c.digit(from + 7);
};

/**
 * Rodné číslo: yymmdd, serial, and since 1954 a check digit. Women have 50 added to the month, those born
 * since 2004 perhaps 20 (law 133/2000, § 13).
 */
const isBirthNumber = (c: Compact, from: number): boolean => {
  if (c.length === from + 9) return isOldBirthNumber(c, from, 1900);
  if (c.length !== from + 10 || !c.isDigits(from)) return false;
  const yy = c.number(from, from + 2);
  const year = yy < 54 ? 2000 + yy : 1900 + yy;
  const plain = c.number(from + 2, from + 4) % 50;
  const month = plain > 20 && year >= 2004 ? plain - 20 : plain;
  const isBorn = isDate(year, month, c.number(from + 4, from + 6));
  return isBorn && (c.number(from, from + 9) % 11) % 10 === c.digit(from + 9);
};

// Without a check digit; serial 000 was not given.
const isOldBirthNumber = (c: Compact, from: number, century: number): boolean => {
  if (c.length !== from + 9 || !c.isDigits(from) || c.number(from + 6) === 0) return false;
  const yy = c.number(from, from + 2);
  const isOfCentury = century === 1900 ? yy < 54 : yy >= 80;
  return isOfCentury && isDate(century + yy, c.number(from + 2, from + 4) % 50, c.number(from + 4, from + 6));
};

// Nine digits beginning with 6, of persons without a birth number: check digit over the next seven.
const isSpecialTaxNumber = (c: Compact, from: number): boolean => {
  if (c.length !== from + 9 || c.digit(from) !== 6 || !c.isDigits(from)) return false;
  const rest = weightedSum(c, [8, 7, 6, 5, 4, 3, 2], from + 1) % 11;
  return (8 - ((10 - rest + 11) % 11) + 10) % 10 === c.digit(from + 8);
};

const BANK_WEIGHTS = [6, 3, 7, 9, 10, 5, 8, 4, 2, 1] as const;

// Vyhláška ČNB 169/2011: both parts, filled up with zeros in front, are divisible by 11.
const isAccountPart = (c: Compact, from: number, to: number, sizeMax: number): boolean => {
  let sum = 0;
  for (let index = from; index < to; index++) sum += c.digit(index) * BANK_WEIGHTS[10 - to + index]!;
  return to - from <= sizeMax && sum % 11 === 0;
};

/** Czechia. */
export const checks: CountryChecks = {
  'cz-birth-number': (c) => isBirthNumber(c, 0),
  'cz-birth-number-1800s': (c) => isOldBirthNumber(c, 0, 1800),
  'cz-company-number': (c) => c.length === 8 && isCompanyNumber(c, 0),
  // DIČ: of companies (not beginning with 9), of persons, special.
  'cz-tax-number': (c) => {
    const from = c.has('CZ') ? 2 : 0;
    if (c.length === from + 8) return c.digit(from) !== 9 && isCompanyNumber(c, from);
    return isBirthNumber(c, from) || isOldBirthNumber(c, from, 1800) || isSpecialTaxNumber(c, from);
  },
  // Letters and digits, of both; G, O, Q and W are not used.
  'cz-number-plate': (c) => {
    let [letters, digits] = [0, 0];
    for (let index = 0; index < c.length; index++) {
      if (c.digit(index) >= 0) digits++;
      else if ('GOQW'.includes(String.fromCharCode(c.bytes[index]!))) return false;
      else letters++;
    }
    return digits > 0 && letters > 0 && c.length >= 5 && c.length <= 8;
  },
  // Prefix of up to six digits, account of up to ten, bank of four. Where the prefix ends is not told here.
  'cz-account-number': (c) => {
    const end = c.length - 4;
    if (end < 2 || end > 16 || !c.isDigits() || c.number(end) < 100 || c.isRepeated()) return false;
    for (let prefix = 0; prefix <= 6 && prefix <= end - 2; prefix++) {
      if (prefix !== 1 && isAccountPart(c, 0, prefix, 6) && isAccountPart(c, prefix, end, 10)) return true;
    }
    return false;
  },
};
