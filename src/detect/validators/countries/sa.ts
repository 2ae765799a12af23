import { isLuhn } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

/** Saudi Arabia. */
export const checks: CountryChecks = {
  // 1 for citizens, 2 for residents.
  'sa-national-id': (c) => c.length === 10 && (c.digit(0) === 1 || c.digit(0) === 2) && isLuhn(c),
};
