import { afterEscape, byteBefore, isAlnum, NO_BYTE } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import { entropyOf } from '../randomness.ts';
import type { CandidateSpan, SweepMatcher } from './matcher.ts';

const LENGTH = 40;
// 40 random base64 characters have 4.7 bits on average; hex of the same length has at most 4.
const ENTROPY_MIN = 4.1;

/**
 * What an AWS secret access key looks like: exactly 40 base64 characters, random, of mixed case. Git
 * hashes and digests are as long, so rules should ask for context.
 */
export const awsSecretKey: SweepMatcher = {
  how: 'sweep',
  condition: { lengthMin: LENGTH, digitsMin: 1, all: ShapeFlag.upper | ShapeFlag.lower },
  next(bytes: Uint8Array, from: number, start: number, end: number, span: CandidateSpan): boolean {
    let at = from;
    while (at < end) {
      let to = at;
      let kinds = 0;
      while (to < end && isBase64(bytes[to]!)) kinds |= kindOf(bytes[to++]!);
      const first = to - at > LENGTH ? afterEscape(bytes, at, start, end) : at;
      if (to - first === LENGTH && kinds === 7 && !isBase64(byteBefore(bytes, first, start))) {
        if (entropyOf(bytes, first, to) >= ENTROPY_MIN) {
          span.start = first;
          span.end = to;
          return true;
        }
      }
      at = to + 1;
    }
    return false;
  },
};

function isBase64(byte: number): boolean {
  return byte !== NO_BYTE && (isAlnum(byte) || byte === 0x2b || byte === 0x2f);
}

/** Digit 1, upper 2, lower 4, anything else 0. */
function kindOf(byte: number): number {
  if (!isAlnum(byte)) return 0;
  if (byte < 0x41) return 1;
  return byte < 0x61 ? 2 : 4;
}
