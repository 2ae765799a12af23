import { byteAt, byteBefore, isAlnum, isDigit, isLetter, isLower } from '../../scan/byte-class.ts';
import { Opening } from '../../scan/word-layout.ts';
import { mod97 } from '../validators/mod97.ts';
import { fitsStructure, ibanStructure } from './iban-structures.ts';
import type { CandidateSpan, SweepMatcher } from './matcher.ts';

const [SPACE, DASH, AT] = [0x20, 0x2d, 0x40];
// Norway's, the shortest.
const LENGTH_MIN = 15;

/**
 * International bank account numbers: the country's structure and MOD 97-10. Single spaces or dashes may
 * stand anywhere between; letters of one case.
 */
export const iban: SweepMatcher = {
  how: 'sweep',
  condition: { digitsMin: 6, lengthMin: LENGTH_MIN, opening: Opening.lettersThenDigits },
  next(bytes: Uint8Array, from: number, start: number, end: number, span: CandidateSpan): boolean {
    for (let at = from; at + LENGTH_MIN <= end; at++) {
      // Both check digits: without the second one, none begins at the next byte either.
      if (!isDigit(bytes[at + 3]!)) {
        at++;
        continue;
      }
      const byte = bytes[at]!;
      const isStart = isDigit(bytes[at + 2]!) && isLetter(bytes[at + 1]!) && isLetter(byte);
      if (isStart && !isAlnum(byteBefore(bytes, at, start))) {
        const structure = ibanStructure(byte, bytes[at + 1]!);
        const to = structure === undefined ? 0 : endOfAccount(bytes, at, end, structure);
        if (to > 0 && mod97(bytes, at, to)) {
          span.start = at;
          span.end = to;
          return true;
        }
      }
    }
    return false;
  },
};

/** @returns After the last letter or digit of the structure, or 0 when it is not met or goes on after it. */
function endOfAccount(bytes: Uint8Array, from: number, end: number, structure: Uint8Array): number {
  const isLowerCase = isLower(bytes[from]!);
  let seen = 0;
  let at = from;
  while (at < end && seen < structure.length) {
    const byte = bytes[at]!;
    if (isAlnum(byte)) {
      if (!fitsStructure(byte, structure[seen]!)) return 0;
      if (isLetter(byte) && isLower(byte) !== isLowerCase) return 0;
      seen++;
    } else if ((byte !== SPACE && byte !== DASH) || !isAlnum(bytes[at - 1]!)) return 0;
    at++;
  }
  const after = byteAt(bytes, at, end);
  return seen === structure.length && !isAlnum(after) && after !== AT ? at : 0;
}
