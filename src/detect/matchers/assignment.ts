import {
  byteAt,
  byteBefore,
  isAlnum,
  isDigit,
  isLetter,
  isLower,
  isSpace,
  isTokenByte,
  isUpper,
  isWord,
} from '../../scan/byte-class.ts';
import { lowerText } from '../secret-value.ts';

/** How key and value were tied together, as far as it tells how sure we may be. */
export type AssignmentSign =
  | 'equals' // password=value, password => value
  | 'colon' // password: value
  | 'element' // <password>value</password>
  | 'word' // password is value
  | 'option'; // --password value, Bearer value

/** A key with its value, found in text. Reused by its owner. */
export class Assignment {
  valueStart = 0;
  valueEnd = 0;
  sign: AssignmentSign = 'equals';
  isQuoted = false;
  /**
   * Last word of what follows the keyword in the key, lower case: `expires` in `token_expires`; '' when
   * nothing does.
   */
  suffix = '';
}

// Keywords this short occur inside other words ("bypass"), so they must begin one.
const SHORT_KEYWORD = 4;
const SUFFIX_MAX = 32;
const SPACES_MAX = 16;
// A value is judged by this much of it; what is accepted then extends to its real end.
const JUDGED_MAX = 512;
const NEXT_KEY_MAX = 32;

/**
 * Reads `key = value` around a keyword at `bytes[keyStart, keyEnd)`.
 *
 * @returns `false` when there is no key or no value.
 */
export function readAssignment(
  bytes: Uint8Array,
  keyStart: number,
  keyEnd: number,
  start: number,
  end: number,
  into: Assignment,
): boolean {
  if (keyEnd - keyStart <= SHORT_KEYWORD && !isWordStart(bytes, keyStart, start)) return false;
  const suffixEnd = endOfSuffix(bytes, keyEnd, end);
  if (suffixEnd < 0) return false;
  into.suffix = suffixEnd === keyEnd ? '' : lastWord(bytes, keyEnd, suffixEnd);
  const isOption = isOptionName(bytes, keyStart, start);
  const valueStart = readSign(bytes, suffixEnd, end, isOption, into);
  return valueStart >= 0 && readValue(bytes, valueStart, end, into);
}

function isWordStart(bytes: Uint8Array, at: number, start: number): boolean {
  const before = byteBefore(bytes, at, start);
  return !isAlnum(before) || (isLower(before) && isUpper(bytes[at]!));
}

/** The key may go on as `password_hash`, `passwordHash`, `password1`; not as `secretary`. */
function endOfSuffix(bytes: Uint8Array, keyEnd: number, end: number): number {
  const first = byteAt(bytes, keyEnd, end);
  if (!isTokenByte(first)) return keyEnd;
  const isNewWord = !isLetter(first) || (isUpper(first) && isLower(bytes[keyEnd - 1]!));
  if (!isNewWord) return -1;
  let at = keyEnd;
  while (at < end && at - keyEnd <= SUFFIX_MAX && isTokenByte(bytes[at]!)) at++;
  return at - keyEnd > SUFFIX_MAX ? -1 : at;
}

function lastWord(bytes: Uint8Array, from: number, to: number): string {
  let at = to;
  while (at > from && isAlnum(bytes[at - 1]!)) {
    at--;
    if (isUpper(bytes[at]!) && at > from && isLower(bytes[at - 1]!)) break;
  }
  return lowerText(bytes, at, to);
}

function isOptionName(bytes: Uint8Array, keyStart: number, start: number): boolean {
  let at = keyStart;
  while (at > start && keyStart - at < SUFFIX_MAX && isTokenByte(bytes[at - 1]!)) at--;
  return bytes[at] === 0x2d && isSpaceOrNone(byteBefore(bytes, at, start));
}

function isSpaceOrNone(byte: number): boolean {
  return byte > 0xff || isSpace(byte);
}

/** @returns Where the value (or its quote) begins, or -1. */
function readSign(
  bytes: Uint8Array,
  keyEnd: number,
  end: number,
  isOption: boolean,
  into: Assignment,
): number {
  let at = keyEnd;
  // What closes a quoted or indexed key: "password", \"password\", ['password'].
  while (at < end && at - keyEnd < 4 && isKeyCloser(bytes[at]!)) at++;
  const afterKey = at;
  at = skipBlanks(bytes, at, end);
  const byte = byteAt(bytes, at, end);
  if (byte === 0x3d || byte === 0x3a) {
    into.sign = byte === 0x3d ? 'equals' : 'colon';
    at++;
    while (at < end && (bytes[at] === 0x3d || bytes[at] === 0x3e)) {
      into.sign = 'equals';
      at++;
    }
    return skipBlanks(bytes, at, end);
  }
  if (byte === 0x3e && at === keyEnd) {
    into.sign = 'element';
    return at + 1;
  }
  if (at === afterKey || at >= end) return -1;
  if (isOption) {
    into.sign = 'option';
    return at;
  }
  const word = lowerText(bytes, at, Math.min(end, at + 4));
  const wordLength = word.startsWith('is ') ? 2 : word === 'was ' ? 3 : 0;
  if (wordLength === 0) return -1;
  into.sign = 'word';
  return skipBlanks(bytes, at + wordLength, end);
}

