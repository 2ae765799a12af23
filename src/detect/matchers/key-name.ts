import { isAlnum, isDigit, isLetter, isLower, isTokenByte, isUpper } from '../../scan/byte-class.ts';
import { WordSet } from '../word-set.ts';

// Words after the keyword with which a key holds something about the secret, not the secret.
const ABOUT_AFTER: WordSet = new WordSet(
  'type types id ids name names url urls uri endpoint count length len limit limits size min max short long policy ' +
    'policies expires expiry expiration expired expire ttl age at in on of by for from to as or and not is was ' +
    'date time timestamp timeout file filename path paths dir folder location field fields label hint prompt reset ' +
    'enabled disabled enable required require optional algorithm alg format regex pattern version status state error ' +
    'errors message messages msg placeholder description title help helper form input column table index idx scope ' +
    'scopes class manager provider providers service services store handler helpers util utils validator encoder ' +
    'decoder changed change updated created used usage use attempts attempt strength link button page mode level ' +
    'prefix suffix source sources rotation request requests response responses alert subject restriction encryption ' +
    'conflict hist history must property properties attribute attributes element elements config configuration ' +
    'settings options option params parameters generator generate factory builder finder filter filters parser ' +
    'reader writer event events action actions controller view model schema validation authentication login ' +
    'protected recovery reminder rule rules check checker checked valid invalid wrong match matches ' +
    'mismatch missing empty null info data details method methods module exists ref reference arn selector kind ' +
    'list map set section test encrypted public namespace issuer audience algo cost rounds iterations bits encoding ' +
    'charset hasher spec screen dialog modal visible show toggle strategy interface client adapter callback redirect here number',
);
const HASH_AFTER: WordSet = new WordSet(
  'hash hashed digest checksum sha md fingerprint hmac signature thumbprint crc',
);
// Words before it that do the same: is_password, next_token, publicKeyToken, ERROR_PASSWORD.
const ABOUT_BEFORE: WordSet = new WordSet(
  'is has have had no not needs need requires require required must can should forgot forgotten invalid wrong error err ' +
    'errors status missing max min page next previous prev continuation cursor pagination sync public get find ' +
    'check validate compare hash hashed fetch count total num number bypass encrypted wrapped com cancellation lexer parser syntax ' +
    'sort primary foreign partition cache translation object routing idempotency dedup',
);
const PART_MAX = 48;

/** What a key says besides its keyword. Reused by its owner. */
export class KeyName {
  /** The key is about a secret: `password_length`, `next_token`. */
  isAbout = false;
  /** The key is a digest: `token_hash`. */
  isHash = false;
  /** The keyword ends the key, digits aside. */
  isLast = false;
  /** First byte of the key. */
  start = 0;
}

/** Reads the words around the keyword at `bytes[keyStart, keyEnd)`; the key goes on up to `suffixEnd`. */
export function readKeyName(
  bytes: Uint8Array,
  keyStart: number,
  keyEnd: number,
  suffixEnd: number,
  start: number,
  into: KeyName,
): void {
  let last = keyEnd;
  while (last < suffixEnd && !isLetter(bytes[last]!)) last++;
  into.isLast = last === suffixEnd;
  into.isHash = hasWordOf(HASH_AFTER, bytes, keyEnd, suffixEnd);
  let first = keyStart;
  while (first > start && keyStart - first < PART_MAX && isKeyByte(bytes[first - 1]!)) first--;
  into.start = first;
  into.isAbout =
    hasWordOf(ABOUT_AFTER, bytes, keyEnd, suffixEnd) || hasWordOf(ABOUT_BEFORE, bytes, first, keyStart);
}

function isKeyByte(byte: number): boolean {
  return isTokenByte(byte) || byte === 0x2e;
}

/** @returns `true` when one of the words of `bytes[from, to)` is in the set. */
function hasWordOf(words: WordSet, bytes: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to) {
    while (at < to && !isLetter(bytes[at]!)) at++;
    const wordEnd = endOfWord(bytes, at, to);
    if (wordEnd > at && words.has(bytes, at, wordEnd)) return true;
    at = Math.max(wordEnd, at + 1);
  }
  return false;
}

/** Words end before anything but a letter, before a capital, and before the last capital of several. */
function endOfWord(bytes: Uint8Array, from: number, to: number): number {
  let at = from + 1;
  while (at < to && isLetter(bytes[at]!)) {
    const isCapital = isUpper(bytes[at]!);
    if (isCapital && isLower(bytes[at - 1]!)) return at;
    if (isCapital && isUpper(bytes[at - 1]!) && at + 1 < to && isLower(bytes[at + 1]!)) return at;
    at++;
  }
  return Math.min(at, to);
}

/**
 * The key may go on as `password_hash`, `passwordHash`, `password1`; not as `secretary`.
 *
 * @returns The end of the key, or -1 when the keyword is a part of another word.
 */
export function endOfKey(bytes: Uint8Array, keyEnd: number, end: number): number {
  if (keyEnd >= end || !isTokenByte(bytes[keyEnd]!)) return keyEnd;
  const first = bytes[keyEnd]!;
  const isNewWord = !isLetter(first) || (isUpper(first) && isLower(bytes[keyEnd - 1]!));
  if (!isNewWord) return -1;
  let at = keyEnd;
  while (at < end && at - keyEnd <= PART_MAX && isTokenByte(bytes[at]!)) at++;
  return at - keyEnd > PART_MAX ? -1 : at;
}

/**
 * @returns `true` where a word begins: after anything but a letter or digit, or at a capital after a
 * small letter.
 */
export function isWordStart(bytes: Uint8Array, at: number, start: number): boolean {
  if (at <= start) return true;
  const before = bytes[at - 1]!;
  if (isDigit(before)) return true;
  return !isAlnum(before) || (isLower(before) && isUpper(bytes[at]!));
}
