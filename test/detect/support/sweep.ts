import { CandidateSpan, type SweepMatcher } from '../../../src/detect/matchers/matcher.ts';

/** The candidates of a matcher in `text`, one after the other; bytes of other values stand around it. */
export function candidates(matcher: SweepMatcher, text: string): string[] {
  const value = Buffer.from(text);
  const before = Buffer.from('a1:');
  const bytes = Buffer.concat([before, value, Buffer.from('1a-')]);
  const end = before.length + value.length;
  const span = new CandidateSpan();
  const found: string[] = [];
  let from = before.length;
  while (from < end && matcher.next(bytes, from, before.length, end, span)) {
    found.push(bytes.subarray(span.start, span.end).toString());
    from = span.end;
  }
  return found;
}
