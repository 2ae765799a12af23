import { isLuhn, isMod11And10, isMod11Then2, isMod37And36, isMod97, weightedSum } from './checksums.ts';
import type { Compact } from './compact.ts';
import type { NumberCheck } from './countries/index.ts';

// ISO 3166-1 alpha-2, and XK, which banks use.
const COUNTRIES =
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT ' +
  'BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ' +
  'ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT ' +
  'HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS ' +
  'LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI ' +
  'NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG ' +
  'SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG ' +
  'UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW';
// Numbering agencies that issue ISINs for no country.
const ISIN_AGENCIES = 'EU XS XA XB XC XD XF';

const LETTERS = 26;
const isCountry: Uint8Array = new Uint8Array(LETTERS * LETTERS);
const isIsinPrefix: Uint8Array = new Uint8Array(LETTERS * LETTERS);
for (const code of COUNTRIES.split(' ')) {
  isCountry[pairIndex(code.charCodeAt(0) - 0x41, code.charCodeAt(1) - 0x41)] = 1;
}
isIsinPrefix.set(isCountry);
for (const code of ISIN_AGENCIES.split(' ')) {
  isIsinPrefix[pairIndex(code.charCodeAt(0) - 0x41, code.charCodeAt(1) - 0x41)] = 1;
}

function letterSet(letters: string): Uint8Array {
  const set = new Uint8Array(LETTERS);
  for (let index = 0; index < letters.length; index++) set[letters.charCodeAt(index) - 0x41] = 1;
  return set;
}

function pairIndex(first: number, second: number): number {
  return first * LETTERS + second;
}

function isPairIn(set: Uint8Array, c: Compact, at: number): boolean {
  return c.isLetters(at, at + 2) && set[pairIndex(c.letter(at), c.letter(at + 1))] === 1;
}

const ABA_WEIGHTS: readonly number[] = [3, 7, 1, 3, 7, 1, 3, 7, 1];
const DEA_WEIGHTS: readonly number[] = [1, 2, 1, 2, 1, 2];
// What 80840, the prefix for health identifiers in the United States, adds to a Luhn sum.
const NPI_PREFIX_SUM = 24;
// Per position: `#` digit, `@` letter, `&` either.
const MBI_KINDS = '#@&#@&#@@##';
const MBI_LETTERS: Uint8Array = letterSet('ACDEFGHJKMNPQRTUVWXY');
const DEA_REGISTRANTS: Uint8Array = letterSet('ABCDEFGHJKLMPRSTUX');
const EIN_UNASSIGNED: ReadonlySet<number> = new Set([
  7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97,
]);
const GTIN_LENGTHS: ReadonlySet<number> = new Set([8, 12, 13, 14]);

