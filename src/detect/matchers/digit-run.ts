import { afterEscape, isDigit } from '../../scan/byte-class.ts';
import { boundaryAfter, boundaryBefore } from '../boundary.ts';
import type { CandidateSpan, SweepMatcher } from './matcher.ts';

const isBarredBefore = boundaryBefore('number')!;
const isBarredAfter = boundaryAfter('number')!;

/**
 * Bare digits, from `min` to `max` of them, that are neither in a word nor part of a longer number. They say
 * nothing by themselves: for rules with a check or with context.
 */
export function createDigitRunMatcher(min: number, max: number): SweepMatcher {
  return {
    how: 'sweep',
    condition: { lengthMin: min, groupedDigitsMin: min, tokenRunMin: min },
    next(bytes: Uint8Array, from: number, start: number, end: number, span: CandidateSpan): boolean {
      let at = from;
      while (at < end) {
        let to = at;
        while (to < end && isDigit(bytes[to]!)) to++;
        const first = to - at > min ? afterEscape(bytes, at, start, to) : at;
        const isRun = to - first >= min && to - first <= max;
        if (isRun && !isBarredBefore(bytes, first, start) && !isBarredAfter(bytes, to, end)) {
          span.start = first;
          span.end = to;
          return true;
        }
        at = to + 1;
      }
      return false;
    },
  };
}
