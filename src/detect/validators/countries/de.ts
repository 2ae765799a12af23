import { isDate, isMod11And10, weightedSum } from '../checksums.ts';
import { icaoCheckDigit, isIcao } from '../checksums-icao.ts';
import type { Compact } from '../compact.ts';
import { isPlateCode, withLetter } from './de-plate-codes.ts';
import type { CountryChecks } from './index.ts';

// Serial numbers of documents: digits, and letters without vowels and what looks like another character.
const isSerial = (c: Compact, from: number, to: number): boolean => {
  for (let index = from; index < to; index++) {
    const letter = c.letter(index);
    if (letter < 0 ? c.digit(index) < 0 : !isSerialLetter(letter)) return false;
  }
  return c.length >= to;
};

const isSerialLetter = (letter: number): boolean =>
  letter >= 0 && 'CFGHJKLMNPRTVWXYZ'.includes(String.fromCharCode(letter + 0x41));

/** Digit sum of a product below 100. */
const folded = (product: number): number =>
  product > 9 ? Math.trunc(product / 10) + (product % 10) : product;

const foldedSum = (c: Compact, weights: readonly number[], from: number): number => {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) {
    sum += folded(c.digit(from + index) * weights[index]!);
  }
  return sum;
};

// Steuer-Identifikationsnummer: of the first ten digits one comes twice or three times (then not in a row),
// all others at most once. https://www.bzst.de/DE/Privatpersonen/SteuerlicheIdentifikationsnummer/
const hasOneRepeatedDigit = (c: Compact): boolean => {
  let isRepeated = false;
  for (let digit = 0; digit <= 9; digit++) {
    let count = 0;
    let run = 0;
    for (let index = 0; index < 10; index++) {
      run = c.digit(index) === digit ? run + 1 : 0;
      if (run === 3) return false;
      if (run > 0) count++;
    }
    if (count > 3 || (count > 1 && isRepeated)) return false;
    if (count > 1) isRepeated = true;
  }
  return isRepeated;
};

// Two digits per letter, A = 01. https://www.deutsche-rentenversicherung.de: Versicherungsnummer, § 2 VKVV.
const SOCIAL_WEIGHTS_BEFORE = [2, 1, 2, 5, 7, 1, 2, 1] as const;
const SOCIAL_WEIGHTS_AFTER = [2, 1] as const;

const isSocialSecurity = (c: Compact): boolean => {
  const letter = c.letter(8) + 1;
  if (c.length !== 12 || letter === 0 || !c.isDigits(0, 8) || !c.isDigits(9, 12)) return false;
  // 50 is added to the day when a number has run out.
  const day = c.number(2, 4) % 50;
  const [month, yy] = [c.number(4, 6), c.number(6, 8)];
  const isBirthDate = isDate(1900 + yy, month, day) || isDate(2000 + yy, month, day);
  if (!isBirthDate || c.number(0, 2) < 2) return false;
  const letterSum = folded(Math.trunc(letter / 10) * 2) + (letter % 10);
  const sum = foldedSum(c, SOCIAL_WEIGHTS_BEFORE, 0) + letterSum + foldedSum(c, SOCIAL_WEIGHTS_AFTER, 9);
  return sum % 10 === c.digit(11);
};

// Krankenversichertennummer, § 290 SGB V: the letter as two digits, then weights 1 and 2 in turn.
const isHealthInsurance = (c: Compact): boolean => {
  const letter = c.letter(0) + 1;
  if (c.length !== 10 || letter === 0 || !c.isDigits(1)) return false;
  const sum = Math.trunc(letter / 10) + folded((letter % 10) * 2);
  return (sum + foldedSum(c, [1, 2, 1, 2, 1, 2, 1, 2], 1)) % 10 === c.digit(9);
};

// Lebenslange Arztnummer: weights 4 and 9 in turn, then two digits for the speciality. KBV, Richtlinie nach
// § 75 Absatz 7 SGB V.
const isDoctorNumber = (c: Compact): boolean =>
  c.length === 9 &&
  c.isDigits() &&
  !c.isRepeated() &&
  (10 - (weightedSum(c, [4, 9, 4, 9, 4, 9]) % 10)) % 10 === c.digit(6);

// The first two digits of a Betriebsstättennummer say which association of doctors, or which district of one,
// gave it; in pairs, from and to.
const PRACTICE_REGIONS = [
  ...[1, 3, 6, 21, 24, 25, 27, 28, 31, 31, 35, 35, 37, 52, 55, 55],
  ...[60, 74, 78, 81, 83, 83, 85, 91, 93, 96, 98, 98],
] as const;

