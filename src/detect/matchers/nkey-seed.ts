import { afterEscape, byteAt, byteBefore, isAlnum, isUpper } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import { entropyOf } from '../randomness.ts';
import type { CandidateSpan, SweepMatcher } from './matcher.ts';

const LENGTH = 58;
const S = 0x53;
// Random base32 of this length has 4.6 bits; words in capitals have less and spaces.
const ENTROPY_MIN = 4;
// What the seed is for: account, cluster, operator, server, user, curve (xkey).
const KINDS = 'ACONUX';

/**
 * Seeds of NATS keys: `S`, the kind of key, then 56 characters of base32, of which the last hold a CRC-16.
 * https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/nkey_auth
 */
export const nkeySeed: SweepMatcher = {
  how: 'sweep',
  condition: {
    lengthMin: LENGTH,
    tokenRunMin: LENGTH,
    digitsMin: 1,
    all: ShapeFlag.upper | ShapeFlag.longToken,
  },
  next(bytes: Uint8Array, from: number, start: number, end: number, span: CandidateSpan): boolean {
    let at = from;
    while (at + LENGTH <= end) {
      let to = at;
      while (to < end && isBase32(bytes[to]!)) to++;
      const first = to - at > LENGTH ? afterEscape(bytes, at, start, end) : at;
      if (to - first === LENGTH && bytes[first] === S && isSeed(bytes, first, to, start, end)) {
        span.start = first;
        span.end = to;
        return true;
      }
      at = to + 1;
    }
    return false;
  },
};

function isSeed(bytes: Uint8Array, at: number, to: number, start: number, end: number): boolean {
  return (
    !isAlnum(byteBefore(bytes, at, start)) &&
    !isAlnum(byteAt(bytes, to, end)) &&
    KINDS.includes(String.fromCharCode(bytes[at + 1]!)) &&
    entropyOf(bytes, at, to) >= ENTROPY_MIN
  );
}

function isBase32(byte: number): boolean {
  return isUpper(byte) || (byte >= 0x32 && byte <= 0x37);
}
