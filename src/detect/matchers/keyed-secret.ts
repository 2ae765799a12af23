import { byteAt, isSpace } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import { looksLikeCode, looksLikeVariable } from '../code-value.ts';
import { strangenessOf } from '../randomness.ts';
import { isPlaceholder, isPlainText, lookAt, looksLikeKey, looksLikeToken } from '../secret-value.ts';
import {
  continuesAsCode,
  endsLine,
  extendValue,
  isNumber,
  isPlainWord,
  readValue,
} from './assigned-value.ts';
import { Assignment, readAssignment } from './assignment.ts';
import type { CandidateSpan, LiteralMatcher } from './matcher.ts';

const CONDITION = {
  lengthMin: 7,
  any: ShapeFlag.colon | ShapeFlag.assign | ShapeFlag.space,
} as const;
const PASSWORD_MIN = 3;
// `pass` and `pw` are other words, too.
const SHORT_KEY = 4;
// Of what may as well be a word in a sentence or an identifier.
const STRANGE_WORD = 5.4;
// Of what stands bare after a key and a blank: names of functions and macros reach 6.
const STRANGE_BARE = 6.3;

const assignment: Assignment = new Assignment();

/**
 * The value of a key that says it is a password: any value, unless it stands for one or is code. In prose
 * ("password: required") a plain word counts only where it ends the line.
 *
 * @param keywords - What the key contains: `password`, `pwd`.
 */
export function createKeyedPassword(keywords: readonly string[]): LiteralMatcher {
  return createKeyed(keywords, isPassword);
}

/**
 * The value of a key that says it is a token or secret: text in one piece that can be one.
 *
 * @param keywords - What the key contains: `token`, `api_key`.
 */
export function createKeyedToken(keywords: readonly string[]): LiteralMatcher {
  return createKeyed(keywords, (bytes, value, end) => isToken(bytes, value, end, looksLikeToken));
}

/**
 * The value of a key that says no more than `key` or `auth`: text that is random beyond doubt.
 *
 * @param keywords - What the key contains: `_key`.
 */
export function createKeyedKey(keywords: readonly string[]): LiteralMatcher {
  return createKeyed(
    keywords,
    (bytes, value, end) => isToken(bytes, value, end, looksLikeKey) && isSureOfKey(bytes, value),
  );
}

// Of a key called no more than "key": ids, names and digests are called so, too.
const BARE_KEY_MIN = 32;

function isSureOfKey(
  bytes: Uint8Array,
  { key, keyStart, keyEnd, valueStart, valueEnd }: Assignment,
): boolean {
  if (key.start < keyStart || keyEnd - keyStart > 3) return true;
  const { uppers, lowers, digits } = lookAt(bytes, valueStart, valueEnd);
  return valueEnd - valueStart >= BARE_KEY_MIN && uppers > 2 && lowers > 2 && digits > 1;
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
      if (assignment.key.isAbout) return false;
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
  if (valueEnd - valueStart < PASSWORD_MIN || isPlainText(bytes, valueStart, valueEnd)) return false;
  if (sign === 'pair' && !value.isNamedValue) return isQuoted && looksLikeKey(bytes, valueStart, valueEnd);
  if (value.keyEnd - value.keyStart <= SHORT_KEY && !isSureOfShortKey(bytes, value)) return false;
  if (sign === 'call' || sign === 'word') {
    const { digits, others } = lookAt(bytes, valueStart, valueEnd);
    if (digits + others === 0 && (sign === 'word' || !isStrange(bytes, valueStart, valueEnd))) return false;
  }
  if (isQuoted) return !isQuotedReference(bytes, valueStart, valueEnd);
  return isBarePassword(bytes, value, end);
}

/** Not `pass: 12/15`, `pass "--quiet" down`, `PWD=/srv/ada`, `bandPassFilter = "low"`. */
function isSureOfShortKey(
  bytes: Uint8Array,
  { key, keyStart, valueStart, valueEnd, sign }: Assignment,
): boolean {
  if (!key.isLast || sign === 'blank') return false;
  return key.start < keyStart || lookAt(bytes, valueStart, valueEnd).letters > 0;
}

function isBarePassword(bytes: Uint8Array, value: Assignment, end: number): boolean {
  const { valueStart, valueEnd, sign, isTight } = value;
  if (looksLikeCode(bytes, valueStart, valueEnd)) return false;
  if (isNumber(bytes, valueStart, valueEnd) && !isTight && sign !== 'colon') return false;
  switch (sign) {
    case 'equals':
      return isTight || !isVariable(bytes, value, end);
    case 'colon':
      if (isVariable(bytes, value, end)) return false;
      return (
        isTight ||
        !isPlainWord(bytes, valueStart, valueEnd) ||
        endsLine(bytes, valueEnd, end) ||
        isStrange(bytes, valueStart, valueEnd)
      );
    case 'element':
    case 'option':
    case 'word':
      return true;
    case 'compare':
    case 'blank':
    case 'call':
    case 'pair':
      return false;
    default: {
      const unknown: never = sign;
      return unknown;
    }
  }
}

/** `password = newpw,`: an identifier in a line of code. */
function isVariable(bytes: Uint8Array, value: Assignment, end: number): boolean {
  if (!looksLikeVariable(bytes, value.valueStart, value.valueEnd)) return false;
  return continuesAsCode(bytes, value.valueEnd, end);
}

function isStrange(bytes: Uint8Array, start: number, end: number): boolean {
  return strangenessOf(bytes, start, end) >= STRANGE_WORD;
}

/**
 * `"$password"`, `"#password"`: a variable inside quotes, or the name of an element of a page;
 * `").strip()`: what comes after a text that ends in a key, `"Password: "`.
 */
function isQuotedReference(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start]!;
  const second = byteAt(bytes, start + 1, end);
  if (first === 0x29 || first === 0x2c)
    return second <= 0x20 || (second >= 0x29 && second <= 0x2e) || second === 0x3b;
  if (first !== 0x24 && first !== 0x23 && first !== 0x40 && first !== 0x3a && first !== 0x2e) return false;
  return looksLikeVariable(bytes, start + 1, end);
}

function isToken(
  bytes: Uint8Array,
  value: Assignment,
  end: number,
  looksRight: (bytes: Uint8Array, start: number, end: number) => boolean,
): boolean {
  const { key, valueStart, valueEnd, sign, isQuoted, isTight } = value;
  if (key.isHash) return false;
  if (sign === 'blank' || sign === 'word' || sign === 'pair' || sign === 'call') {
    if (!isQuoted && (sign !== 'blank' || strangenessOf(bytes, valueStart, valueEnd) < STRANGE_BARE))
      return false;
    return looksRight(bytes, valueStart, valueEnd) && looksLikeKey(bytes, valueStart, valueEnd);
  }
  if (isQuoted) return looksRight(bytes, valueStart, valueEnd);
  if (sign === 'compare' || looksLikeCode(bytes, valueStart, valueEnd)) return false;
  if (isNumber(bytes, valueStart, valueEnd) && !isTight) return false;
  return !isVariable(bytes, value, end) && looksRight(bytes, valueStart, valueEnd);
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
