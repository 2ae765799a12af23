import type { CountryChecks } from './index.ts';

const BLANK = 36;

/** Hong Kong. */
export const checks: CountryChecks = {
  // One or two letters, six digits, check character (A = 10). A missing letter counts as a blank, 36.
  'hk-id-card': (c) => {
    const letters = c.length - 7;
    if (letters !== 1 && letters !== 2) return false;
    if (!c.isLetters(0, letters) || !c.isDigits(letters, c.length - 1)) return false;
    let sum = (letters === 1 ? BLANK : c.alphanumeric(0)) * 9 + c.alphanumeric(letters - 1) * 8;
    for (let place = 0; place < 6; place++) sum += c.digit(letters + place) * (7 - place);
    const check = (11 - (sum % 11)) % 11;
    return c.alphanumeric(c.length - 1) === check;
  },
};
