import { isMod11And10 } from '../checksums.ts';
import { isJmbg } from '../checksums-jmbg.ts';
import type { CountryChecks } from './index.ts';

/** Croatia. */
export const checks: CountryChecks = {
  'hr-oib': (c) => {
    const at = c.has('HR') ? 2 : 0;
    return c.length === at + 11 && isMod11And10(c, at);
  },
  'hr-jmbg': isJmbg,
};
