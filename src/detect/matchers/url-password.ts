import { byteAt, byteBefore, isAlnum } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import { isPlainText, isReference, looksLikeKey } from '../secret-value.ts';
import type { CandidateSpan, LiteralMatcher } from './matcher.ts';

const AT = 0x40;
const COLON = 0x3a;
const SLASH = 0x2f;

/**
 * The password in a URL (RFC 3986 section 3.2.1): `scheme://user:password@host`. The last `@` of the
 * authority ends it, so that an unescaped one inside the password does not leave half of it readable.
 */
export const urlPassword: LiteralMatcher = {
  how: 'literal',
  literals: ['://'],
  condition: { lengthMin: 8, all: ShapeFlag.colon | ShapeFlag.slash | ShapeFlag.at },
  at(
    bytes: Uint8Array,
    literalStart: number,
    literalEnd: number,
    start: number,
    end: number,
    span: CandidateSpan,
  ): boolean {
    if (!isAlnum(byteBefore(bytes, literalStart, start))) return false;
    let colon = 0;
    let last = 0;
    let bare = 0;
    for (let at = literalEnd; at < end; at++) {
      const byte = bytes[at]!;
      // No authority goes beyond these, so the scans of two "://" never overlap.
      if (byte === SLASH || byte <= 0x20 || byte === 0x22 || byte === 0x3c || byte === 0x3e || byte === 0x60)
        break;
      if (byte === COLON && colon === 0) colon = at;
      if (byte !== AT) continue;
      if (colon > 0) last = at;
      else bare = at;
    }
    // A random user is a token, with whatever after it: `https://token:x-oauth-basic@host`.
    const userEnd = last > 0 ? colon : bare;
    if (userEnd > 0 && looksLikeKey(bytes, literalEnd, userEnd)) {
      span.start = literalEnd;
      span.end = Math.max(last, bare);
      return true;
    }
    if (last === 0 || last === colon + 1 || isReference(bytes, colon + 1, last)) return false;
    if (isPlainText(bytes, colon + 1, last) && isExampleHost(bytes, last + 1, end)) return false;
    span.start = colon + 1;
    span.end = last;
    return true;
  },
};

const HOST_MAX = 64;
const LOOPBACK: Uint8Array = Buffer.from('127.0.0.1');

/**
 * `user:pass@host`, `foo:bar@localhost`: a host without a dot made of the words of manuals, this
 * machine, or none.
 */
function isExampleHost(bytes: Uint8Array, from: number, end: number): boolean {
  let at = from;
  while (at < end && at - from < HOST_MAX && (isAlnum(bytes[at]!) || bytes[at] === 0x2d)) at++;
  if (at < end && bytes[at] === 0x5b) return false; // [
  if (at === from) return true;
  if (at >= end || bytes[at] !== 0x2e) return isPlainText(bytes, from, at);
  for (let index = 0; index < LOOPBACK.length; index++)
    if (byteAt(bytes, from + index, end) !== LOOPBACK[index]) return false;
  return true;
}
