import { isLuhn } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

/** Israel. */
export const checks: CountryChecks = {
  // Mispar zehut: up to nine digits, written with zeros in front.
  'il-id-number': (c) => c.length >= 8 && c.length <= 9 && c.number() > 0 && isLuhn(c),
  'il-company-number': (c) => c.length === 9 && c.digit(0) === 5 && isLuhn(c),
};
