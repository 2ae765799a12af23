import { byteAt, isAlnum, isDigit, isLetter, isLower, isSpace, isUpper, isWord } from '../scan/byte-class.ts';
import { plainWords } from './plain-words.ts';
import { relativeEntropy, strangenessOf } from './randomness.ts';
import { WordSet } from './word-set.ts';

// Placeholders and words that stand where a secret would, even in a field made for one.
const STOP_VALUES: WordSet = new WordSet(
  'null nil none undefined nan true false yes no on off na unknown empty default todo tbd changeme ' +
    'changeit replaceme placeholder redacted masked hidden removed filtered password passwd pwd passphrase ' +
    'secret token apikey accesstoken clientsecret credentials key yourpassword yourtoken yourapikey ' +
    'yoursecret string str text varchar char bytes number int integer object bool boolean any void self this ' +
    'required optional enabled disabled missing invalid incorrect wrong expired valid reset changed updated ' +
    'forgotten',
);
const PLAIN: WordSet = new WordSet(plainWords);
const STOP_VALUE_MAX = 24;

/**
 * Says whether `bytes[start, end)` stands for a secret instead of being one: empty, `null`, `change-me`,
 * `${VARIABLE}`, `{{ template }}`, `<your password>`, `%s`, or the same byte over and over (`****`).
 */
export function isPlaceholder(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length === 0) return true;
  if (length <= STOP_VALUE_MAX && isStopValue(bytes, start, end)) return true;
  return isReference(bytes, start, end);
}

const stopValue: Uint8Array = new Uint8Array(STOP_VALUE_MAX);

/** Compared without `_`, `-` and `/`. */
function isStopValue(bytes: Uint8Array, start: number, end: number): boolean {
  let size = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (isLetter(byte)) stopValue[size++] = byte;
    else if (byte !== 0x5f && byte !== 0x2d && byte !== 0x2f) return false;
  }
  return size > 0 && STOP_VALUES.has(stopValue, 0, size);
}

function isOneByte(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start + 1; at < end; at++) if (bytes[at] !== bytes[start]) return false;
  return true;
}

/**
 * Says whether the value is a variable or template, wrapped whole, whose content is elsewhere, or
 * filler of one byte.
 */
export function isReference(bytes: Uint8Array, start: number, end: number): boolean {
  if (isOneByte(bytes, start, end)) return true;
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
    case 0x23: // #{ruby}
      return second === 0x7b && last === 0x7d;
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

/** What is told about a value by looking at each of its bytes once. Filled by `lookAt`. */
export class ValueLook {
  digits = 0;
  uppers = 0;
  lowers = 0;
  spaces = 0;
  /** Bytes of 0x80 and above. */
  highs = 0;
  /** Anything else than the above and `_`, `-`, `.`, `/`, `:`. */
  others = 0;
  /** Longest run of one letter or digit. */
  longestRepeat = 0;

  get letters(): number {
    return this.uppers + this.lowers;
  }
}

const look: ValueLook = new ValueLook();

/** @returns Which kinds of bytes occur in `bytes[start, end)`; the same object every time. */
export function lookAt(bytes: Uint8Array, start: number, end: number): ValueLook {
  look.digits = look.uppers = look.lowers = look.spaces = look.highs = look.others = look.longestRepeat = 0;
  let repeat = 0;
  let before = -1;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (isDigit(byte)) look.digits++;
    else if (isUpper(byte)) look.uppers++;
    else if (isLower(byte)) look.lowers++;
    else if (isSpace(byte)) look.spaces++;
    else if (byte >= 0x80) look.highs++;
    else if (!(byte === 0x5f || (byte >= 0x2d && byte <= 0x2f) || byte === 0x3a)) look.others++;
    repeat = byte === before && isAlnum(byte) ? repeat + 1 : 1;
    if (repeat > look.longestRepeat) look.longestRepeat = repeat;
    before = byte;
  }
  return look;
}

// `p4ssw0rd` and its kin: what everybody makes of the word.
const LETTER_OF: Uint8Array = buildLetters();

function buildLetters(): Uint8Array {
  const letters = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  for (const [from, to] of ['0o', '1i', '3e', '4a', '5s', '@a', '$s'])
    letters[from!.charCodeAt(0)] = to!.charCodeAt(0);
  return letters;
}

const KEYBOARD: Uint8Array = Buffer.from('qwertyuiop');
const REPEAT_MIN = 4;
const COLOUR_MAX = 9;

/**
 * Says whether text beside a key stands for a secret in a manual, a test or a program: words of that world,
 * prose, a sequence (`12345678`), filler (`xxxx-xxxx`), a template in part (`Bearer ${token}`), something
 * cut off (`sk_...`), a name of a file, a path or a URL.
 */
export function isPlainText(bytes: Uint8Array, start: number, end: number): boolean {
  return isPlain(bytes, start, end, lookAt(bytes, start, end));
}