/** Luhn sum without asking that it be a multiple of ten. */
function luhnSum(c: Compact): number {
  let sum = 0;
  for (let index = c.length - 1, isDoubled = false; index >= 0; index--, isDoubled = !isDoubled) {
    const digit = c.digit(index);
    const weighted = isDoubled ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum;
}

/** Luhn over letters and digits, letters counting as two digits, 10 to 35 (ISO 6166, annex A). */
function isLuhnWithLetters(c: Compact): boolean {
  let sum = 0;
  let isDoubled = false;
  const add = (digit: number): void => {
    const weighted = isDoubled ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
    isDoubled = !isDoubled;
  };
  for (let index = c.length - 1; index >= 0; index--) {
    const value = c.alphanumeric(index);
    if (value < 0) return false;
    add(value % 10);
    if (value > 9) add(Math.floor(value / 10));
  }
  return sum % 10 === 0;
}

/** ISO 7064 MOD 37-2: letters and digits, `*` left out, as Compact keeps none. */
function isMod37Then2(c: Compact): boolean {
  let check = 0;
  for (let index = 0; index < c.length; index++) check = (check * 2 + c.alphanumeric(index)) % 37;
  return c.length > 1 && check === 1;
}

function isNpiSum(c: Compact): boolean {
  return (luhnSum(c) + NPI_PREFIX_SUM) % 10 === 0;
}

/** One digit all the way to the check digit. */
function isFiller(c: Compact): boolean {
  for (let index = 1; index < c.length - 1; index++) if (c.digit(index) !== c.digit(0)) return false;
  return true;
}

/** Checks of numbers that belong to no country, and of those of the United States, by name in a rule file. */
export const internationalChecks: Readonly<Record<string, NumberCheck>> = {
  // The first two digits are a Federal Reserve district, an offset of it, or 80; weights 3, 7, 1.
  'aba-routing': (c) => {
    if (c.length !== 9 || !c.isDigits()) return false;
    const district = c.number(0, 2);
    const isAssigned =
      district <= 12 ||
      (district >= 21 && district <= 32) ||
      (district >= 61 && district <= 72) ||
      district === 80;
    return isAssigned && weightedSum(c, ABA_WEIGHTS) % 10 === 0;
  },
  // ISO 9362: institution, country, location, branch.
  bic: (c) => (c.length === 8 || c.length === 11) && c.isLetters(0, 6) && isPairIn(isCountry, c, 4),
  // GS1 General Specifications 7.9: weights 3 and 1 from the right.
  gtin: (c) => {
    if (!GTIN_LENGTHS.has(c.length) || !c.isDigits()) return false;
    let sum = 0;
    for (let index = 0; index < c.length; index++) {
      sum += c.digit(index) * ((c.length - index) % 2 === 0 ? 3 : 1);
    }
    return sum % 10 === 0;
  },
  imei: (c) => c.length === 15 && isLuhn(c),
  isin: (c) => {
    return c.length === 12 && isPairIn(isIsinPrefix, c, 0) && c.digit(11) >= 0 && isLuhnWithLetters(c);
  },
  'iso7064-any': (c) =>
    c.length >= 10 &&
    (isMod97(c) || isMod11And10(c) || isMod11Then2(c) || isMod37And36(c) || isMod37Then2(c)),
  // Drug Enforcement Administration: the last digit of the weighted sum.
  'us-dea': (c) => {
    const isRegistrant = c.letter(0) >= 0 && DEA_REGISTRANTS[c.letter(0)] === 1;
    const isName = c.letter(1) >= 0 || c.digit(1) === 9;
    if (c.length !== 9 || !isRegistrant || !isName || !c.isDigits(2)) return false;
    return weightedSum(c, DEA_WEIGHTS, 2) % 10 === c.digit(8);
  },
  // The prefixes the IRS assigns: https://www.irs.gov, how EINs are assigned and valid EIN prefixes.
  'us-ein': (c) => {
    if (c.length !== 9 || !c.isDigits()) return false;
    const prefix = c.number(0, 2);
    return prefix > 0 && !EIN_UNASSIGNED.has(prefix);
  },
  // Nine digits from 900, of which the fourth and fifth are 50-65, 70-88, 90-92 or 94-99.
  // https://www.irs.gov/irm/part3/irm_03-021-263r
  'us-itin': (c) => {
    const group = c.number(3, 5);
    const isIssued =
      (group >= 50 && group <= 65) || (group >= 70 && group <= 88) || (group >= 90 && group !== 93);
    return c.length === 9 && c.isDigits() && c.digit(0) === 9 && isIssued;
  },
  // Letters and digits in turn; S, L, O, I, B and Z are never used.
  // https://www.cms.gov/medicare/new-medicare-card/understanding-the-mbi
  'us-mbi': (c) => {
    if (c.length !== 11 || c.digit(0) < 1) return false;
    for (let index = 1; index < c.length; index++) {
      const letter = c.letter(index);
      const isAllowed = letter < 0 || MBI_LETTERS[letter] === 1;
      const isOfKind = MBI_KINDS[index] === '&' || letter >= 0 === (MBI_KINDS[index] === '@');
      if (!isAllowed || !isOfKind) return false;
    }
    return true;
  },
  // 45 CFR 162.406: Luhn of 80840 and the number, which begins with 1 or 2.
  'us-npi': (c) => {
    const first = c.digit(0);
    return c.length === 10 && (first === 1 || first === 2) && c.isDigits() && !isFiller(c) && isNpiSum(c);
  },
};