const isInRanges = (value: number, ranges: readonly number[]): boolean => {
  for (let at = 0; at < ranges.length; at += 2)
    if (value >= ranges[at]! && value <= ranges[at + 1]!) return true;
  return false;
};

const isPracticeNumber = (c: Compact): boolean => {
  if (c.length !== 9 || !c.isDigits() || c.isRepeated()) return false;
  const region = c.number(0, 2);
  return isInRanges(region, PRACTICE_REGIONS);
};

// Two letters and eight digits, or the office (a letter and digits), five characters with a letter among
// them, check digit; then which replacement it is.
const isDrivingLicence = (c: Compact): boolean => {
  if (c.length !== 11 || c.letter(0) < 0) return false;
  if (c.letter(1) >= 0) return c.isDigits(2, 10);
  if (!c.isDigits(1, 3) || c.digit(9) < 0) return false;
  for (let index = 3; index < 9; index++) if (c.letter(index) >= 0) return true;
  return false;
};

// District, one or two letters, one to four digits, eight in all; then perhaps E (electric) or H (historic).
const isNumberPlate = (c: Compact): boolean => {
  const end = c.letter(c.length - 1) < 0 ? c.length : c.length - 1;
  if (end < c.length && !c.has('E', end) && !c.has('H', end)) return false;
  let letters = 0;
  while (c.letter(letters) >= 0) letters++;
  const digits = end - letters;
  if (letters < 2 || letters > 5 || digits < 1 || digits > 4 || end > 8) return false;
  if (!c.isDigits(letters, end) || c.digit(letters) === 0) return false;
  let key = 0;
  for (let size = 1; size <= 3 && size < letters; size++) {
    key = withLetter(key, c.letter(size - 1));
    if (letters - size <= 2 && isPlateCode(key)) return true;
  }
  return false;
};

// Numbers of identity cards as machines read them: serial, birth, expiry, each with its check digit, D, and
// one over all of it.
const isMachineReadable = (c: Compact): boolean => {
  if (c.length !== 26 || !c.has('D', 24) || !isSerial(c, 0, 9)) return false;
  if (!isIcao(c, 0, 9) || !isIcao(c, 10, 16) || !isIcao(c, 17, 23)) return false;
  return icaoCheckDigit(c, 0, 24) === c.digit(25);
};

/** Germany. */
export const checks: CountryChecks = {
  'de-tax-id': (c) =>
    c.length === 11 && c.isDigits() && c.digit(0) !== 0 && hasOneRepeatedDigit(c) && isMod11And10(c),
  // Umsatzsteuer-Identifikationsnummer, with or without its prefix.
  'de-vat': (c) => {
    const from = c.has('DE') ? 2 : 0;
    return c.length === from + 9 && c.digit(from) > 0 && isMod11And10(c, from);
  },
  // Thirteen digits are the form of all tax offices: number of the office, 0, the rest. Others are regional.
  'de-tax-number': (c) => {
    if (!c.isDigits() || c.isRepeated()) return false;
    if (c.length !== 13) return c.length === 10 || c.length === 11;
    const land = c.number(0, 2);
    return (land > 0 && land <= 16) || (c.digit(4) === 0 && (land <= 59 || land >= 90) && land >= 21);
  },
  'de-social-security': isSocialSecurity,
  'de-health-insurance': isHealthInsurance,
  'de-doctor-number': isDoctorNumber,
  'de-practice-number': isPracticeNumber,
  // Nine characters with the check digit as the last.
  'de-checked-document': (c) => c.length === 9 && isSerial(c, 0, 9) && isIcao(c, 0, 8),
  // Nine characters as printed, or ten with the check digit behind them, or the whole of the machine-readable
  // line.
  'de-document': (c) =>
    c.length === 26
      ? isMachineReadable(c)
      : isSerial(c, 0, 9) && (c.length === 9 || (c.length === 10 && isIcao(c, 0, 9))),
  'de-number-plate': isNumberPlate,
  'de-driving-licence': isDrivingLicence,
  // 01001 to 99998.
  'de-postal-code': (c) => c.length === 5 && c.number() >= 1001 && c.number() <= 99_998,
  // Wertpapierkennnummer: no I and no O.
  'de-wkn': (c) => {
    if (c.length !== 6) return false;
    for (let index = 0; index < 6; index++) if (c.has('I', index) || c.has('O', index)) return false;
    return !c.isLetters() && !c.isRepeated();
  },
};
