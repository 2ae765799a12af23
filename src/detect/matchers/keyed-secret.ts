import { byteAt, isSpace } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import { looksLikeCode, looksLikeVariable } from '../code-value.ts';
import { strangenessOf } from '../randomness.ts';
import {
  isPlaceholder,
  isPlainText,
  isWordByWord,
  lookAt,
  looksLikeKey,
  looksLikeToken,
} from '../secret-value.ts';
import { isWeakPassword } from '../weak-passwords.ts';
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
import { endOfSetting } from './settings-line.ts';

const CONDITION = {
  lengthMin: 7,
  any: ShapeFlag.colon | ShapeFlag.assign | ShapeFlag.space,
} as const;
const PASSWORD_MIN = 3;
// Fewer digits in a sentence tell of a password: "is 8-16 characters long".
const NUMBER_MIN = 6;
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
      const { isNested, valueStart, valueEnd } = assignment;
      if (isNested && isWordByWord(bytes, valueStart, valueEnd)) return false;
      skipScheme(bytes, start, end, assignment);
      if (isPlaceholder(bytes, assignment.valueStart, assignment.valueEnd)) return false;
      if (!accepts(bytes, assignment, end)) return false;
      span.start = assignment.valueStart;
      span.end = extendValue(bytes, start, end, assignment);
      if (assignment.sign === 'equals' && assignment.isTight && !assignment.isQuoted)
        span.end = endOfSetting(bytes, assignment.key.start, span.end, start, end);
      return true;
    },
  };
}

function isPassword(bytes: Uint8Array, value: Assignment, end: number): boolean {
  const { valueStart, valueEnd } = value;
  if (isToldWeak(bytes, value)) return true;
  if (valueEnd - valueStart < PASSWORD_MIN || !mayBePassword(bytes, value, end)) return false;
  return !isPlainText(bytes, valueStart, valueEnd);
}

/** `password: letmein`, `the password is dragon1`: told, neither compared with nor passed to a call. */
function isToldWeak(bytes: Uint8Array, value: Assignment): boolean {
  const { sign, valueStart, valueEnd } = value;
  const isTold = sign === 'equals' || sign === 'colon' || sign === 'word' || sign === 'option';
  return isTold && value.key.isLast && isWeakPassword(bytes, valueStart, valueEnd);
}

/** Everything but the words of the value, which take longest to look at. */
function mayBePassword(bytes: Uint8Array, value: Assignment, end: number): boolean {
  const { valueStart, valueEnd, sign, isQuoted } = value;
  if (sign === 'pair' && !value.isNamedValue) return isQuoted && looksLikeKey(bytes, valueStart, valueEnd);
  if (value.keyEnd - value.keyStart <= SHORT_KEY && !isSureOfShortKey(bytes, value)) return false;
  if (sign === 'call' || sign === 'word') {
    const { digits, letters, others } = lookAt(bytes, valueStart, valueEnd);
    if (digits + others === 0 && (sign === 'word' || !isStrange(bytes, valueStart, valueEnd))) return false;
    if (letters === 0 && digits < NUMBER_MIN) return false;
    if (sign === 'word' && isUrl(bytes, valueStart, valueEnd)) return false;
  }
  if (isQuoted) return !isQuotedReference(bytes, valueStart, valueEnd);
  return isBarePassword(bytes, value, end);
}

function isUrl(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++)
    if (bytes[at] === 0x3a) return byteAt(bytes, at + 1, end) === 0x2f && byteAt(bytes, at + 2, end) === 0x2f;
  return false;
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
function skipScheme(bytes: Uint8Array, start: number, end: number, value: Assignment): void {
  const last = value.isQuoted ? value.valueEnd : end;
  const at = endOfScheme(bytes, value.valueStart, last);
  if (at === value.valueStart) return;
  if (value.isQuoted) value.valueStart = at;
  else readValue(bytes, at, start, end, value);
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
    start: number,
    end: number,
    span: CandidateSpan,
  ): boolean {
    if (!readValue(bytes, literalEnd, start, end, assignment) || assignment.isQuoted) return false;
    const { valueStart, valueEnd } = assignment;
    if (valueEnd - valueStart < BEARER_MIN || isPlaceholder(bytes, valueStart, valueEnd)) return false;
    if (!looksLikeToken(bytes, valueStart, valueEnd)) return false;
    span.start = valueStart;
    span.end = extendValue(bytes, start, end, assignment);
    return true;
  },
};
