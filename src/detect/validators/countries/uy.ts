import { weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const CEDULA = [2, 9, 8, 7, 6, 3, 4];
const RUT = [4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];

/** Uruguay. */
export const checks: CountryChecks = {
  'uy-cedula': (c) => {
    if ((c.length !== 7 && c.length !== 8) || !c.isDigits() || c.isRepeated()) return false;
    const skipped = 8 - c.length;
    let sum = 0;
    for (let place = skipped; place < 7; place++) sum += c.digit(place - skipped) * CEDULA[place]!;
    return (10 - (sum % 10)) % 10 === c.digit(c.length - 1);
  },
  // Kind (01 to 22), serial, 001, check digit.
  'uy-rut': (c) => {
    const from = c.has('UY') ? 2 : 0;
    if (c.length !== from + 12 || !c.isDigits(from) || c.number(from + 8, from + 11) !== 1) return false;
    const kind = c.number(from, from + 2);
    if (kind < 1 || kind > 22 || c.number(from + 2, from + 8) === 0) return false;
    return (11 - (weightedSum(c, RUT, from) % 11)) % 11 === c.digit(from + 11);
  },
};
