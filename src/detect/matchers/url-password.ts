import { byteBefore, isAlnum } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import { isPlaceholder } from '../secret-value.ts';
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
    for (let at = literalEnd; at < end; at++) {
      const byte = bytes[at]!;
      // No authority goes beyond these, so the scans of two "://" never overlap.
      if (byte === SLASH || byte <= 0x20 || byte === 0x22 || byte === 0x3c || byte === 0x3e || byte === 0x60)
        break;
      if (byte === COLON && colon === 0) colon = at;
      if (byte === AT && colon > 0) last = at;
    }
    if (last === 0 || last === colon + 1 || isPlaceholder(bytes, colon + 1, last)) return false;
    span.start = colon + 1;
    span.end = last;
    return true;
  },
};