function isPlain(bytes: Uint8Array, start: number, end: number, seen: ValueLook): boolean {
  const { letters, digits, spaces, others, longestRepeat } = seen;
  if (isSequence(bytes, start, end) || isFiller(bytes, start, end, longestRepeat)) return true;
  if (hasTemplate(bytes, start, end) || endsInDots(bytes, start, end) || isLeet(bytes, start, end))
    return true;
  if (letters === 0) return spaces > 0 || digits === 0;
  if (isColour(bytes, start, end) || isRootedPath(bytes, start, end)) return true;
  const covered = isWordByWord(bytes, start, end) ? letters : PLAIN.lettersCovered(bytes, start, end);
  if (spaces > 0) {
    if (covered < letters * 0.5 || digits > letters) return false;
    return digits === 0 || !hasMixedWord(bytes, start, end);
  }
  if (others > 2 || digits > Math.max(4, letters * 0.5)) return false;
  return covered >= letters * 0.95 && (digits <= 4 || hasSequence(bytes, start, end));
}

/**
 * @returns `true` when every run of letters is a word of manuals and programs: what `lettersCovered` finds in
 * most text, at a quarter of the work.
 */
export function isWordByWord(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end) {
    while (at < end && !isLetter(bytes[at]!)) at++;
    const wordStart = at;
    while (at < end && isLetter(bytes[at]!)) at++;
    if (at > wordStart && !PLAIN.has(bytes, wordStart, at)) return false;
  }
  return true;
}

const PROSE_MIN = 48;

/** A digit right after a letter: passphrases have those (`open s3same`), prose has numbers. */
function hasMixedWord(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start >= PROSE_MIN) return false;
  for (let at = start + 1; at < end; at++) if (isDigit(bytes[at]!) && isLetter(bytes[at - 1]!)) return true;
  return false;
}

/** A word that stands for a secret, with digits for letters. */
function isLeet(bytes: Uint8Array, start: number, end: number): boolean {
  const size = end - start;
  if (size > STOP_VALUE_MAX) return false;
  for (let at = 0; at < size; at++) stopValue[at] = LETTER_OF[bytes[start + at]!]!;
  return STOP_VALUES.has(stopValue, 0, size);
}

// Longer ones that count up are examples of keys, and as good as keys.
const SEQUENCE_MAX = 16;

/** `12345678`, `abcdef123456`, `987654`, `qwerty`: most bytes follow from the one before. */
function isSequence(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < 3 || length > SEQUENCE_MAX) return false;
  let steps = 0;
  for (let at = start + 1; at < end; at++) {
    const step = lowered(bytes[at]!) - lowered(bytes[at - 1]!);
    if ((step === 1 || step === -1) && isAlnum(bytes[at]!)) steps++;
  }
  return steps >= (length - 1) * 0.7 || isOnKeyboard(bytes, start, end);
}

function isOnKeyboard(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (lowered(bytes[at]!) !== KEYBOARD[at - start]) return false;
  return end - start <= KEYBOARD.length;
}

/** Digits after the letters that count up: `password123456`. */
function hasSequence(bytes: Uint8Array, start: number, end: number): boolean {
  let at = end;
  while (at > start && isDigit(bytes[at - 1]!)) at--;
  return isSequence(bytes, at, end);
}

/** A long run of one letter or digit that makes half of the value: `xxxxxxxx-xxxx`, `0000000`. */
function isFiller(bytes: Uint8Array, start: number, end: number, longestRepeat: number): boolean {
  if (longestRepeat < REPEAT_MIN) return false;
  let alnums = 0;
  let repeated = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (!isAlnum(byte)) continue;
    alnums++;
    if (byte === byteAt(bytes, at + 1, end) || (at > start && byte === bytes[at - 1])) repeated++;
  }
  return repeated >= alnums * 0.75;
}

/**
 * `${NAME}`, `{{ name }}`, `#{name}`, `$(command)`, `%s` somewhere in the value, or a splice: `" + name
 * + "`.
 */
function hasTemplate(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end - 1; at++) {
    const byte = bytes[at]!;
    const next = bytes[at + 1]!;
    const isBraced = (byte === 0x24 || byte === 0x23 || byte === 0x7b) && next === 0x7b;
    if (isBraced && isClosed(bytes, at + 2, end, 0x7d, byte === 0x7b)) return true;
    if (byte === 0x24 && next === 0x28 && isClosed(bytes, at + 2, end, 0x29, false)) return true;
    const isVerb = byte === 0x25 && (next === 0x73 || next === 0x64 || next === 0x76); // %s %d %v
    if (isVerb && !isAlnum(byteAt(bytes, at + 2, end))) return true;
  }
  const first = bytes[start]!;
  if (first === 0x3c && bytes[end - 1] === 0x3e) return true;
  return isQuoteByte(first) && isSpace(byteAt(bytes, start + 1, end)); // ' + name + '
}

const TEMPLATE_MAX = 64;

