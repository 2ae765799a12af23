import { weightedSum } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

const IRD = [3, 2, 7, 6, 5, 4, 3, 2];
const IRD_AGAIN = [7, 4, 3, 2, 5, 2, 7, 6];

// Inland Revenue, RWT and NRWT specification: accounts of each bank are checked in one of these ways.
const BRANCH = [6, 3, 7, 9];
const ACCOUNT = [10, 5, 8, 4, 2, 1];
const ACCOUNT_08 = [7, 6, 5, 4, 3, 2, 1];
const ACCOUNT_09 = [0, 0, 0, 5, 4, 3, 2];
const ACCOUNT_25 = [1, 7, 3, 1, 7, 3, 1];
const ACCOUNT_26 = [1, 3, 7, 1, 3, 7, 1];
const SUFFIX = [3, 7, 1];
const SUFFIX_SHORT = [7, 1];

// First and last branch of each bank; those of one bank follow one another.
const BRANCHES = [
  1, 1, 999, 1, 1100, 1199, 1, 1800, 1899, 2, 1, 999, 2, 1200, 1299, 3, 1, 999, 3, 1300, 1399, 3, 1500, 1599,
  3, 1700, 1799, 3, 1900, 1999, 3, 7350, 7399, 4, 2020, 2024, 6, 1, 999, 6, 1400, 1499, 8, 6500, 6599, 9, 0,
  0, 11, 5000, 6499, 11, 6600, 8999, 12, 3000, 3299, 12, 3400, 3499, 12, 3600, 3699, 13, 4900, 4999, 14, 4700,
  4799, 15, 3900, 3999, 16, 4400, 4499, 17, 3300, 3399, 18, 3500, 3599, 19, 4600, 4649, 20, 4100, 4199, 21,
  4800, 4899, 22, 4000, 4049, 23, 3700, 3799, 24, 4300, 4349, 25, 2500, 2599, 26, 2600, 2699, 27, 3800, 3849,
  28, 2100, 2149, 29, 2150, 2299, 30, 2900, 2949, 31, 2800, 2849, 33, 6700, 6799, 35, 2400, 2499, 38, 9000,
  9499, 88, 8800, 8805,
];

function isBranch(bank: number, branch: number): boolean {
  for (let at = 0; at < BRANCHES.length; at += 3) {
    if (BRANCHES[at] === bank && branch >= BRANCHES[at + 1]! && branch <= BRANCHES[at + 2]!) return true;
  }
  return false;
}

// A weighted sum of products each of which is replaced by the sum of its digits until that is one digit.
function rootSum(c: Compact, weights: readonly number[], from: number): number {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) {
    const product = c.digit(from + index) * weights[index]!;
    sum += product === 0 ? 0 : ((product - 1) % 9) + 1;
  }
  return sum;
}

// Bank (2), branch (3 or 4), account (7), suffix (2 or 3).
function isAccount(c: Compact, branchSize: number): boolean {
  const bank = c.number(0, 2);
  const at = 2 + branchSize;
  if (!isBranch(bank, c.number(2, at))) return false;
  switch (bank) {
    case 8:
      return weightedSum(c, ACCOUNT_08, at) % 11 === 0;
    case 9:
      return (rootSum(c, ACCOUNT_09, at) + c.digit(c.length - 1)) % 11 === 0;
    case 25:
    case 33:
      return weightedSum(c, ACCOUNT_25, at) % 10 === 0;
    case 26:
    case 28:
    case 29: {
      const suffixSize = c.length - at - 7;
      const suffix = suffixSize === 3 ? SUFFIX : SUFFIX_SHORT;
      return (rootSum(c, ACCOUNT_26, at) + rootSum(c, suffix, at + 7)) % 10 === 0;
    }
    case 31:
      return true;
    default: {
      // From account 990 000 on the branch is not checked with it.
      let sum = weightedSum(c, ACCOUNT, at + 1);
      if (c.number(at, at + 7) < 990_000) {
        for (let place = 0; place < branchSize; place++) {
          sum += c.digit(2 + place) * BRANCH[4 - branchSize + place]!;
        }
      }
      return sum % 11 === 0;
    }
  }
}

function nhiValue(c: Compact, index: number): number {
  const letter = c.letter(index);
  if (letter < 0) return c.digit(index);
  // I and O are not used.
  if (letter === 8 || letter === 14) return -1;
  return letter + 1 - (letter > 8 ? 1 : 0) - (letter > 14 ? 1 : 0);
}

/** New Zealand. */
export const checks: CountryChecks = {
  'nz-bank-account': (c) => {
    if (c.length < 14 || c.length > 16 || !c.isDigits()) return false;
    return (c.length < 16 && isAccount(c, 3)) || (c.length > 14 && isAccount(c, 4));
  },
  // Above 10 million; where the first weights leave 10, others are used.
  'nz-ird': (c) => {
    const from = c.has('NZ') ? 2 : 0;
    const size = c.length - from;
    const value = c.number(from);
    if ((size !== 8 && size !== 9) || value <= 10_000_000 || value >= 200_000_000) return false;
    const skipped = 9 - size;
    let first = 0;
    let second = 0;
    for (let place = skipped; place < 8; place++) {
      first += c.digit(from + place - skipped) * IRD[place]!;
      second += c.digit(from + place - skipped) * IRD_AGAIN[place]!;
    }
    let check = (11 - (first % 11)) % 11;
    if (check === 10) check = (11 - (second % 11)) % 11;
    return check === c.digit(c.length - 1);
  },
  // HISO 10046: AAANNNC with MOD 11, or AAANNAC with a letter of MOD 24.
  'nz-nhi': (c) => {
    if (c.length !== 7 || !c.isLetters(0, 3) || !c.isDigits(3, 5)) return false;
    let sum = 0;
    for (let index = 0; index < 6; index++) {
      const value = nhiValue(c, index);
      if (value < 0) return false;
      sum += value * (7 - index);
    }
    if (c.isDigits(5)) return sum % 11 !== 0 && (11 - (sum % 11)) % 10 === c.digit(6);
    return c.isLetters(5) && 24 - (sum % 24) === nhiValue(c, 6);
  },
};
