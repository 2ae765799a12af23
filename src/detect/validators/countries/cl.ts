import { risingSum } from '../checksums-weighted.ts';
import type { CountryChecks } from './index.ts';

const CHECK_CHARACTERS = '0K987654321';

/** Chile. */
export const checks: CountryChecks = {
  // RUN and RUT: weights 2 to 7 from the right, then 2 again; K stands for 10.
  'cl-rut': (c) => {
    const from = c.has('CL') ? 2 : 0;
    const size = c.length - from;
    if ((size !== 8 && size !== 9) || !c.isDigits(from, c.length - 1) || c.isRepeated()) return false;
    const last = c.length - 1;
    const high = Math.max(from, last - 6);
    const sum = risingSum(c, 2, high, last) + (high > from ? risingSum(c, 2, from, high) : 0);
    return c.bytes[last] === CHECK_CHARACTERS.charCodeAt(sum % 11);
  },
};
