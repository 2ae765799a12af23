import { byteAt, byteBefore, isTokenByte } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import type { CandidateSpan, LiteralMatcher } from './matcher.ts';

const DOT = 0x2e;
const EQUALS = 0x3d;
// The header of a token is a small JSON object; what says `alg` stands in its first kilobyte.
const HEADER_MAX = 1024;
// `{"alg":"none"}` takes 19 characters; what is shorter than a long token names no algorithm.
const HEADER_MIN = 16;
const header: Uint8Array = new Uint8Array(HEADER_MAX);
const ALG: Uint8Array = Buffer.from('"alg"');

/**
 * JSON Web Tokens in compact form (RFC 7519, RFC 7515 section 3.1, RFC 7516 section 3.1): a base64url header
 * that decodes to an object with `alg`, a payload, and what follows. The signature may be missing or
 * cut off: the payload alone tells everything.
 */
export const jsonWebToken: LiteralMatcher = {
  how: 'literal',
  // `eyJ` is base64url for `{"`.
  literals: ['eyJ'],
  condition: { lengthMin: HEADER_MIN, all: ShapeFlag.longToken | ShapeFlag.dot },
  at(
    bytes: Uint8Array,
    literalStart: number,
    literalEnd: number,
    start: number,
    end: number,
    span: CandidateSpan,
  ): boolean {
    // Only at the beginning of a run, so that a run of nothing but `eyJ` is walked over once.
    if (bytes[literalStart] !== 0x65 || bytes[literalStart + 1] !== 0x79 || bytes[literalStart + 2] !== 0x4a)
      return false;
    if (isTokenByte(byteBefore(bytes, literalStart, start))) return false;
    const headerEnd = endOfPart(bytes, literalEnd, end);
    if (headerEnd - literalStart < HEADER_MIN) return false;
    if (byteAt(bytes, headerEnd, end) !== DOT || !isHeader(bytes, literalStart, headerEnd)) return false;
    const payloadEnd = endOfPart(bytes, headerEnd + 1, end);
    if (payloadEnd === headerEnd + 1 && byteAt(bytes, payloadEnd, end) !== DOT) return false;
    let at = payloadEnd;
    let parts = 2;
    // Signature, or the last three parts of an encrypted token.
    for (; parts < 5 && byteAt(bytes, at, end) === DOT; parts++) at = endOfPart(bytes, at + 1, end);
    if (parts < 5 && payloadEnd > headerEnd + 1 && !isObject(bytes, headerEnd + 1)) return false;
    span.start = literalStart;
    span.end = at;
    return true;
  },
};

/**
 * Claims are a JSON object, so base64url of `{` and a quote or a blank.
 * Other text that was signed (RFC 7515) opens nothing.
 */
function isObject(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x65 && (bytes[at + 1] === 0x79 || bytes[at + 1] === 0x77);
}

function endOfPart(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (isTokenByte(bytes[at]!) || bytes[at] === EQUALS)) at++;
  return at;
}

function isHeader(bytes: Uint8Array, from: number, to: number): boolean {
  const size = decodeBase64url(bytes, from, to);
  for (let at = 1; at + ALG.length <= size; at++) {
    let matched = 0;
    while (matched < ALG.length && header[at + matched] === ALG[matched]) matched++;
    if (matched === ALG.length) return true;
  }
  return false;
}

/** @returns How many bytes of `header` were filled; decoding stops at its size or at a foreign byte. */
function decodeBase64url(bytes: Uint8Array, from: number, to: number): number {
  let size = 0;
  let bits = 0;
  let bitCount = 0;
  for (let at = from; at < to && size < HEADER_MAX; at++) {
    const value = base64urlValue(bytes[at]!);
    if (value < 0) break;
    bits = ((bits << 6) | value) & 0xfff;
    bitCount += 6;
    if (bitCount < 8) continue;
    bitCount -= 8;
    header[size++] = (bits >> bitCount) & 0xff;
  }
  return size;
}

function base64urlValue(byte: number): number {
  if (byte >= 0x41 && byte <= 0x5a) return byte - 0x41;
  if (byte >= 0x61 && byte <= 0x7a) return byte - 0x61 + 26;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30 + 52;
  if (byte === 0x2d) return 62;
  return byte === 0x5f ? 63 : -1;
}
