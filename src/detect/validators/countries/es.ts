import { weightedSum } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

// Remainder mod 23 of the number. https://www.interior.gob.es: cálculo del dígito de control del NIF/NIE.
const NIF_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';
const CIF_LETTERS = 'JABCDEFGHI';

const letterAt = (c: Compact, index: number): string => String.fromCharCode(c.bytes[index]!);

const isNifLetter = (c: Compact, number: number, index: number): boolean =>
  number >= 0 && index === c.length - 1 && c.bytes[index] === NIF_LETTERS.charCodeAt(number % 23);

const isDni = (c: Compact, from: number): boolean =>
  c.length - from === 9 && isNifLetter(c, c.number(from, from + 8), from + 8);

// X, Y, Z stand for 0, 1, 2.
const isNie = (c: Compact, from: number): boolean => {
  const first = c.length - from === 9 ? 'XYZ'.indexOf(letterAt(c, from)) : -1;
  const number = c.number(from + 1, from + 8);
  return first >= 0 && number >= 0 && isNifLetter(c, first * 10_000_000 + number, from + 8);
};

// K: children, L: Spaniards abroad, M: foreigners without NIE.
const isSpecialNif = (c: Compact, from: number): boolean =>
  c.length - from === 9 &&
  'KLM'.includes(letterAt(c, from)) &&
  isNifLetter(c, c.number(from + 1, from + 8), from + 8);

/**
 * CIF: kind, seven digits, a control (Orden EHA/451/2008). Which kinds write it as a letter is not kept to
 * everywhere, so both are taken.
 */
const isCif = (c: Compact, from: number): boolean => {
  if (c.length - from !== 9 || !c.isDigits(from + 1, from + 8)) return false;
  if (!'ABCDEFGHJNPQRSUVW'.includes(letterAt(c, from))) return false;
  let sum = 0;
  for (let index = 0; index < 7; index++) {
    const weighted = c.digit(from + 1 + index) * (2 - (index % 2));
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  const control = (10 - (sum % 10)) % 10;
  return c.digit(from + 8) === control || c.bytes[from + 8] === CIF_LETTERS.charCodeAt(control);
};

const BRANCH_WEIGHTS = [4, 8, 5, 10, 9, 7, 3, 6] as const;
const ACCOUNT_WEIGHTS = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6] as const;

const bankCheck = (c: Compact, weights: readonly number[], from: number): number => {
  const rest = weightedSum(c, weights, from) % 11;
  return rest < 2 ? rest : 11 - rest;
};

// Referencia catastral: two control letters, each over half of the first 14 with the last four.
// https://www.catastro.minhap.gob.es
const CADASTRE_WEIGHTS = [13, 15, 12, 5, 4, 17, 9, 21, 3, 7, 1] as const;
const CADASTRE_CONTROLS = 'MQWERTYUIOPASDFGHJKLBZX';

// Ñ counts between N and O.
const LETTER_N = 13;

const cadastreControl = (c: Compact, from: number): number => {
  let sum = 0;
  for (let index = 0; index < 11; index++) {
    const at = index < 7 ? from + index : 7 + index;
    const letter = c.letter(at);
    const value = letter < 0 ? c.digit(at) : letter > LETTER_N ? letter + 2 : letter + 1;
    sum += value * CADASTRE_WEIGHTS[index]!;
  }
  return CADASTRE_CONTROLS.charCodeAt(sum % 23);
};

/** Spain. */
export const checks: CountryChecks = {
  'es-dni': (c) => isDni(c, 0),
  // With the zeros in front left out, as people write it: up to eight digits and a letter.
  'es-nif': (c) =>
    isSpecialNif(c, 0) || (c.length <= 9 && isNifLetter(c, c.number(0, c.length - 1), c.length - 1)),
  'es-nie': (c) => isNie(c, 0),
  'es-cif': (c) => isCif(c, 0),
  'es-tax-number': (c) => {
    const from = c.has('ES') && c.length === 11 ? 2 : 0;
    return isDni(c, from) || isNie(c, from) || isSpecialNif(c, from) || isCif(c, from);
  },
  // Social security: province, serial, remainder mod 97; short serials count as seven digits.
  'es-social-security': (c) => {
    if ((c.length !== 12 && c.length !== 11) || !c.isDigits()) return false;
    const end = c.length - 2;
    const [province, serial] = [c.number(0, 2), c.number(2, end)];
    const base = serial < 10_000_000 ? province * 10_000_000 + serial : c.number(0, end);
    return province > 0 && base % 97 === c.number(end);
  },
  // Código cuenta cliente: bank and branch, two check digits, account.
  'es-account-number': (c) =>
    c.length === 20 &&
    c.isDigits() &&
    !c.isRepeated() &&
    bankCheck(c, BRANCH_WEIGHTS, 0) === c.digit(8) &&
    bankCheck(c, ACCOUNT_WEIGHTS, 10) === c.digit(9),
  // CUPS of a supply point: ES, 16 digits mod 529 to two letters, perhaps a border point.
  'es-supply-point': (c) => {
    if ((c.length !== 20 && c.length !== 22) || !c.has('ES') || !c.isDigits(2, 18)) return false;
    const rest = ((c.number(2, 10) % 529) * (100_000_000 % 529) + (c.number(10, 18) % 529)) % 529;
    const isChecked =
      c.bytes[18] === NIF_LETTERS.charCodeAt(Math.trunc(rest / 23)) &&
      c.bytes[19] === NIF_LETTERS.charCodeAt(rest % 23);
    return isChecked && (c.length === 20 || (c.digit(20) >= 0 && 'FPRCXYZ'.includes(letterAt(c, 21))));
  },
  'es-cadastral-reference': (c) =>
    c.length === 20 && cadastreControl(c, 0) === c.bytes[18] && cadastreControl(c, 7) === c.bytes[19],
  // Provinces 01 to 52.
  'es-postal-code': (c) => c.length === 5 && c.number(0, 2) >= 1 && c.number(0, 2) <= 52,
};
