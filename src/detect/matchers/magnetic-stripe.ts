import { byteAt, byteBefore, isDigit } from '../../scan/byte-class.ts';
import type { CandidateSpan, SweepMatcher } from './matcher.ts';

// ISO/IEC 7813: a track has at most 79 characters, its number 12 to 19 digits, its name 2 to 26 characters.
const TRACK_MAX = 79;
const NUMBER_MIN = 12;
const NUMBER_MAX = 19;
const NAME_MIN = 2;
const NAME_MAX = 26;
const PERCENT = 0x25;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const CARET = 0x5e;
const QUESTION_MARK = 0x3f;
const SPACE = 0x20;

/**
 * Track 1 (`%B`, number, `^`, name, `^`, year and month, ...) or 2 (`;`, number, `=`, year and month, ...) of
 * a magnetic stripe, with what the issuer adds, up to its end mark. What follows the number is as good as the
 * card.
 */
export const magneticStripe: SweepMatcher = {
  how: 'sweep',
  condition: { groupedDigitsMin: NUMBER_MIN, lengthMin: NUMBER_MIN + 6 },
  next(bytes: Uint8Array, from: number, start: number, end: number, span: CandidateSpan): boolean {
    let at = from;
    while (at < end) {
      if (!isDigit(bytes[at]!)) {
        at++;
        continue;
      }
      const first = at;
      let digits = 0;
      for (; at < end && (isDigit(bytes[at]!) || bytes[at] === SPACE); at++)
        if (bytes[at] !== SPACE) digits++;
      if (digits < NUMBER_MIN || digits > NUMBER_MAX) continue;
      const trackStart = startOfTrack(bytes, first, start);
      const to = trackStart === first - 2 ? endOfTrack1(bytes, at, end) : endOfTrack2(bytes, at, end);
      if (trackStart === first || to === 0) continue;
      span.start = trackStart;
      span.end = to;
      return true;
    }
    return false;
  },
};

/** @returns Where `%B` or `;` before the number begins, or `first`. */
function startOfTrack(bytes: Uint8Array, first: number, start: number): number {
  if (first - 1 >= start && bytes[first - 1] === SEMICOLON) return first - 1;
  const isTrack1 =
    (byteBefore(bytes, first, start) | 0x20) === 0x62 && byteBefore(bytes, first - 1, start) === PERCENT;
  return isTrack1 ? first - 2 : first;
}

function endOfTrack1(bytes: Uint8Array, at: number, end: number): number {
  if (byteAt(bytes, at, end) !== CARET) return 0;
  let to = at + 1;
  while (to < end && to - at <= NAME_MAX + 1 && bytes[to] !== CARET && bytes[to]! >= SPACE) to++;
  const name = to - at - 1;
  if (byteAt(bytes, to, end) !== CARET || name < NAME_MIN || !isYearAndMonth(bytes, to + 1, end)) return 0;
  return endOfRest(bytes, to + 5, end);
}

function endOfTrack2(bytes: Uint8Array, at: number, end: number): number {
  if (byteAt(bytes, at, end) !== EQUALS || !isYearAndMonth(bytes, at + 1, end)) return 0;
  let to = at + 5;
  while (to < end && to - at < TRACK_MAX && isDigit(bytes[to]!)) to++;
  return byteAt(bytes, to, end) === QUESTION_MARK ? to + 1 : to;
}

function isYearAndMonth(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + 4 > end) return false;
  for (let digit = 0; digit < 4; digit++) if (!isDigit(bytes[at + digit]!)) return false;
  const month = (bytes[at + 2]! - 0x30) * 10 + bytes[at + 3]! - 0x30;
  return month >= 1 && month <= 12;
}

/** Up to the end mark, or to what no track holds. */
function endOfRest(bytes: Uint8Array, from: number, end: number): number {
  let to = from;
  while (to < end && to - from < TRACK_MAX) {
    const byte = bytes[to]!;
    if (byte === QUESTION_MARK) return to + 1;
    if (byte < SPACE || byte > 0x5f || byte === SEMICOLON || byte === 0x22 || byte === 0x27) break;
    to++;
  }
  return to;
}
