import { byteAt, isDigit, isLower, isUpper } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import type { CandidateSpan, LiteralMatcher } from './matcher.ts';

const DASH = 0x2d;
const SPACE = 0x20;
const LABEL_MAX = 64;
const PRIVATE_KEY = 'PRIVATE KEY';
const END: Uint8Array = Buffer.from('-----END ');

/**
 * Private keys in textual encoding (RFC 7468 sections 10 and 11, OpenSSH, PGP): from the BEGIN line to the
 * end of the END line, or to the end of the value when the block is cut off.
 */
export const privateKey: LiteralMatcher = {
  how: 'literal',
  literals: ['-----BEGIN '],
  condition: { lengthMin: 24, all: ShapeFlag.dash | ShapeFlag.upper | ShapeFlag.space },
  at(
    bytes: Uint8Array,
    literalStart: number,
    literalEnd: number,
    _start: number,
    end: number,
    span: CandidateSpan,
  ): boolean {
    const labelEnd = endOfLabel(bytes, literalEnd, end);
    if (byteAt(bytes, labelEnd, end) !== DASH) return false;
    if (!Buffer.from(bytes.subarray(literalEnd, labelEnd)).toString('latin1').includes(PRIVATE_KEY))
      return false;
    if (!hasBody(bytes, labelEnd, end)) return false;
    span.start = literalStart;
    span.end = endOfBlock(bytes, labelEnd, end);
    return true;
  },
};

function endOfLabel(bytes: Uint8Array, from: number, end: number): number {
  const last = Math.min(end, from + LABEL_MAX);
  let at = from;
  while (
    at < last &&
    (isUpper(bytes[at]!) || isDigit(bytes[at]!) || isLower(bytes[at]!) || bytes[at] === SPACE)
  )
    at++;
  return at;
}

const BODY_SOON = 512;
const BODY_RUN = 8;

/** A run of base64 soon after the label: `BEGIN PRIVATE KEY-----...-----END` in a manual holds none. */
function hasBody(bytes: Uint8Array, from: number, end: number): boolean {
  let run = 0;
  let at = from;
  while (at < end && bytes[at] === DASH) at++;
  const last = Math.min(end, at + BODY_SOON);
  for (; at < last; at++) {
    const byte = bytes[at]!;
    if (byte === DASH && byteAt(bytes, at + 1, end) === DASH) return false;
    const isBody = isUpper(byte) || isLower(byte) || isDigit(byte) || byte === 0x2b || byte === 0x2f;
    run = isBody ? run + 1 : 0;
    if (run >= BODY_RUN) return true;
  }
  return false;
}

/** The whole rest is searched, once: what lies between belongs to the finding. */
function endOfBlock(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at + END.length <= end; at++) {
    if (bytes[at] !== DASH || !startsWith(bytes, at, END)) continue;
    const labelEnd = endOfLabel(bytes, at + END.length, end);
    let to = labelEnd;
    while (to < end && to - labelEnd < 5 && bytes[to] === DASH) to++;
    return to;
  }
  return end;
}

function startsWith(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return false;
  return true;
}
