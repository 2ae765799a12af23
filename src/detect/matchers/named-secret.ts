import { isPlaceholder, looksLikeToken, TOKEN_LENGTH_MIN } from '../secret-value.ts';
import { endOfScheme } from './keyed-secret.ts';
import type { CandidateSpan, WholeValueMatcher } from './matcher.ts';

/** A whole value whose field is named like a password: anything that is no placeholder. */
export const passwordField: WholeValueMatcher = {
  how: 'whole',
  condition: { lengthMin: 1 },
  accepts(bytes: Uint8Array, start: number, end: number, span: CandidateSpan): boolean {
    span.start = start;
    span.end = end;
    return !isPlaceholder(bytes, start, end);
  },
};

/** A whole value whose field is named like a token, key or credential header, when it can be one. */
export const tokenField: WholeValueMatcher = {
  how: 'whole',
  condition: { lengthMin: TOKEN_LENGTH_MIN },
  accepts(bytes: Uint8Array, start: number, end: number, span: CandidateSpan): boolean {
    span.start = endOfScheme(bytes, start, end);
    span.end = end;
    return !isPlaceholder(bytes, span.start, end) && looksLikeToken(bytes, span.start, end);
  },
};
