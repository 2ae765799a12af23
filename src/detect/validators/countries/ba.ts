import { isJmbg } from '../checksums-jmbg.ts';
import type { CountryChecks } from './index.ts';

/** Bosnia and Herzegovina. */
export const checks: CountryChecks = {
  'ba-jmbg': isJmbg,
};
