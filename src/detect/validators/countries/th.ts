import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

// Weights 13 to 2 from the left; what makes it divisible by 11, without its tens.
function isChecked(c: Compact): boolean {
  if (c.length !== 13 || !c.isDigits() || c.isRepeated()) return false;
  let sum = 0;
  for (let index = 0; index < 12; index++) sum += c.digit(index) * (13 - index);
  return (11 - (sum % 11)) % 10 === c.digit(12);
}

// Region (1 to 9) and the province in it, from the code of the registrar's office.
function isProvince(c: Compact): boolean {
  const province = c.number(1, 3);
  if (province >= 30 && province <= 49) return true;
  switch (Math.floor(province / 10)) {
    case 1:
      return true;
    case 2:
    case 6:
    case 7:
      return province % 10 <= 7;
    case 5:
      return province % 10 <= 8;
    case 8:
    case 9:
      return province % 10 <= 6;
    default:
      return false;
  }
}

/** Thailand. */
export const checks: CountryChecks = {
  // Persons: category 1 to 8, office, serial, check digit.
  'th-tnin': (c) => c.digit(0) > 0 && c.digit(0) < 9 && isProvince(c) && isChecked(c),
  // Persons of whatever registration.
  'th-pin': (c) => c.digit(0) > 0 && c.digit(0) < 9 && isChecked(c),
  // Legal persons, by the Ministry of Commerce, begin with 0.
  'th-moa': (c) => c.digit(0) === 0 && isChecked(c),
  'th-tin': (c) => c.digit(0) < 9 && isChecked(c),
};
