import { isDate, isLuhn } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

// What characters at odd places count: 0 to 9, then A to Z. Digits count like the first ten letters.
const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
const MONTHS = 'ABCDEHLMPRST';
// Letters in place of digits, for people whose codes would be equal: L is 0, V is 9.
const OMOCODIA = 'LMNPQRSTUV';
const DIGIT_PLACES = [6, 7, 9, 10, 12, 13, 14];
const VOWELS = 'AEIOU';
// Of municipalities; Z of other countries.
const PLACES = 'ABCDEFGHILMZ';
const FILLER = 'X';
const AIC_ALPHABET = '0123456789BCDFGHJKLMNPQRSTUVWXYZ';

const character = (c: Compact, index: number): string => String.fromCharCode(c.bytes[index]!);

/** Consonants come first, then vowels, then X to fill up. */
function isNamePart(c: Compact, from: number): boolean {
  let stage = 0;
  for (let index = from; index < from + 3; index++) {
    if (c.letter(index) < 0) return false;
    const letter = character(c, index);
    const needed = VOWELS.includes(letter) ? 1 : letter === FILLER && stage > 0 ? 2 : 0;
    if (needed < stage) return false;
    stage = needed;
  }
  return true;
}

/** The digit at `index`, or the one its letter stands for. */
function omocodeDigit(c: Compact, index: number): number {
  const digit = c.digit(index);
  return digit >= 0 ? digit : OMOCODIA.indexOf(character(c, index));
}

function hasBirthDate(c: Compact): boolean {
  const [tens, ones] = [omocodeDigit(c, 6), omocodeDigit(c, 7)];
  const month = MONTHS.indexOf(character(c, 8)) + 1;
  const [dayTens, dayOnes] = [omocodeDigit(c, 9), omocodeDigit(c, 10)];
  if (tens < 0 || ones < 0 || month === 0 || dayTens < 0 || dayOnes < 0) return false;
  // Women: 40 more.
  const day = (dayTens * 10 + dayOnes) % 40;
  const yy = tens * 10 + ones;
  if (dayTens > 7) return false;
  return isDate(1900 + yy, month, day) || isDate(2000 + yy, month, day);
}

function hasBirthPlace(c: Compact): boolean {
  if (c.letter(11) < 0 || !PLACES.includes(character(c, 11))) return false;
  for (let index = 12; index < 15; index++) if (omocodeDigit(c, index) < 0) return false;
  return omocodeDigit(c, 12) + omocodeDigit(c, 13) + omocodeDigit(c, 14) > 0;
}

/**
 * The last of 16 letters and digits: the sum of the others by 26, odd places by a table of their own. It is
 * taken over the letters that stand for digits; some software takes it over the digits.
 */
function hasCheckCharacter(c: Compact): boolean {
  let [sum, sumOfDigits] = [0, 0];
  for (let index = 0; index < 15; index++) {
    const value = c.digit(index) >= 0 ? c.digit(index) : c.letter(index);
    const restored = DIGIT_PLACES.includes(index) ? omocodeDigit(c, index) : value;
    sum += index % 2 === 0 ? ODD[value]! : value;
    sumOfDigits += index % 2 === 0 ? ODD[restored]! : restored;
  }
  return c.letter(15) === sum % 26 || c.letter(15) === sumOfDigits % 26;
}

/** Eight digits that begin with 0, each second one doubled, and the rest of their sum by 10. */
function isAic(number: number): boolean {
  if (number >= 100_000_000) return false;
  let sum = 0;
  let rest = Math.floor(number / 10);
  for (let place = 0; place < 8; place++, rest = Math.floor(rest / 10)) {
    const digit = rest % 10;
    sum += place % 2 === 0 ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === number % 10;
}

/** Italy. */
export const checks: CountryChecks = {
  // Decree of 23 December 1976, no. 13813: name, date and place of birth, check character.
  'it-fiscal-code': (c) =>
    c.length === 16 &&
    isNamePart(c, 0) &&
    isNamePart(c, 3) &&
    hasBirthDate(c) &&
    hasBirthPlace(c) &&
    hasCheckCharacter(c),
  'it-fiscal-code-layout': (c) => c.length === 16 && c.isLetters(0, 6) && hasBirthDate(c) && hasBirthPlace(c),
  // Partita IVA: company, office of the province, Luhn.
  'it-partita-iva': (c) => {
    const at = c.has('IT') ? 2 : 0;
    return c.length === at + 11 && isLuhn(c, at) && c.number(at, at + 7) > 0;
  },
  // Marketing authorisation of a medicine: nine digits, or the same number in base 32 (no vowels).
  'it-aic': (c) => {
    if (c.length === 9) return c.isDigits() && isAic(c.number());
    if (c.length !== 6) return false;
    let number = 0;
    for (let index = 0; index < 6; index++) {
      const value = AIC_ALPHABET.indexOf(character(c, index));
      if (value < 0) return false;
      number = number * 32 + value;
    }
    return isAic(number);
  },
};
