import { isDate, weightedSum } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

// Edinen grazhdanski nomer: yymmdd (20 added to the month before 1900, 40 since 2000), three digits, check
// digit.
const isCivilNumber = (c: Compact, from = 0): boolean => {
  if (c.length !== from + 10 || !c.isDigits(from)) return false;
  const [yy, month, day] = [
    c.number(from, from + 2),
    c.number(from + 2, from + 4),
    c.number(from + 4, from + 6),
  ];
  const century = month > 40 ? 2000 : month > 20 ? 1800 : 1900;
  if (!isDate(century + yy, month > 40 ? month - 40 : month > 20 ? month - 20 : month, day)) return false;
  return (weightedSum(c, [2, 4, 8, 5, 10, 9, 7, 3, 6], from) % 11) % 10 === c.digit(from + 9);
};

// Lichen nomer na chuzhdenets, of foreigners.
const isForeignerNumber = (c: Compact, from = 0): boolean =>
  c.length === from + 10 &&
  c.isDigits(from) &&
  c.number(from) > 0 &&
  weightedSum(c, [21, 19, 17, 13, 11, 9, 7, 3, 1], from) % 10 === c.digit(from + 9);

const isCompanyNumber = (c: Compact, from: number): boolean => {
  const rest = weightedSum(c, [1, 2, 3, 4, 5, 6, 7, 8], from) % 11;
  const check = rest === 10 ? (weightedSum(c, [3, 4, 5, 6, 7, 8, 9, 10], from) % 11) % 10 : rest;
  return check === c.digit(from + 8);
};

// Tax numbers of ten digits that are no civil number.
const isOtherTaxNumber = (c: Compact, from: number): boolean => {
  const check = (11 - (weightedSum(c, [4, 3, 2, 7, 6, 5, 4, 3, 2], from) % 11)) % 11;
  return c.length === from + 10 && c.isDigits(from) && c.number(from) > 0 && check === c.digit(from + 9);
};

// Branches: four digits behind the company's nine.
const isBranchNumber = (c: Compact): boolean => {
  const rest = weightedSum(c, [2, 7, 3, 5], 8) % 11;
  const check = rest === 10 ? (weightedSum(c, [4, 9, 5, 7], 8) % 11) % 10 : rest;
  return isCompanyNumber(c, 0) && check === c.digit(12);
};

/** Bulgaria. */
export const checks: CountryChecks = {
  'bg-civil-number': (c) => isCivilNumber(c),
  'bg-foreigner-number': (c) => isForeignerNumber(c),
  'bg-company-number': (c) =>
    c.isDigits() &&
    !c.isRepeated() &&
    (c.length === 9 ? isCompanyNumber(c, 0) : c.length === 13 && isBranchNumber(c)),
  // With or without BG: a company's nine digits, or the ten of a person.
  'bg-vat-company': (c) => {
    const from = c.has('BG') ? 2 : 0;
    return c.length === from + 9 && c.isDigits(from) && c.number(from) > 0 && isCompanyNumber(c, from);
  },
  'bg-vat-person': (c) => {
    const from = c.has('BG') ? 2 : 0;
    return isCivilNumber(c, from) || isForeignerNumber(c, from) || isOtherTaxNumber(c, from);
  },
};
