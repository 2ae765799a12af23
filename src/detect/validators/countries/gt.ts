import { risingSum } from '../checksums-weighted.ts';
import type { CountryChecks } from './index.ts';

// Municipalities of the departments 01 to 22 (Instituto Nacional de Estadística).
const MUNICIPALITIES = [17, 8, 16, 16, 14, 14, 19, 8, 24, 21, 9, 30, 33, 21, 8, 17, 14, 5, 11, 11, 7, 17];

/** Guatemala. */
export const checks: CountryChecks = {
  'gt-nit': (c) => {
    const from = c.has('GT') ? 2 : 0;
    const last = c.length - 1;
    if (c.length - from < 2 || c.length - from > 12 || !c.isDigits(from, last)) return false;
    const check = (11 - (risingSum(c, 2, from, last) % 11)) % 11;
    return check === 10 ? c.has('K', last) : c.digit(last) === check;
  },
  // CUI, printed on the DPI: eight digits, check digit, department, municipality.
  'gt-cui': (c) => {
    if (c.length !== 13 || !c.isDigits()) return false;
    const department = c.number(9, 11);
    const municipality = c.number(11, 13);
    if (department < 1 || department > 22) return false;
    if (municipality < 1 || municipality > MUNICIPALITIES[department - 1]!) return false;
    let sum = 0;
    for (let index = 0; index < 8; index++) sum += c.digit(index) * (index + 2);
    return sum % 11 === c.digit(8);
  },
};
