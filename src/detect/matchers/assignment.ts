import { byteAt, byteBefore, isDigit, isSpace, isTokenByte, isWord } from '../../scan/byte-class.ts';
import { AssignedValue, isQuote, isTypeMark, isWordAt, readValue, skipBlanks } from './assigned-value.ts';
import { endOfKey, isWordStart, KeyName, readKeyName } from './key-name.ts';

/** How key and value were tied together, as far as it tells how sure we may be. */
export type AssignmentSign =
  | 'equals' // password=value, password => value
  | 'colon' // password: value
  | 'compare' // password == "value"
  | 'element' // <password>value</password>
  | 'word' // password is value, password to value
  | 'option' // --password value
  | 'blank' // PASSWORD 'value'
  | 'call' // setPassword("value")
  | 'pair'; // 'password', 'value'; name="password" value="value"

/** A key with its value, found in text. Reused by its owner. */
export class Assignment extends AssignedValue {
  readonly key: KeyName = new KeyName();
  /** First byte of the keyword, which may be in the middle of the key. */
  keyStart = 0;
  keyEnd = 0;
  sign: AssignmentSign = 'equals';
  /** The sign touches key and value: `PASSWORD=value`, as files of settings have it. */
  isTight = false;
  /** In a pair: the value is named so, `value="..."`. */
  isNamedValue = false;
}

// Keywords this short occur inside other words ("bypass"), so they must begin one.
const SHORT_KEYWORD = 4;
const CLOSERS_MAX = 6;
const TYPE_MAX = 32;
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
  const nameEnd = endOfKey(bytes, keyEnd, end);
  if (nameEnd < 0) return false;
  const valueStart = readSign(bytes, keyStart, nameEnd, start, end, into);
  if (valueStart < 0 || !readValue(bytes, valueStart, start, end, into)) return false;
  into.keyStart = keyStart;
  into.keyEnd = keyEnd;
  readKeyName(bytes, keyStart, keyEnd, nameEnd, start, into.key);
  return true;
}

/** @returns Where the value (or its quote) begins, or -1. */
function readSign(
  bytes: Uint8Array,
  keyStart: number,
  nameEnd: number,
  start: number,
  end: number,
  into: Assignment,
): number {
  const afterKey = skipClosers(bytes, nameEnd, end);
  const at = skipBlanks(bytes, afterKey, end);
  const byte = byteAt(bytes, at, end);
  into.isTight = at === afterKey;
  switch (byte) {
    case 0x3d: // =
    case 0x3a: // :
    case 0x21: // !=
      return readMark(bytes, at, end, into);
    case 0x3e: // >
      into.sign = 'element';
      return at === nameEnd && hasOpenTag(bytes, keyStart, start) ? at + 1 : -1;
    case 0x28: // (
      into.sign = 'call';
      return at === nameEnd && isQuote(byteAt(bytes, at + 1, end)) ? at + 1 : -1;
    default:
      return readLooseSign(bytes, keyStart, nameEnd, at, start, end, into);
  }
}

/** `=` `:` `:=` `=>` `==` `===` `!=` `!==`, and `: Type =`. */
function readMark(bytes: Uint8Array, from: number, end: number, into: Assignment): number {
  const first = bytes[from]!;
  let at = from + 1;
  while (first === 0x3a && at - from < 3 && bytes[at] === first && at < end) at++; // :::=
  const marks = at;
  while (at < end && at - marks < 2 && (bytes[at] === 0x3d || bytes[at] === 0x3e)) at++;
  const length = at - from;
  if (first === 0x21 && length === 1) return -1;
  const isArrow = bytes[at - 1] === 0x3e;
  const isComparison = first !== 0x3a && length > 1 && !isArrow;
  if (first === 0x3a && length > 1 && at === marks) return -1; // Namespace::member
  into.sign = isComparison ? 'compare' : first === 0x3d || length > 1 ? 'equals' : 'colon';
  const valueStart = skipBlanks(bytes, at, end);
  into.isTight = into.isTight && valueStart === at;
  if (byteAt(bytes, valueStart, end) === 0x0a || byteAt(bytes, valueStart, end) === 0x0d)
    return nextLineQuote(bytes, valueStart, end);
  if (into.sign !== 'colon') return valueStart;
  const inBlock = startOfBlock(bytes, valueStart, end);
  if (inBlock >= 0) return inBlock;
  const afterType = endOfType(bytes, valueStart, end);
  if (afterType < 0) return valueStart;
  into.sign = 'equals';
  return afterType;
}

const INDENT_MAX = 64;

/** A quoted value may stand on the line after its sign. */
function nextLineQuote(bytes: Uint8Array, from: number, end: number): number {
  const at = skipSpaces(bytes, from, end);
  return isQuote(byteAt(bytes, at, end)) ? at : -1;
}

/** YAML's block scalars (`: |`, `: >-`): the value is on the next line. */
function startOfBlock(bytes: Uint8Array, from: number, end: number): number {
  const mark = byteAt(bytes, from, end);
  if (mark !== 0x7c && mark !== 0x3e) return -1;
  const hasChomp = byteAt(bytes, from + 1, end) === 0x2d || byteAt(bytes, from + 1, end) === 0x2b;
  const at = from + (hasChomp ? 2 : 1);
  return byteAt(bytes, at, end) === 0x0a ? skipSpaces(bytes, at, end) : -1;
}

function skipSpaces(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && at - from < INDENT_MAX && isSpace(bytes[at]!)) at++;
  return at;
}

