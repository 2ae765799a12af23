import type { CountryChecks } from './index.ts';

/** Andorra. */
export const checks: CountryChecks = {
  // Número de registre tributari: F for residents up to 699999, A and L for companies of the 700000s.
  'ad-tax-number': (c) => {
    if (c.length !== 8 || c.letter(7) < 0 || !c.isDigits(1, 7)) return false;
    const number = c.number(1, 7);
    if (c.has('F')) return number <= 699_999;
    if (c.has('A') || c.has('L')) return number >= 700_000 && number <= 799_999;
    return 'CDEGOPU'.includes(String.fromCharCode(c.bytes[0]!));
  },
};
