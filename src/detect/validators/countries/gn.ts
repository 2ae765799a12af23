import { isLuhn } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

/** Guinea. */
export const checks: CountryChecks = {
  'gn-nifp': (c) => c.length === 9 && !c.isRepeated() && isLuhn(c),
};
