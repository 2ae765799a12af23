import { byteAt, byteBefore, isAlnum, isDigit, isLetter } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import { mod97 } from '../validators/mod97.ts';
import type { CandidateSpan, SweepMatcher } from './matcher.ts';

// Country code and total length, from the IBAN registry (ISO 13616-1, SWIFT release 99).
const LENGTHS =
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 ' +
  'EE20 ' +
  'EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 ' +
  'JO30 ' +
  'KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 ' +
  'OM23 ' +
  'PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 ' +
  'TR26 ' +
  'UA29 VA22 VG24 XK20 YE30';

const lengthOf: Uint8Array = new Uint8Array(26 * 26);
for (const entry of LENGTHS.split(' ')) {
  lengthOf[countryIndex(entry.charCodeAt(0), entry.charCodeAt(1))] = Number(entry.slice(2));
}

const DIGITS_MIN = 6;

/**
 * International bank account numbers: country, its length, MOD 97-10. Single spaces or dashes may
 * stand anywhere between; letters of either case. Fewer than six digits is not an account number.
 */
export const iban: SweepMatcher = {
  how: 'sweep',
  condition: { digitsMin: DIGITS_MIN, lengthMin: 15, any: ShapeFlag.upper | ShapeFlag.lower },
  next(bytes: Uint8Array, from: number, start: number, end: number, span: CandidateSpan): boolean {
    let previous = byteBefore(bytes, from, start);
    for (let at = from; at + 15 <= end; at++) {
      const byte = bytes[at]!;
      if (isLetter(byte) && !isAlnum(previous) && isLetter(bytes[at + 1]!) && isDigit(bytes[at + 2]!)) {
        const length = lengthOf[countryIndex(byte, bytes[at + 1]!)]!;
        const to = length === 0 ? 0 : endOfAccount(bytes, at, end, length);
        if (to > 0 && mod97(bytes, at, to)) {
          span.start = at;
          span.end = to;
          return true;
        }
      }
      previous = byte;
    }
    return false;
  },
};

function countryIndex(first: number, second: number): number {
  return ((first | 0x20) - 0x61) * 26 + (second | 0x20) - 0x61;
}

/** @returns After the `length`th letter or digit, or 0 when the run ends before or goes on after it. */
function endOfAccount(bytes: Uint8Array, from: number, end: number, length: number): number {
  let seen = 0;
  let digits = 0;
  let at = from;
  while (at < end && seen < length) {
    const byte = bytes[at]!;
    if (isAlnum(byte)) {
      seen++;
      if (isDigit(byte)) digits++;
    } else if ((byte !== 0x20 && byte !== 0x2d) || !isAlnum(bytes[at - 1]!)) return 0;
    at++;
  }
  const isWhole = seen === length && digits >= DIGITS_MIN && isDigit(bytes[from + 3]!);
  return isWhole && !isAlnum(byteAt(bytes, at, end)) ? at : 0;
}
