import {
  byteAt,
  isAlnum,
  isDigit,
  isLetter,
  isSpace,
  isTokenByte,
  isUpper,
  isWord,
} from '../../scan/byte-class.ts';
import { WordSet } from '../word-set.ts';

/** A value beside a key, as text writes it. Reused by its owner. */
export class AssignedValue {
  valueStart = 0;
  valueEnd = 0;
  isQuoted = false;
  /** `valueEnd` is where judging ends, not the value. */
  isCut = false;
  /** The value holds signs of assignments itself, and is judged by no more than its first keys. */
  isNested = false;
}

// A value is judged by this much of it; what is accepted then extends to its real end.
const JUDGED_MAX = 512;
// Of a value that holds keys itself, less: each of them is looked at, and would be judged by all that follow.
const JUDGED_NESTED_MIN = 12;
const NESTED_SIGNS_MAX = 2;
const SPACES_MAX = 16;
const ESCAPES_MAX = 6;
const NEXT_KEY_MAX = 32;

/** Reads the value at `from`, quoted or not, into `into`; the text it is in begins at `start`. */
export function readValue(
  bytes: Uint8Array,
  from: number,
  start: number,
  end: number,
  into: AssignedValue,
): boolean {
  let at = skipWrappers(bytes, from, end);
  let escapes = 0;
  while (byteAt(bytes, at + escapes, end) === 0x5c && escapes < ESCAPES_MAX) escapes++;
  const quoteAt = isPrefixedQuote(bytes, at, end) ? at + 1 : at + escapes;
  const quote = byteAt(bytes, quoteAt, end);
  into.isQuoted = isQuote(quote);
  const braceEnd = quote === 0x7b ? endOfBraces(bytes, quoteAt, end) : 0;
  if (braceEnd > 0) {
    into.isQuoted = true;
    into.isCut = into.isNested = false;
    into.valueStart = quoteAt + 1;
    into.valueEnd = braceEnd;
    return true;
  }
  if (into.isQuoted) {
    at = quoteAt + 1;
    // Two backquotes in reStructuredText, three quotes in Python: all of them are the quote.
    if (byteAt(bytes, at, end) === quote && (quote === 0x60 || byteAt(bytes, at + 1, end) === quote))
      while (at - quoteAt < 3 && byteAt(bytes, at, end) === quote) at++;
    into.valueStart = at;
    into.valueEnd = endOfQuoted(bytes, at, end, quote, escapes > 0);
    into.isCut = into.isNested = false;
  } else {
    into.valueStart = at;
    into.valueEnd = endOfBare(bytes, at, Math.min(end, at + JUDGED_MAX), start, end, into);
  }
  return into.valueEnd > into.valueStart;
}

/** Extends an accepted bare value, of which only a part was judged, to its end. */
export function extendValue(bytes: Uint8Array, start: number, end: number, value: AssignedValue): number {
  return value.isCut ? endOfBare(bytes, value.valueStart, end, start, end, undefined) : value.valueEnd;
}

const BRACED_MAX = 128;

/**
 * ODBC quotes values with braces, `Pwd={p;w'9};`, those that hold a mark: a name in braces is a template.
 *
 * @returns Where the closing brace is, or 0.
 */
function endOfBraces(bytes: Uint8Array, from: number, end: number): number {
  const last = Math.min(end, from + BRACED_MAX);
  let hasMark = false;
  for (let at = from + 1; at < last; at++) {
    const byte = bytes[at]!;
    if (byte <= 0x20 || byte === 0x7b || byte === 0x22) return 0;
    if (byte === 0x7d) {
      const after = byteAt(bytes, at + 1, end);
      return hasMark && (after === 0x3b || after > 0xff || isQuote(after)) ? at : 0;
    }
    if (!isWord(byte) && !isTypeMark(byte) && byte !== 0x3a && byte !== 0x2d && byte !== 0x2c) hasMark = true;
  }
  return 0;
}

