import type { CountryChecks } from './index.ts';

/** Costa Rica. */
export const checks: CountryChecks = {
  // Legal persons: class, kind within the class, serial. https://www.hacienda.go.cr
  'cr-legal-person': (c) => {
    if (c.length !== 10 || !c.isDigits()) return false;
    const kind = c.number(1, 4);
    switch (c.digit(0)) {
      case 2:
        return kind === 100 || kind === 200 || kind === 300 || kind === 400;
      case 3:
        return (kind >= 2 && kind <= 14) || (kind >= 101 && kind <= 110);
      case 4:
        return kind === 0;
      case 5:
        return kind === 1;
      default:
        return false;
    }
  },
};
