import {
  afterEscape,
  byteAt,
  byteBefore,
  isDigit,
  isLower,
  isSpace,
  isUpper,
} from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import type { CandidateSpan, LiteralMatcher } from './matcher.ts';

const DASH = 0x2d;
const SPACE = 0x20;
const PADDING = 0x3d;
const BACKSLASH = 0x5c;
const LABEL_MAX = 64;
const PRIVATE_KEY = 'PRIVATE KEY';
const END: Uint8Array = Buffer.from('-----END ');

/**
 * Private keys in textual encoding (RFC 7468 sections 10 and 11, OpenSSH, PGP): from the BEGIN line to the
 * end of the END line, or to the end of the value when the block is cut off. Of a block that lost its
 * beginning, the lines of base64 before the END line.
 */
export const privateKey: LiteralMatcher = {
  how: 'literal',
  literals: ['-----BEGIN ', '-----END '],
  condition: { lengthMin: 24, all: ShapeFlag.dash | ShapeFlag.upper | ShapeFlag.space },
  at(
    bytes: Uint8Array,
    literalStart: number,
    literalEnd: number,
    start: number,
    end: number,
    span: CandidateSpan,
  ): boolean {
    const labelEnd = endOfLabel(bytes, literalEnd, end);
    if (byteAt(bytes, labelEnd, end) !== DASH) return false;
    if (!Buffer.from(bytes.subarray(literalEnd, labelEnd)).toString('latin1').includes(PRIVATE_KEY))
      return false;
    if (literalEnd - literalStart === END.length) {
      span.start = startOfBody(bytes, literalStart, start);
      span.end = endOfDashes(bytes, labelEnd, end);
      return span.start < literalStart;
    }
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
    run = isBase64(byte) ? run + 1 : 0;
    if (run >= BODY_RUN) return true;
  }
  return false;
}

/** The whole rest is searched, once: what lies between belongs to the finding. */
function endOfBlock(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at + END.length <= end; at++) {
    if (bytes[at] !== DASH || !startsWith(bytes, at, END)) continue;
    return endOfDashes(bytes, endOfLabel(bytes, at + END.length, end), end);
  }
  return end;
}

function endOfDashes(bytes: Uint8Array, from: number, end: number): number {
  let to = from;
  while (to < end && to - from < 5 && bytes[to] === DASH) to++;
  return to;
}

// Lines have 64 characters, of some programs 76 or 70 (RFC 7468 section 2); only the last is shorter, and one
// cut off.
const LINE_MIN = 48;
const BODY_MIN = 48;

/**
 * Goes back over lines of base64, whose line ends may be written as `\n`. A dash ends it, so what two END
 * lines look at never overlaps.
 *
 * @returns Where they begin, or `to` when there is not enough of them.
 */
function startOfBody(bytes: Uint8Array, to: number, start: number): number {
  let first = to;
  let size = 0;
  for (let at = startOfLineEnd(bytes, to, start); at > start; at = startOfLineEnd(bytes, first, start)) {
    let lineStart = at;
    while (lineStart > start && (isBase64(bytes[lineStart - 1]!) || bytes[lineStart - 1] === PADDING))
      lineStart--;
    lineStart = afterEscape(bytes, lineStart, start, at);
    const isShort = at - lineStart < LINE_MIN && size > 0 && lineStart > start;
    if (lineStart === at || isShort) break;
    size += at - lineStart;
    first = lineStart;
  }
  return size >= BODY_MIN ? first : to;
}

/** Spaces, quotes of one line after the other, and line ends written out. */
function startOfLineEnd(bytes: Uint8Array, from: number, start: number): number {
  let at = from;
  for (;;) {
    const before = byteBefore(bytes, at, start);
    if (isSpace(before) || before === 0x22 || before === 0x27 || before === 0x2c) at--;
    else if (before === BACKSLASH) at -= bytes[at - 1] === BACKSLASH ? 1 : 2;
    else return at;
  }
}

function isBase64(byte: number): boolean {
  return isUpper(byte) || isLower(byte) || isDigit(byte) || byte === 0x2b || byte === 0x2f;
}

function startsWith(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return false;
  return true;
}