// Functions that look a secret up under a name, ask for it or tell of it.
const LOOKUPS: WordSet = new WordSet(
  'env getenv environ get getpass fetch find lookup prompt input read open load require include import file path ' +
    'config t tr gettext translate label describe it print printf println log error raise panic query select format ' +
    'sprintf field column hash encrypt crypt digest bcrypt validate check parse regex compile match replace split ' +
    'concat join index contains equals name option flag arg argument param define',
);
const WRAPPERS_MAX = 3;
const WRAPPER_NAME_MAX = 48;

/**
 * `Some("...")`, `[]byte("...")`, `new Secret("...")`, `Buffer.from('...')`: the value is what they are
 * given.
 */
function skipWrappers(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  for (let wrapper = 0; wrapper < WRAPPERS_MAX; wrapper++) {
    if (isWordAt(bytes, at, end, 'new ')) at = skipBlanks(bytes, at + 4, end);
    const nameStart = at;
    while (at < end && at - nameStart < WRAPPER_NAME_MAX && isWrapperName(bytes[at]!)) at++;
    if (at === nameStart || byteAt(bytes, at, end) !== 0x28) return from;
    if (isLookup(bytes, nameStart, at)) return from;
    at++;
    if (isQuote(byteAt(bytes, at, end)) || isPrefixedQuote(bytes, at, end)) return at;
  }
  return from;
}

function isWrapperName(byte: number): boolean {
  return isWord(byte) || isTypeMark(byte) || byte === 0x3a;
}

function isLookup(bytes: Uint8Array, from: number, to: number): boolean {
  let at = to;
  while (at > from && isLetter(bytes[at - 1]!)) {
    at--;
    if (isUpper(bytes[at]!) && at > from && !isUpper(bytes[at - 1]!)) break;
  }
  return LOOKUPS.has(bytes, at, to) || at === to;
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
    else if (byte === quote) {
      // Doubled inside the value, as SQL and connection strings write it: 'it''s'.
      if (!isEscaped && bytes[at + 1] === quote && isAlnum(byteAt(bytes, at + 2, end)) && at > from) {
        at++;
        continue;
      }
      let last = at;
      while (isEscaped && last > from && bytes[last - 1] === 0x5c) last--;
      return last;
    }
  }
  return end;
}

const LINE_BEFORE_MAX = 128;
const TAG_MAX = 48;

/**
 * A quote or `<` inside a bare value (`PASSWORD=Tr0ub'adour<3`): one that opens and closes nothing around the
 * value.
 */
function isInside(bytes: Uint8Array, from: number, at: number, start: number, end: number): boolean {
  const next = byteAt(bytes, at + 1, end);
  const isMiddle = isAlnum(next) || next === 0x21 || (next >= 0x23 && next <= 0x26) || next === 0x40;
  if (!isMiddle || at === from) return false;
  const byte = bytes[at]!;
  if (byte === 0x3c) return !isTag(bytes, at + 1, end);
  const first = Math.max(start, from - LINE_BEFORE_MAX);
  let quotes = 0;
  for (let before = from - 1; before >= first && bytes[before] !== 0x0a; before--)
    if (bytes[before] === byte) quotes++;
  return quotes % 2 === 0;
}

function isTag(bytes: Uint8Array, from: number, end: number): boolean {
  if (isDigit(bytes[from]!)) return false;
  const last = Math.min(end, from + TAG_MAX);
  for (let at = from; at < last && bytes[at] !== 0x0a; at++) if (bytes[at] === 0x3e) return true;
  return false;
}

