import { isUtf8 } from 'node:buffer';

/** Shorter texts hold little, and words begin to look like base64. */
export const BASE64_LENGTH_MIN = 16;
// Most of what is no text in base64 shows here.
const PROBE = 64;
const NO_DIGIT = 0xff;
const BLANK = 0xfe;
// One byte of so many may be no text.
const ODD_SHARE = 8;
const DATA_PREFIX_MAX = 128;
const [PLUS, SLASH, DASH, UNDERSCORE, PAD, SPACE, TAB] = [0x2b, 0x2f, 0x2d, 0x5f, 0x3d, 0x20, 0x09];
const DIGITS: Uint8Array = buildDigits();

function buildDigits(): Uint8Array {
  const digits = new Uint8Array(256).fill(NO_DIGIT);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  for (let digit = 0; digit < letters.length; digit++) digits[letters.charCodeAt(digit)] = digit;
  // Both alphabets of RFC 4648, sections 4 and 5.
  for (const [byte, digit] of [
    [PLUS, 62],
    [SLASH, 63],
    [DASH, 62],
    [UNDERSCORE, 63],
  ] as const)
    digits[byte] = digit;
  // Lines as in MIME (RFC 2045 section 6.8), and what most decoders skip.
  for (const byte of [0x0a, 0x0d, SPACE, TAB]) digits[byte] = BLANK;
  return digits;
}

/** A text in base64, and what stands before it: `data:text/plain;base64,`. */
export interface Base64Text {
  readonly text: Uint8Array;
  /** Where the base64 begins. */
  readonly start: number;
}

/**
 * Reads `bytes[start, end)` as base64 of either alphabet, with or without padding and blanks.
 *
 * @returns `undefined` for what is none, and for what is no text: more than one byte in eight is a control
 *   character, or in the way of UTF-8.
 */
export function decodeBase64Text(bytes: Uint8Array, start: number, end: number): Base64Text | undefined {
  const from = endOfBlanks(bytes, startOfData(bytes, start, end), end);
  if (end - from < BASE64_LENGTH_MIN || !mayBeginBase64(bytes[from]!, bytes[from + 1]!)) return undefined;
  const probe = Math.min(end, from + PROBE);
  if (!isText(bytes, from, probe) || (probe < end && !isText(bytes, probe, end, false))) return undefined;
  const value = Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('latin1');
  // Two texts, each with its padding, behind each other are one.
  const parts = value.replace(/[\t\n\r ]+/g, '').split(/=+/);
  const text = Buffer.concat(parts.map((part) => Buffer.from(part, 'base64')));
  return text.length > 0 && isMostlyText(text) ? { text, start: from } : undefined;
}

function isMostlyText(text: Buffer): boolean {
  const odd = text.reduce((count, byte) => count + (isTextByte(byte) ? 0 : 1), 0);
  // A few letters of Latin-1 make no UTF-8 either.
  const high = isUtf8(text) ? 0 : text.reduce((count, byte) => count + (byte < 0x80 ? 0 : 1), 0);
  return (odd + high) * ODD_SHARE <= text.length;
}

// RFC 2397.
function startOfData(bytes: Uint8Array, start: number, end: number): number {
  if ((bytes[start]! | 0x20) !== 0x64 || bytes[start + 4] !== 0x3a) return start;
  const window = Math.min(end, start + DATA_PREFIX_MAX);
  const head = Buffer.from(bytes.buffer, bytes.byteOffset + start, window - start).toString('latin1');
  return start + (/^data:[^,]*;base64,/i.exec(head)?.[0].length ?? 0);
}

function endOfBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && DIGITS[bytes[at]!] === BLANK) at++;
  return at;
}

/** @returns `text` in base64, in the alphabet of `like` and padded as that is. */
export function encodeBase64Like(text: Uint8Array, like: Uint8Array, start: number, end: number): Buffer {
  const value = like.subarray(start, end);
  const isForUrls = value.includes(DASH) || value.includes(UNDERSCORE);
  const encoded = Buffer.from(text).toString('base64');
  const written = isForUrls ? encoded.replaceAll('+', '-').replaceAll('/', '_') : encoded;
  const isPadded = value.at(-1) === PAD || value.length % 4 === 0;
  return Buffer.from(isPadded ? written : written.replace(/=+$/, ''), 'latin1');
}

/** @returns Whether text in base64 may begin like that: with most words it is over here. */
export function mayBeginBase64(first: number, second: number): boolean {
  const digit = DIGITS[first]!;
  const byte = (digit << 2) | (DIGITS[second]! >> 4);
  return digit < 64 && isTextByte(byte) && !(byte >= 0x80 && byte < 0xc0);
}

/** @param decodes - Whether to look at what the digits come to; else only whether they are some. */
function isText(bytes: Uint8Array, start: number, end: number, decodes = true): boolean {
  let bits = 0;
  let held = 0;
  let size = 0;
  let odd = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    const digit = DIGITS[byte]!;
    if (digit === BLANK) continue;
    if (byte === PAD) {
      held = 0;
      continue;
    }
    if (digit === NO_DIGIT) return false;
    bits = ((bits << 6) | digit) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    size++;
    if (decodes && !isTextByte((bits >> held) & 0xff)) odd++;
    // Of the first bytes one may be odd.
    if (odd > 1 && odd * ODD_SHARE > size) return false;
  }
  return true;
}

function isTextByte(byte: number): boolean {
  return byte >= 0x20 ? byte !== 0x7f : byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
