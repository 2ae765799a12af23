import { weightedSum } from '../checksums.ts';
import type { CountryChecks } from './index.ts';

const NHS = [10, 9, 8, 7, 6, 5, 4, 3, 2];
const UTR = [6, 7, 8, 9, 10, 5, 4, 3, 2];
// Check digit of a taxpayer reference by the rest of the others by 11.
const UTR_CHECK = '21987654321';
const VAT = [8, 7, 6, 5, 4, 3, 2, 10, 1];

const NOT_GIVEN_OUT = ['BG', 'GB', 'KN', 'NK', 'NT', 'TN', 'ZZ'];
const NOT_FIRST = 'DFIQUV';
const NOT_SECOND = 'DFIOQUV';

/** United Kingdom. */
export const checks: CountryChecks = {
  // https://www.datadictionary.nhs.uk/attributes/nhs_number.html
  'gb-nhs-number': (c) => {
    if (c.length !== 10 || !c.isDigits() || c.isRepeated()) return false;
    return (11 - (weightedSum(c, NHS) % 11)) % 11 === c.digit(9);
  },
  // The last letter may be blank. https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110
  'gb-nino': (c) => {
    if (c.length < 8 || c.length > 9 || !c.isLetters(0, 2) || !c.isDigits(2, 8)) return false;
    if (NOT_FIRST.includes(String.fromCharCode(c.bytes[0]!))) return false;
    if (NOT_SECOND.includes(String.fromCharCode(c.bytes[1]!))) return false;
    for (const prefix of NOT_GIVEN_OUT) if (c.has(prefix)) return false;
    return c.length === 8 || (c.letter(8) >= 0 && c.letter(8) <= 3);
  },
  // Surname filled up with 9, decade, month (50 added for women), day, year, two initials or 9, three more.
  'gb-driving-licence': (c) => {
    if (c.length !== 16 || c.letter(0) < 0 || !c.isDigits(5, 11)) return false;
    for (let index = 2; index < 5; index++) if (c.digit(index - 1) >= 0 && c.digit(index) < 0) return false;
    const [month, day] = [c.number(6, 8) % 50, c.number(8, 10)];
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 && (c.digit(11) < 0 || c.digit(12) >= 0);
  },
  // Unique taxpayer reference: the check digit comes first; a K may stand at the end (or at the beginning).
  'gb-utr': (c) => {
    const from = c.has('K') ? 1 : 0;
    const length = c.length - from - (c.has('K', c.length - 1) ? 1 : 0);
    if (length !== 10 || !c.isDigits(from, from + 10)) return false;
    return c.digit(from) === UTR_CHECK.charCodeAt(weightedSum(c, UTR, from + 1) % 11) - 0x30;
  },
  // 9 digits (12 for a branch) divisible by 97, or by 97 with 55 added since 2010; GD000 to GD499 for
  // departments, HA500 to HA999 for health authorities. https://www.gov.uk/guidance/vat-eu-country-codes
  'gb-vat': (c) => {
    const at = c.has('GB') || c.has('XI') ? 2 : 0;
    const length = c.length - at;
    if (c.has('GD', at)) return length === 5 && c.isDigits(at + 2) && c.digit(at + 2) < 5;
    if (c.has('HA', at)) return length === 5 && c.isDigits(at + 2) && c.digit(at + 2) >= 5;
    if ((length !== 9 && length !== 12) || !c.isDigits(at)) return false;
    const rest = weightedSum(c, VAT, at) % 97;
    return rest === 0 || (rest === 42 && c.number(at, at + 3) >= 100);
  },
};
