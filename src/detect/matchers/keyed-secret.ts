import { byteAt, isSpace } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import { isPlaceholder, lookAt, looksLikeCode, looksLikeToken } from '../secret-value.ts';
import { Assignment, endsLine, extendValue, isPlainWord, readAssignment, readValue } from './assignment.ts';
import type { CandidateSpan, LiteralMatcher } from './matcher.ts';

// Keys that end like this hold something about the secret, not the secret.
const SUFFIXES_ABOUT: ReadonlySet<string> = new Set(
  (
    'type id ids name names url uri endpoint count length len limit limits size min max policy policies ' +
    'expires ' +
    'expiry expiration expired ttl age at in on date time timestamp file filename path dir field fields ' +
    'label hint ' +
    'prompt reset enabled required algorithm alg format regex pattern version status error errors ' +
    'message msg ' +
    'placeholder description title help form input column table index scope scopes class manager ' +
    'provider service ' +
    'store handler helper util utils validator encoder changed updated created used usage attempts ' +
    'strength ' +
    'confirmation link button page mode level prefix suffix source rotation request response'
  ).split(' '),
);
const HASH_SUFFIXES: ReadonlySet<string> = new Set([
  'hash',
  'digest',
  'checksum',
  'sha',
  'sha1',
  'sha256',
  'md5',
  'fingerprint',
]);
const CONDITION = {
  lengthMin: 7,
  any: ShapeFlag.colon | ShapeFlag.assign | ShapeFlag.space,
} as const;
const PASSWORD_MIN = 3;

const assignment: Assignment = new Assignment();

/**
 * The value of a key that says it is a password: any value, unless it is a placeholder or code. In
 * prose ("password: required") a plain word counts only where it ends the line.
 *
 * @param keywords - What the key contains: `password`, `pwd`.
 */
export function createKeyedPassword(keywords: readonly string[]): LiteralMatcher {
  return createKeyed(keywords, (bytes, value, end) => {
    if (SUFFIXES_ABOUT.has(value.suffix)) return false;
    return isPassword(bytes, value, end);
  });
}

/**
 * The value of a key that says it is a token, key or secret: text in one piece that can be one.
 *
 * @param keywords - What the key contains: `token`, `api_key`.
 */
export function createKeyedToken(keywords: readonly string[]): LiteralMatcher {
  return createKeyed(keywords, (bytes, value) => {
    if (SUFFIXES_ABOUT.has(value.suffix) || HASH_SUFFIXES.has(value.suffix)) return false;
    if (!value.isQuoted && looksLikeCode(bytes, value.valueStart, value.valueEnd)) return false;
    return looksLikeToken(bytes, value.valueStart, value.valueEnd);
  });
}

function createKeyed(
  keywords: readonly string[],
  accepts: (bytes: Uint8Array, value: Assignment, end: number) => boolean,
): LiteralMatcher {
  return {
    how: 'literal',
    literals: keywords,
    condition: CONDITION,
    at(
      bytes: Uint8Array,
      literalStart: number,
      literalEnd: number,
      start: number,
      end: number,
      span: CandidateSpan,
    ): boolean {
      if (!readAssignment(bytes, literalStart, literalEnd, start, end, assignment)) return false;
      skipScheme(bytes, end, assignment);
      if (isPlaceholder(bytes, assignment.valueStart, assignment.valueEnd)) return false;
      if (!accepts(bytes, assignment, end)) return false;
      span.start = assignment.valueStart;
      span.end = extendValue(bytes, end, assignment);
      return true;
    },
  };
}

function isPassword(bytes: Uint8Array, value: Assignment, end: number): boolean {
  const { valueStart, valueEnd, sign, isQuoted } = value;
  if (valueEnd - valueStart < PASSWORD_MIN) return false;
  if (isQuoted) return true;
  if (looksLikeCode(bytes, valueStart, valueEnd)) return false;
  switch (sign) {
    case 'equals':
    case 'element':
    case 'option':
      return true;
    case 'colon':
      return !isPlainWord(bytes, valueStart, valueEnd) || endsLine(bytes, valueEnd, end);
    case 'word':
      return !isPlainWord(bytes, valueStart, valueEnd) && lookAt(bytes, valueStart, valueEnd).hasDigit;
    default: {
      const unknown: never = sign;
      return unknown;
    }
  }
}

const SCHEMES: readonly string[] = ['bearer', 'basic', 'token', 'digest', 'apikey'];

/**
 * @returns The end of an HTTP authentication scheme and its spaces at `from` (RFC 9110 section 11.1), or
 * `from`.
 */
export function endOfScheme(bytes: Uint8Array, from: number, end: number): number {
  for (const scheme of SCHEMES) {
    let matched = 0;
    while (
      matched < scheme.length &&
      (byteAt(bytes, from + matched, end) | 0x20) === scheme.charCodeAt(matched)
    )
      matched++;
    if (matched < scheme.length || byteAt(bytes, from + matched, end) !== 0x20) continue;
    let at = from + matched;
    while (at < end && at - from < 16 && isSpace(bytes[at]!)) at++;
    return at;
  }
  return from;
}

/** `Authorization: Bearer value`: the scheme is not the secret. */
function skipScheme(bytes: Uint8Array, end: number, value: Assignment): void {
  const last = value.isQuoted ? value.valueEnd : end;
  const at = endOfScheme(bytes, value.valueStart, last);
  if (at === value.valueStart) return;
  if (value.isQuoted) value.valueStart = at;
  else readValue(bytes, at, end, value);
}

const BEARER_MIN = 16;

/** `Bearer value` without a header name before it (RFC 6750 section 2.1). */
export const bearerToken: LiteralMatcher = {
  how: 'literal',
  literals: ['bearer '],
  condition: { lengthMin: BEARER_MIN + 7, all: ShapeFlag.space },
  at(
    bytes: Uint8Array,
    _literalStart: number,
    literalEnd: number,
    _start: number,
    end: number,
    span: CandidateSpan,
  ): boolean {
    if (!readValue(bytes, literalEnd, end, assignment) || assignment.isQuoted) return false;
    const { valueStart, valueEnd } = assignment;
    if (valueEnd - valueStart < BEARER_MIN || isPlaceholder(bytes, valueStart, valueEnd)) return false;
    if (!looksLikeToken(bytes, valueStart, valueEnd)) return false;
    span.start = valueStart;
    span.end = extendValue(bytes, end, assignment);
    return true;
  },
};
