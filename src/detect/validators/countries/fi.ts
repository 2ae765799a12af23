import { isDate, weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

// Remainder mod 31; G, I, O, Q and Z are left out. https://dvv.fi/en/personal-identity-code
const CHECK_CHARACTERS = '0123456789ABCDEFHJKLMNPRSTUVWXY';

/** Finland. */
export const checks: CountryChecks = {
  // Henkilötunnus: ddmmyy, a sign for the century, individual number from 002, check character. Of the signs
  // `-` is a separator here; `A` to `F` are of those born since 2000, all others of the 1900s.
  'fi-personal-code': (c) => {
    const signs = c.length - 10;
    if (signs < 0 || signs > 1 || !c.isDigits(0, 6) || !c.isDigits(6 + signs, 9 + signs)) return false;
    const sign = signs === 1 ? c.letter(6) : -1;
    if (signs === 1 && !'ABCDEFUVWXY'.includes(String.fromCharCode(c.bytes[6]!))) return false;
    const century = sign >= 0 && sign <= 5 ? 2000 : 1900;
    if (!isDate(century + c.number(4, 6), c.number(2, 4), c.number(0, 2))) return false;
    const serial = c.number(6 + signs, 9 + signs);
    const rest = (c.number(0, 6) * 1000 + serial) % 31;
    return serial >= 2 && c.bytes[9 + signs] === CHECK_CHARACTERS.charCodeAt(rest);
  },
  // Y-tunnus; the same eight digits make the VAT number.
  'fi-business-id': (c) => {
    const from = c.has('FI') ? 2 : 0;
    const isForm = c.length === from + 8 && c.isDigits(from) && c.number(from) > 0;
    return isForm && weightedSum(c, [7, 9, 10, 5, 8, 4, 2, 1], from) % 11 === 0;
  },
};
