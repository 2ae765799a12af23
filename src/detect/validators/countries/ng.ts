import { isVerhoeff } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

/** Nigeria. */
export const checks: CountryChecks = {
  'ng-nin': (c) => c.length === 11 && !c.isRepeated() && isVerhoeff(c),
};