function isKeyCloser(byte: number): boolean {
  return byte === 0x22 || byte === 0x27 || byte === 0x60 || byte === 0x5c || byte === 0x5d;
}

function skipBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && at - from < SPACES_MAX && (bytes[at] === 0x20 || bytes[at] === 0x09)) at++;
  return at;
}

/** Reads the value at `from`, quoted or not, into `into`. */
export function readValue(bytes: Uint8Array, from: number, end: number, into: Assignment): boolean {
  let at = from;
  const isEscaped = byteAt(bytes, at, end) === 0x5c;
  const quoteAt = isEscaped ? at + 1 : isPrefixedQuote(bytes, at, end) ? at + 1 : at;
  const quote = byteAt(bytes, quoteAt, end);
  into.isQuoted = quote === 0x22 || quote === 0x27 || quote === 0x60;
  if (into.isQuoted) {
    at = quoteAt + 1;
    into.valueStart = at;
    into.valueEnd = endOfQuoted(bytes, at, end, quote, isEscaped);
  } else {
    into.valueStart = at;
    into.valueEnd = endOfBare(bytes, at, Math.min(end, at + JUDGED_MAX), end);
  }
  return into.valueEnd > into.valueStart;
}

/** Extends an accepted bare value, of which only a part was judged, to its end. */
export function extendValue(bytes: Uint8Array, end: number, value: Assignment): number {
  return value.isQuoted || value.valueEnd - value.valueStart < JUDGED_MAX
    ? value.valueEnd
    : endOfBare(bytes, value.valueStart, end, end);
}

/** `b"..."`, `r'...'`, `@"..."`. */
function isPrefixedQuote(bytes: Uint8Array, at: number, end: number): boolean {
  const first = byteAt(bytes, at, end);
  const second = byteAt(bytes, at + 1, end);
  return (isLetter(first) || first === 0x40) && (second === 0x22 || second === 0x27);
}

/** A value whose quote never closes was cut off: it goes on to the end. */
function endOfQuoted(
  bytes: Uint8Array,
  from: number,
  end: number,
  quote: number,
  isEscaped: boolean,
): number {
  for (let at = from; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === 0x5c && !isEscaped) at++;
    else if (byte === quote) return isEscaped && bytes[at - 1] === 0x5c ? at - 1 : at;
  }
  return end;
}

function endOfBare(bytes: Uint8Array, from: number, last: number, end: number): number {
  let hasOpener = false;
  let at = from;
  for (; at < last; at++) {
    const byte = bytes[at]!;
    if (byte <= 0x20 || byte === 0x22 || byte === 0x27 || byte === 0x60 || byte === 0x3c) break;
    if (byte === 0x5c && isEscapedBlank(byteAt(bytes, at + 1, end))) break;
    if ((byte === 0x2c || byte === 0x3b || byte === 0x26) && isNextKey(bytes, at + 1, end)) break;
    if (byte === 0x28 || byte === 0x5b || byte === 0x7b) hasOpener = true;
  }
  if (at === last && last < end) return at;
  // A closing bracket belongs to the value when one was opened in it: ${NAME}.
  while (at > from && (hasOpener ? isStop(bytes[at - 1]!) : isTrailing(bytes[at - 1]!))) at--;
  return at;
}

/** `\n`, `\r`, `\t`, `\"` inside text that was escaped once more. */
function isEscapedBlank(byte: number): boolean {
  return byte === 0x6e || byte === 0x72 || byte === 0x74 || byte === 0x22 || byte === 0x27;
}

/**
 * After `,` `;` `&`: nothing, or another key with its sign. Otherwise the mark belongs to the value. Names
 * with a space in them are written with capitals (`;User Id=`).
 */
function isNextKey(bytes: Uint8Array, from: number, end: number): boolean {
  if (from >= end || isSpace(bytes[from]!)) return true;
  const maySpace = isUpper(bytes[from]!);
  let at = from;
  while (
    at < end &&
    at - from < NEXT_KEY_MAX &&
    (isTokenByte(bytes[at]!) || (maySpace && bytes[at] === 0x20))
  )
    at++;
  const byte = byteAt(bytes, at, end);
  return byte === 0x3d || byte === 0x3a || byte === 0x22 || byte === 0x27;
}

/** What closes the text around a value: `)`, `]`, `}`, `,`, `;`, `.`. */
function isTrailing(byte: number): boolean {
  return byte === 0x29 || byte === 0x5d || byte === 0x7d || isStop(byte);
}

function isStop(byte: number): boolean {
  return byte === 0x2c || byte === 0x3b || byte === 0x2e;
}

/** @returns `true` when nothing but a closing mark or a line end follows the value. */
export function endsLine(bytes: Uint8Array, valueEnd: number, end: number): boolean {
  const byte = byteAt(bytes, valueEnd, end);
  if (byte > 0xff || byte === 0x0a || byte === 0x0d || byte === 0x5c) return true;
  return isTrailing(byte) && byte !== 0x2e;
}

/** @returns `true` when the bytes are an identifier or several joined by dashes: letters, `_`, `-` alone. */
export function isPlainWord(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if ((!isWord(byte) && byte !== 0x2d) || isDigit(byte)) return false;
  }
  return true;
}
