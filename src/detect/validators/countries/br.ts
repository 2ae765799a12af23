import { weightedSum } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

const CPF = [10, 9, 8, 7, 6, 5, 4, 3, 2];
const CPF_SECOND = [11, 10, 9, 8, 7, 6, 5, 4, 3, 2];
const PIS = [3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
const CNH = [9, 8, 7, 6, 5, 4, 3, 2, 1];
const CNH_SECOND = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const VOTER = [2, 3, 4, 5, 6, 7, 8, 9];

const checkDigit = (sum: number): number => (sum % 11 < 2 ? 0 : 11 - (sum % 11));

// Weights 2 to 9, again and again, from the right. Letters count as their distance from '0' in ASCII
// (Receita Federal, Nota Técnica CNPJ alfanumérico, in force since July 2026).
function cnpjDigit(c: Compact, from: number, size: number): number {
  let sum = 0;
  for (let index = size - 1, weight = 2; index >= 0; index--, weight = weight === 9 ? 2 : weight + 1) {
    sum += (c.bytes[from + index]! - 0x30) * weight;
  }
  return checkDigit(sum);
}

function isCnpj(c: Compact, from: number): boolean {
  if (c.length !== from + 14 || c.isRepeated() || !c.isDigits(from + 12)) return false;
  return cnpjDigit(c, from, 12) === c.digit(from + 12) && cnpjDigit(c, from, 13) === c.digit(from + 13);
}

/** Brazil. */
export const checks: CountryChecks = {
  'br-cpf': (c) => {
    const from = c.has('BR') ? 2 : 0;
    if (c.length !== from + 11 || !c.isDigits(from) || c.isRepeated()) return false;
    if (checkDigit(weightedSum(c, CPF, from)) !== c.digit(from + 9)) return false;
    return checkDigit(weightedSum(c, CPF_SECOND, from)) === c.digit(from + 10);
  },
  'br-cnpj': (c) => {
    const from = c.has('BR') && c.length === 16 ? 2 : 0;
    return c.isDigits(from) && isCnpj(c, from);
  },
  'br-cnpj-alphanumeric': (c) => !c.isDigits() && isCnpj(c, 0),
  // PIS, PASEP, NIT and NIS are one series.
  'br-pis': (c) =>
    c.length === 11 && c.isDigits() && !c.isRepeated() && checkDigit(weightedSum(c, PIS)) === c.digit(10),
  // Driving licence: where the first check digit would be 10, the second is 2 less.
  'br-cnh': (c) => {
    if (c.length !== 11 || !c.isDigits() || c.isRepeated()) return false;
    const first = weightedSum(c, CNH) % 11;
    const rest = weightedSum(c, CNH_SECOND) % 11;
    const second = rest === 10 ? 0 : first === 10 ? (rest + 9) % 11 : rest;
    return c.digit(9) === (first === 10 ? 0 : first) && c.digit(10) === (second === 10 ? 0 : second);
  },
  // Eight digits, state (01 to 28), two check digits; in São Paulo and Minas Gerais 1 stands for 0.
  'br-voter': (c) => {
    if (c.length !== 12 || !c.isDigits()) return false;
    const state = c.number(8, 10);
    if (state < 1 || state > 28) return false;
    const zero = state < 3 ? 1 : 0;
    const first = weightedSum(c, VOTER) % 11;
    if (c.digit(10) !== (first === 10 ? 0 : first === 0 ? zero : first)) return false;
    const second = (c.digit(8) * 7 + c.digit(9) * 8 + c.digit(10) * 9) % 11;
    return c.digit(11) === (second === 10 ? 0 : second === 0 ? zero : second);
  },
};
