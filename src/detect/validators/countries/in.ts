import { isLuhn, isVerhoeff } from '../checksums.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

function isPalindrome(c: Compact): boolean {
  for (let index = 0; index < c.length / 2; index++) {
    if (c.bytes[index] !== c.bytes[c.length - 1 - index]) return false;
  }
  return true;
}

// Kinds of holder, at the fourth place of a PAN: person, company, firm, trust, ...
const HOLDERS = [...'ABCFGHJKLPT'].map((letter) => letter.charCodeAt(0) - 0x41);

const isPan = (c: Compact, from: number): boolean =>
  c.isLetters(from, from + 5) &&
  c.isDigits(from + 5, from + 9) &&
  c.isLetters(from + 9, from + 10) &&
  HOLDERS.includes(c.letter(from + 3)) &&
  c.number(from + 5, from + 9) > 0;

// As Luhn, to the base 36 (GSTN, GSTIN check digit).
function isLuhn36(c: Compact): boolean {
  let sum = 0;
  for (let index = c.length - 1, factor = 1; index >= 0; index--, factor = 3 - factor) {
    const product = c.alphanumeric(index) * factor;
    sum += Math.floor(product / 36) + (product % 36);
  }
  return sum % 36 === 0;
}

function isState(c: Compact): boolean {
  const state = c.number(0, 2);
  return (state >= 1 && state <= 38) || state === 97 || state === 99;
}

/** India. */
export const checks: CountryChecks = {
  // https://uidai.gov.in: never begins with 0 or 1, and is no palindrome.
  'in-aadhaar': (c) => c.length === 12 && c.digit(0) > 1 && !isPalindrome(c) && isVerhoeff(c),
  'in-virtual-id': (c) => c.length === 16 && c.digit(0) > 1 && !isPalindrome(c) && isVerhoeff(c),
  'in-pan': (c) => c.length === 10 && isPan(c, 0),
  'in-voter-id': (c) => c.length === 10 && c.isLetters(0, 3) && isLuhn(c, 3),
  'in-gst-number': (c) => c.length === 15 && isState(c) && isPan(c, 2) && c.has('Z', 13) && isLuhn36(c),
};
