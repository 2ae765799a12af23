import type { CountryChecks } from './index.ts';

const NIT = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71];

/** Colombia. */
export const checks: CountryChecks = {
  // https://www.dian.gov.co, Orden Administrativa 4 de 1989: primes from the right, modulo 11.
  'co-nit': (c) => {
    const from = c.has('CO') ? 2 : 0;
    const size = c.length - from;
    if (size < 8 || size > 16 || !c.isDigits(from) || c.isRepeated()) return false;
    let sum = 0;
    for (let place = 0; place < size - 1; place++) sum += c.digit(c.length - 2 - place) * NIT[place]!;
    const rest = sum % 11;
    return c.digit(c.length - 1) === (rest < 2 ? rest : 11 - rest);
  },
};
