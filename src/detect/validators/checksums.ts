import type { Compact } from './compact.ts';

/**
 * Sum of digits times weights; position `from + i` gets `weights[i]`.
 *
 * @returns -1 when one of them is no digit.
 */
export function weightedSum(c: Compact, weights: readonly number[], from = 0): number {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) {
    const digit = c.digit(from + index);
    if (digit < 0) return -1;
    sum += digit * weights[index]!;
  }
  return sum;
}

/** Luhn checksum of `[from, to)` (ISO/IEC 7812-1, annex B), check digit last. */
export function isLuhn(c: Compact, from = 0, to: number = c.length): boolean {
  let sum = 0;
  for (let index = to - 1, isDoubled = false; index >= from; index--, isDoubled = !isDoubled) {
    const digit = c.digit(index);
    if (digit < 0) return false;
    const weighted = isDoubled ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return to > from && sum % 10 === 0;
}

/** Remainder of the decimal number in `[from, to)`, however long; -1 when one is no digit. */
export function modulo(c: Compact, divisor: number, from = 0, to: number = c.length): number {
  let rest = 0;
  for (let index = from; index < to; index++) {
    const digit = c.digit(index);
    if (digit < 0) return -1;
    rest = (rest * 10 + digit) % divisor;
  }
  return rest;
}

/** ISO 7064 MOD 97-10 of `[from, to)`, letters counting 10 to 35: valid when the remainder is 1. */
export function isMod97(c: Compact, from = 0, to: number = c.length): boolean {
  let rest = 0;
  for (let index = from; index < to; index++) {
    const value = c.alphanumeric(index);
    if (value < 0) return false;
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** ISO 7064 MOD 11,10 of `[from, to)`, digits only, check digit last. */
export function isMod11And10(c: Compact, from = 0, to: number = c.length): boolean {
  let check = 5;
  for (let index = from; index < to; index++) {
    const digit = c.digit(index);
    if (digit < 0) return false;
    check = ((((check === 0 ? 10 : check) * 2) % 11) + digit) % 10;
  }
  return to > from && check === 1;
}

/** ISO 7064 MOD 11-2 of `[from, to)`: digits, and `X` for 10 as the last one. */
export function isMod11Then2(c: Compact, from = 0, to: number = c.length): boolean {
  let check = 0;
  for (let index = from; index < to; index++) {
    const digit = index === to - 1 && c.has('X', index) ? 10 : c.digit(index);
    if (digit < 0) return false;
    check = (2 * check + digit) % 11;
  }
  return to > from && check === 1;
}

/** ISO 7064 MOD 37,36 of `[from, to)`: letters and digits, check character last. */
export function isMod37And36(c: Compact, from = 0, to: number = c.length): boolean {
  let check = 18;
  for (let index = from; index < to; index++) {
    const value = c.alphanumeric(index);
    if (value < 0) return false;
    check = ((((check === 0 ? 36 : check) * 2) % 37) + value) % 36;
  }
  return to > from && check === 1;
}

// The dihedral group D5, its permutation, by J. Verhoeff, Error Detecting Decimal Codes (1969).
const DIHEDRAL =
  '0123456789123406789523401789563401289567401239567859876043216598710432765982104387659321049876543210';
const PERMUTED = '01234567891576283094580379614289160435279453126870428657390127938064157046913258';

/** Verhoeff checksum of `[from, to)`, check digit last. */
export function isVerhoeff(c: Compact, from = 0, to: number = c.length): boolean {
  let check = 0;
  for (let position = 0; position < to - from; position++) {
    const digit = c.digit(to - 1 - position);
    if (digit < 0) return false;
    const permuted = PERMUTED.charCodeAt((position % 8) * 10 + digit) - 0x30;
    check = DIHEDRAL.charCodeAt(check * 10 + permuted) - 0x30;
  }
  return to > from && check === 0;
}

/** Whether there is such a day in the Gregorian calendar; `month` and `day` count from 1. */
export function isDate(year: number, month: number, day: number): boolean {
  if (year < 0 || month < 1 || month > 12 || day < 1) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= (month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
}