/** `: String = "value"`: only where a quote follows. */
function endOfType(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && at - from < TYPE_MAX && (isWord(bytes[at]!) || isTypeMark(bytes[at]!))) at++;
  if (at === from) return -1;
  at = skipBlanks(bytes, at, end);
  if (byteAt(bytes, at, end) !== 0x3d) return -1;
  at = skipBlanks(bytes, at + 1, end);
  return isQuote(byteAt(bytes, at, end)) ? at : -1;
}

/** Nothing but blanks, a comma, a word or an attribute between key and value. */
function readLooseSign(
  bytes: Uint8Array,
  keyStart: number,
  nameEnd: number,
  at: number,
  start: number,
  end: number,
  into: Assignment,
): number {
  const byte = byteAt(bytes, at, end);
  into.isNamedValue = false;
  const valueAt = endOfValueName(bytes, nameEnd, at, end);
  if (valueAt >= 0) {
    into.sign = 'pair';
    into.isNamedValue = bytes[valueAt - 1] !== 0x2c && bytes[valueAt - 1] !== 0x20;
    return valueAt;
  }
  if (byte === 0x2c && at === nameEnd) {
    // setopt(PASSWORD, "value")
    into.sign = 'pair';
    const quoteAt = skipBlanks(bytes, at + 1, end);
    return isQuote(byteAt(bytes, quoteAt, end)) ? quoteAt : -1;
  }
  if (at === nameEnd || at >= end || !isSpace(bytes[at - 1]!)) return -1;
  if (isOptionName(bytes, keyStart, start)) {
    into.sign = 'option';
    return at;
  }
  if (isQuote(byte)) {
    into.sign = 'blank';
    return at;
  }
  into.sign = 'blank';
  if (isTokenByte(byte) && at - nameEnd > 0 && hasDigitSoon(bytes, at, end)) return at;
  const wordLength = lengthOfVerb(bytes, at, end);
  if (wordLength === 0) return -1;
  into.sign = 'word';
  return skipBlanks(bytes, at + wordLength, end);
}

/** `password is value`, `changed the password to value`. */
function lengthOfVerb(bytes: Uint8Array, at: number, end: number): number {
  if (isWordAt(bytes, at, end, 'is ') || isWordAt(bytes, at, end, 'to ')) return 2;
  return isWordAt(bytes, at, end, 'was ') ? 3 : 0;
}

/** A word without a digit near its beginning is prose. */
function hasDigitSoon(bytes: Uint8Array, from: number, end: number): boolean {
  const last = Math.min(end, from + NEXT_KEY_MAX);
  for (let at = from; at < last && bytes[at]! > 0x20; at++) if (isDigit(bytes[at]!)) return true;
  return false;
}

/**
 * After a quoted key: `, 'value'`, `, "value": "..."`, ` value="..."`.
 *
 * @returns Where the value's quote is, or -1.
 */
function endOfValueName(bytes: Uint8Array, nameEnd: number, from: number, end: number): number {
  if (!isQuote(byteAt(bytes, nameEnd, end))) return -1;
  let at = from;
  if (byteAt(bytes, at, end) === 0x2c) at = skipBlanks(bytes, at + 1, end);
  else if (at === nameEnd + 1) return -1;
  const isComma = bytes[at - 1] === 0x2c || bytes[from] === 0x2c;
  if (isComma && isQuote(byteAt(bytes, at, end)) && !isWordAt(bytes, at + 1, end, 'value')) return at;
  if (isQuote(byteAt(bytes, at, end))) at++;
  if (!isWordAt(bytes, at, end, 'value')) return -1;
  at += 5;
  if (isQuote(byteAt(bytes, at, end))) at++;
  at = skipBlanks(bytes, at, end);
  if (byteAt(bytes, at, end) !== 0x3d && byteAt(bytes, at, end) !== 0x3a) return -1;
  at = skipBlanks(bytes, at + 1, end);
  return isQuote(byteAt(bytes, at, end)) ? at : -1;
}

function isOptionName(bytes: Uint8Array, keyStart: number, start: number): boolean {
  let at = keyStart;
  while (at > start && keyStart - at < NEXT_KEY_MAX && isTokenByte(bytes[at - 1]!)) at--;
  const before = byteBefore(bytes, at, start);
  return bytes[at] === 0x2d && (before > 0xff || isSpace(before));
}

/** `<password>`, `<db:password>`, but not `user:<password>@host`, which is no element. */
function hasOpenTag(bytes: Uint8Array, keyStart: number, start: number): boolean {
  let at = keyStart;
  while (
    at > start &&
    keyStart - at < NEXT_KEY_MAX &&
    (isTokenByte(bytes[at - 1]!) || bytes[at - 1] === 0x3a)
  )
    at--;
  const beforeTag = byteBefore(bytes, at - 1, start);
  return byteBefore(bytes, at, start) === 0x3c && beforeTag !== 0x3a && beforeTag !== 0x40;
}

/**
 * What closes a quoted, indexed or emphasised key: `"password"`, `\"password\"`, `['password']`,
 * `**password**`.
 */
function skipClosers(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && at - from < CLOSERS_MAX) {
    const byte = bytes[at]!;
    const isCloser = isQuote(byte) || byte === 0x5c || byte === 0x5d || byte === 0x5b || byte === 0x2a;
    if (isCloser) at++;
    else if (byte === 0x26 && isWordAt(bytes, at + 1, end, 'quot;')) at += 6;
    else break;
  }
  return at;
}
