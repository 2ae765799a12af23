import { weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const NIF = [9, 8, 7, 6, 5, 4, 3, 2];
const NISS = [29, 23, 19, 17, 13, 11, 7, 5, 3, 2];

/** Portugal. */
export const checks: CountryChecks = {
  'pt-nif': (c) => {
    const at = c.has('PT') ? 2 : 0;
    if (c.length !== at + 9 || !c.isDigits(at) || c.digit(at) === 0) return false;
    const rest = weightedSum(c, NIF, at) % 11;
    return (rest < 2 ? 0 : 11 - rest) === c.digit(at + 8);
  },
  // Citizen card: nine digits, two letters or digits, check digit; each second one doubled, A counts 10.
  'pt-citizen-card': (c) => {
    if (c.length !== 12 || !c.isDigits(0, 9) || c.digit(11) < 0) return false;
    let sum = 0;
    for (let index = 0; index < 12; index++) {
      const value = c.alphanumeric(index) * (index % 2 === 0 ? 2 : 1);
      sum += index % 2 === 0 && value > 9 ? value - 9 : value;
    }
    return sum % 10 === 0;
  },
  // Social security: begins with 1 (persons) or 2 (companies).
  'pt-niss': (c) => {
    if (c.length !== 11 || !c.isDigits() || c.digit(0) < 1 || c.digit(0) > 2) return false;
    return 9 - (weightedSum(c, NISS) % 10) === c.digit(10);
  },
};
