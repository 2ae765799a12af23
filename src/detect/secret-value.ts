import { byteAt, isAlnum, isDigit, isLetter, isLower, isSpace, isUpper } from '../scan/byte-class.ts';
import { entropyOf } from './randomness.ts';

// Placeholders and words that stand where a secret would; compared in lower case.
const STOP_VALUES: ReadonlySet<string> = new Set(
  (
    'null nil none undefined nan true false yes no on off n/a na unknown empty default todo tbd test-only ' +
    'changeme change_me change-me changeit replaceme replace_me placeholder redacted masked hidden ' +
    'removed filtered ' +
    'password passwd pwd passphrase secret token apikey api_key api-key access_token client_secret ' +
    'credentials key ' +
    'your_password your-password yourpassword your_token your-token your_api_key your-api-key ' +
    'your_secret your-secret ' +
    'string str text varchar char bytes number int integer object bool boolean any void self this ' +
    'required optional enabled disabled missing invalid incorrect wrong expired valid reset changed ' +
    'updated forgotten ' +
    'must is was not the and or for with please enter here your a an in to of'
  ).split(' '),
);
const STOP_VALUE_MAX = 24;

/** @returns The bytes in lower case, for short spans only: it allocates. */
export function lowerText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    text += String.fromCharCode(isUpper(byte) ? byte | 0x20 : byte);
  }
  return text;
}

/**
 * Says whether `bytes[start, end)` stands for a secret instead of being one: empty, `null`, `changeme`,
 * `${VARIABLE}`, `{{ template }}`, `<your password>`, `%s`, or the same byte over and over (`****`).
 */
export function isPlaceholder(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length === 0 || isOneByte(bytes, start, end)) return true;
  if (length <= STOP_VALUE_MAX && STOP_VALUES.has(lowerText(bytes, start, end))) return true;
  return isReference(bytes, start, end);
}

function isOneByte(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start + 1; at < end; at++) if (bytes[at] !== bytes[start]) return false;
  return true;
}

/** Variables and templates, wrapped whole: what they name is not in the value. */
function isReference(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start]!;
  const second = byteAt(bytes, start + 1, end);
  const last = bytes[end - 1]!;
  switch (first) {
    case 0x24: // $VAR ${VAR} $(command) $$
      if (second === 0x7b) return last === 0x7d;
      if (second === 0x28) return last === 0x29;
      return isVariableName(bytes, start + 1, end);
    case 0x7b: // {{ template }} {name}
      return last === 0x7d && (second === 0x7b || isVariableName(bytes, start + 1, end - 1));
    case 0x3c: // <your password>
      return last === 0x3e;
    case 0x5b: // [REDACTED]
      return last === 0x5d && isVariableName(bytes, start + 1, end - 1);
    case 0x25: // %s %d %(name)s %VAR%
      if (second === 0x28) return true;
      return end - start === 2 || (last === 0x25 && isVariableName(bytes, start + 1, end - 1));
    default:
      return false;
  }
}

/** Upper-case or lower-case throughout, as variables are written; passwords mix. */
function isVariableName(bytes: Uint8Array, start: number, end: number): boolean {
  let hasUpper = false;
  let hasLower = false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (isUpper(byte)) hasUpper = true;
    else if (isLower(byte)) hasLower = true;
    else if (!(byte === 0x5f || (isDigit(byte) && at > start))) return false;
  }
  return end > start && hasUpper !== hasLower && !isDigit(bytes[end - 1]!);
}

/** What is told about a value by looking at each of its bytes once. */
export interface ValueLook {
  hasDigit: boolean;
  hasUpper: boolean;
  hasLower: boolean;
  /** Anything but letters and digits. */
  hasOther: boolean;
  hasSpace: boolean;
}

/** @returns Which kinds of bytes occur in `bytes[start, end)`. */
export function lookAt(bytes: Uint8Array, start: number, end: number): ValueLook {
  const look = { hasDigit: false, hasUpper: false, hasLower: false, hasOther: false, hasSpace: false };
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (isDigit(byte)) look.hasDigit = true;
    else if (isUpper(byte)) look.hasUpper = true;
    else if (isLower(byte)) look.hasLower = true;
    else if (isSpace(byte)) look.hasSpace = true;
    else look.hasOther = true;
  }
  return look;
}