/** Nothing but an expression up to the closing bracket, or two of them. */
function isClosed(bytes: Uint8Array, from: number, end: number, closer: number, isTwice: boolean): boolean {
  const last = Math.min(end, from + TEMPLATE_MAX);
  for (let at = from; at < last; at++) {
    const byte = bytes[at]!;
    if (byte === closer) return at > from && (!isTwice || byteAt(bytes, at + 1, end) === closer);
    const isExpression = isWord(byte) || byte === 0x20 || (byte >= 0x2d && byte <= 0x3f) || byte === 0x24;
    if (!isExpression) return false;
  }
  return false;
}

function endsInDots(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 3) return false;
  return (
    (bytes[end - 1] === 0x2e && bytes[end - 2] === 0x2e && bytes[end - 3] === 0x2e) ||
    (bytes[end - 1] === 0xa6 && bytes[end - 2] === 0x80 && bytes[end - 3] === 0xe2) // the ellipsis
  );
}

function isQuoteByte(byte: number): boolean {
  return byte === 0x22 || byte === 0x27 || byte === 0x60;
}

function lowered(byte: number): number {
  return isUpper(byte) ? byte | 0x20 : byte;
}

// Below this, letters make words, names and identifiers; random letters are above.
const STRANGE = 5.4;
const STRANGE_SHORT = 5.9;
/** Below this, nothing is taken for a token. */
export const TOKEN_LENGTH_MIN = 7;
const SHORT_LENGTH = 12;
const NUMBER_LENGTH_MIN = 12;

/**
 * Says whether text that a key calls a token or secret can be one: in one piece, long enough, and not
 * words, a number, a path or a URL.
 */
export function looksLikeToken(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < TOKEN_LENGTH_MIN) return false;
  const seen = lookAt(bytes, start, end);
  return mayBeToken(bytes, start, end, seen) && !isPlain(bytes, start, end, seen);
}

/** Everything but the words of the text, which take longest to look at. */
function mayBeToken(bytes: Uint8Array, start: number, end: number, seen: ValueLook): boolean {
  const length = end - start;
  const { letters, digits, uppers, lowers, spaces, others, highs } = seen;
  if (isFiller(bytes, start, end, seen.longestRepeat)) return false;
  if (spaces > 0 || highs > 0 || isPathOrUrl(bytes, start, end)) return bytes[start] === 0x7b && digits > 8;
  if (letters === 0) return digits >= NUMBER_LENGTH_MIN && others === 0;
  if (others * 3 > length) return false;
  if (isHexKey(bytes, start, end)) return true;
  const strangeness = strangenessOf(bytes, start, end);
  if (digits === 0 && others === 0) {
    const isMixed = uppers > 1 && lowers > 1;
    return strangeness >= (length < SHORT_LENGTH || isMixed ? STRANGE_SHORT : STRANGE);
  }
  return length >= 8 ? strangeness >= 4.8 : strangeness >= STRANGE_SHORT;
}

const KEY_LENGTH_MIN = 16;
const KEY_STRANGE = 5.7;
const KEY_ENTROPY_MIN = 0.72;

const HEX_LENGTH_MIN = 16;
const HEX_ENTROPY_MIN = 0.75;

/**
 * Hex digits in one case, dashes aside, as keys and UUIDs have them: the pair model knows little about
 * those.
 */
function isHexKey(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < HEX_LENGTH_MIN) return false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (!isDigit(byte) && !(isLetter(byte) && (byte | 0x20) <= 0x66) && byte !== 0x2d) return false;
  }
  return relativeEntropy(bytes, start, end) >= HEX_ENTROPY_MIN;
}

/** Says whether text beside a mere "key" can be a secret one: long and random beyond doubt. */
export function looksLikeKey(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < KEY_LENGTH_MIN) return false;
  const seen = lookAt(bytes, start, end);
  const { letters, digits, others } = seen;
  if (letters === 0 || (digits === 0 && letters < 20) || others > 2) return false;
  if (!mayBeToken(bytes, start, end, seen)) return false;
  const isRandom =
    isHexKey(bytes, start, end) ||
    (strangenessOf(bytes, start, end) >= KEY_STRANGE &&
      relativeEntropy(bytes, start, end) >= KEY_ENTROPY_MIN);
  return isRandom && !isPlain(bytes, start, end, seen);
}

/** `#dcdccc`. */
function isColour(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] !== 0x23 || end - start > COLOUR_MAX) return false;
  for (let at = start + 1; at < end; at++)
    if (!isDigit(bytes[at]!) && !(isLetter(bytes[at]!) && (bytes[at]! | 0x20) <= 0x66)) return false;
  return true;
}

/** `/srv/ada/file`, `~/.config/app`, `./a/b`. */
function isRootedPath(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start]!;
  if (first !== 0x2f && first !== 0x7e && first !== 0x2e) return false;
  let slashes = 0;
  for (let at = start; at < end; at++) if (bytes[at] === 0x2f) slashes++;
  return slashes > 1 && strangenessOf(bytes, start, end) < STRANGE;
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
  if (slashes > 2 && first === 0x2f && bytes[end - 1] !== 0x3d) return true;
  if (slashes === 0 || !(isRooted ? slashes > 1 || dots > 0 : dots > 0 && slashes >= dots)) return false;
  return strangenessOf(bytes, start, end) < STRANGE;
}
