import { isVatKey } from './fr.ts';
import type { CountryChecks } from './index.ts';

/** Monaco. */
export const checks: CountryChecks = {
  // Part of the French VAT area: a French number whose nine digits begin with 000.
  'mc-tva': (c) => {
    const at = (c.has('FR') || c.has('MC')) && c.length === 13 ? 2 : 0;
    return c.has('000', at + 2) && isVatKey(c, at);
  },
};