/**
 * Says whether unquoted text is code that yields a value elsewhere: a call (`getToken()`), a member
 * (`config.password`, `process.env.TOKEN`), an index (`args[0]`), an address of a variable (`&password`).
 */
export function looksLikeCode(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  if (byteAt(bytes, at, end) === 0x26 || byteAt(bytes, at, end) === 0x2a) at++;
  if (!isLetter(byteAt(bytes, at, end)) && byteAt(bytes, at, end) !== 0x5f) return false;
  let dots = 0;
  let digits = 0;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === 0x28) return true; // (
    if (byte === 0x5b) return dots > 0 || isAlnum(bytes[at - 1]!); // [
    if (byte === 0x2e) dots++;
    else if (isDigit(byte)) digits++;
    else if (!isLetter(byte) && byte !== 0x5f) return false;
  }
  return dots > 0 && digits === 0;
}

const TOKEN_LENGTH_MIN = 8;
// Words and identifiers of 16 letters stay below this; random letters reach it from 16 on.
const LETTERS_ENTROPY_MIN = 3.4;
const LETTERS_LENGTH_MIN = 16;

/**
 * Says whether text that a key calls a token or key can be one: long enough, in one piece, and not
 * just a word, a number, a path or a URL.
 */
export function looksLikeToken(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < TOKEN_LENGTH_MIN) return false;
  const look = lookAt(bytes, start, end);
  if (look.hasSpace || isPathOrUrl(bytes, start, end)) return false;
  const hasLetter = look.hasUpper || look.hasLower;
  if (!hasLetter) return look.hasDigit && length >= LETTERS_LENGTH_MIN && entropyOf(bytes, start, end) > 2.5;
  if (look.hasDigit) return !isNumbered(bytes, start, end);
  return (
    length >= LETTERS_LENGTH_MIN &&
    look.hasUpper &&
    look.hasLower &&
    !isWords(bytes, start, end) &&
    entropyOf(bytes, start, end) >= LETTERS_ENTROPY_MIN
  );
}

/** `token_1`, `my-secret-2`: words with a number at their end. */
function isNumbered(bytes: Uint8Array, start: number, end: number): boolean {
  let last = end;
  while (last > start && isDigit(bytes[last - 1]!)) last--;
  if (end - last > 3) return false;
  for (let at = start; at < last; at++) {
    const byte = bytes[at]!;
    if (!isLower(byte) && byte !== 0x5f && byte !== 0x2d && byte !== 0x2e) return false;
  }
  const separator = byteAt(bytes, last - 1, end);
  return separator === 0x5f || separator === 0x2d || separator === 0x2e;
}

function isPathOrUrl(bytes: Uint8Array, start: number, end: number): boolean {
  let slashes = 0;
  let dots = 0;
  for (let at = start; at < end; at++) {
    if (bytes[at] === 0x2e) dots++;
    if (bytes[at] !== 0x2f) continue;
    slashes++;
    if (bytes[at - 1] === 0x3a && at > start && byteAt(bytes, at + 1, end) === 0x2f) return true; // ://
  }
  const first = bytes[start]!;
  const isRooted = first === 0x2f || first === 0x2e || first === 0x7e; // / . ~
  return slashes > 0 && (isRooted ? slashes > 1 || dots > 0 : dots > 0 && slashes >= dots);
}

/** CamelCase or dashed words: runs of lower-case letters of at least 3 on average. */
function isWords(bytes: Uint8Array, start: number, end: number): boolean {
  let starts = 1;
  for (let at = start + 1; at < end; at++) {
    const byte = bytes[at]!;
    if (!isLower(byte) && (isLower(bytes[at - 1]!) || isUpper(bytes[at - 1]!))) starts++;
  }
  return (end - start) / starts >= 4;
}