/** @param judged - Where only a part is judged: learns whether it ends before the value does. */
function endOfBare(
  bytes: Uint8Array,
  from: number,
  last: number,
  start: number,
  end: number,
  judged: AssignedValue | undefined,
): number {
  let hasOpener = false;
  let signs = 0;
  let at = from;
  if (judged !== undefined) judged.isCut = judged.isNested = false;
  for (; at < last; at++) {
    const byte = bytes[at]!;
    if (judged !== undefined && (byte === 0x3d || byte === 0x3a) && ++signs >= NESTED_SIGNS_MAX) {
      if (at - from >= JUDGED_NESTED_MIN) {
        judged.isCut = judged.isNested = true;
        return at;
      }
    }
    if (byte <= 0x20) break;
    if ((isQuote(byte) || byte === 0x3c) && !isInside(bytes, from, at, start, end)) break;
    if (byte === 0x5c && isEscapedBlank(byteAt(bytes, at + 1, end))) break;
    if ((byte === 0x2c || byte === 0x3b || byte === 0x26) && isNextKey(bytes, at + 1, end)) break;
    if (byte === 0x28 || byte === 0x5b || byte === 0x7b) hasOpener = true;
  }
  if (at === last && last < end) {
    if (judged !== undefined) judged.isCut = true;
    return at;
  }
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
  return byte === 0x3d || byte === 0x3a || (at === from && (byte === 0x22 || byte === 0x27));
}

/** What closes the text around a value: `)`, `]`, `}`, `,`, `;`, `.`, `:`. */
function isTrailing(byte: number): boolean {
  return byte === 0x29 || byte === 0x5d || byte === 0x7d || isStop(byte);
}

function isStop(byte: number): boolean {
  return byte === 0x2c || byte === 0x3b || byte === 0x2e || byte === 0x3a;
}

/** @returns `true` when nothing but a closing mark or a line end follows the value. */
export function endsLine(bytes: Uint8Array, valueEnd: number, end: number): boolean {
  const byte = byteAt(bytes, valueEnd, end);
  if (byte > 0xff || byte === 0x0a || byte === 0x0d || byte === 0x5c) return true;
  return isTrailing(byte) && byte !== 0x2e;
}

/**
 * @returns `true` when what follows a bare value goes on as an expression or a list of arguments: `,` `;` `)`
 * right after it, `+` `?` `|` after a blank.
 */
export function continuesAsCode(bytes: Uint8Array, valueEnd: number, end: number): boolean {
  const byte = byteAt(bytes, valueEnd, end);
  if (byte === 0x2c || byte === 0x3b || byte === 0x29 || byte === 0x28 || byte === 0x5b) return true;
  const next = byteAt(bytes, skipBlanks(bytes, valueEnd, end), end);
  return next === 0x2b || next === 0x3f || next === 0x7c || next === 0x7b || next === 0x2e;
}

/** @returns `true` when the bytes are an identifier or several joined by dashes: letters, `_`, `-` alone. */
export function isPlainWord(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if ((!isWord(byte) && byte !== 0x2d) || isDigit(byte)) return false;
  }
  return true;
}

/** @returns `true` when the bytes are digits alone, with no more than a sign and dots. */
export function isNumber(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++)
    if (isAlnum(bytes[at]!) ? !isDigit(bytes[at]!) : bytes[at] !== 0x2e) return false;
  return true;
}

/** @returns `true` for what the names of types hold besides letters: `<` `>` `[` `]` `.` `?`. */
export function isTypeMark(byte: number): boolean {
  return byte === 0x3c || byte === 0x3e || byte === 0x5b || byte === 0x5d || byte === 0x2e || byte === 0x3f;
}

/** @returns `true` when the word, in lower case, stands at `at` in any case. */
export function isWordAt(bytes: Uint8Array, at: number, end: number, word: string): boolean {
  if (at + word.length > end) return false;
  for (let index = 0; index < word.length; index++)
    if ((bytes[at + index]! | 0x20) !== word.charCodeAt(index)) return false;
  return true;
}

/** @returns The first byte at or after `from` that is no space or tab; at most 16 are skipped. */
export function skipBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && at - from < SPACES_MAX && (bytes[at] === 0x20 || bytes[at] === 0x09)) at++;
  return at;
}

/** @returns `true` for `"`, `'` and the backquote. */
export function isQuote(byte: number): boolean {
  return byte === 0x22 || byte === 0x27 || byte === 0x60;
}
