import { byteAt, byteBefore, isAlnum } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import { isPlaceholder } from '../secret-value.ts';
import type { CandidateSpan, LiteralMatcher } from './matcher.ts';

const COLON = 0x3a;
// Shorter ones hold no user and password: `a:bc` takes 8.
const LENGTH_MIN = 8;

/**
 * `Basic` credentials (RFC 7617 section 2): base64 of `user:password`. Decoding tells them from the word
 * "basic": every byte is printable, one is a colon.
 */
export const basicCredentials: LiteralMatcher = {
  how: 'literal',
  literals: ['basic '],
  condition: { lengthMin: LENGTH_MIN + 6, all: ShapeFlag.space },
  at(
    bytes: Uint8Array,
    literalStart: number,
    literalEnd: number,
    start: number,
    end: number,
    span: CandidateSpan,
  ): boolean {
    if (isAlnum(byteBefore(bytes, literalStart, start))) return false;
    return isCredentials(bytes, literalEnd, end, span);
  },
};

/** Reads base64 of `user:password` at `from`. */
function isCredentials(bytes: Uint8Array, from: number, end: number, span: CandidateSpan): boolean {
  let at = from;
  let bits = 0;
  let bitCount = 0;
  let colons = 0;
  let after = 0;
  for (; at < end; at++) {
    const value = base64Value(bytes[at]!);
    if (value < 0) break;
    bits = ((bits << 6) | value) & 0xfff;
    bitCount += 6;
    if (bitCount < 8) continue;
    bitCount -= 8;
    const byte = (bits >> bitCount) & 0xff;
    if (byte < 0x20 || byte === 0x7f) return false;
    if (colons > 0) after++;
    if (byte === COLON) colons++;
  }
  while (at < end && bytes[at] === 0x3d) at++;
  if (at - from < LENGTH_MIN || colons === 0 || after === 0 || isAlnum(byteAt(bytes, at, end))) return false;
  if (isPlaceholder(bytes, from, at)) return false;
  span.start = from;
  span.end = at;
  return true;
}

function base64Value(byte: number): number {
  if (byte >= 0x41 && byte <= 0x5a) return byte - 0x41;
  if (byte >= 0x61 && byte <= 0x7a) return byte - 0x61 + 26;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30 + 52;
  if (byte === 0x2b || byte === 0x2d) return 62;
  return byte === 0x2f || byte === 0x5f ? 63 : -1;
}
