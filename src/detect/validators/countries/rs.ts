import { isMod11And10 } from '../checksums.ts';
import { isJmbg } from '../checksums-jmbg.ts';
import type { CountryChecks } from './index.ts';

/** Serbia. */
export const checks: CountryChecks = {
  'rs-pib': (c) => {
    const at = c.has('RS') ? 2 : 0;
    return c.length === at + 9 && isMod11And10(c, at);
  },
  'rs-jmbg': isJmbg,
};
