import { isUtf8 } from 'node:buffer';

// Shorter texts hold little, and words begin to look like base64.
const LENGTH_MIN = 16;
// Most of what is no text in base64 shows here.
const PROBE = 64;
const NO_DIGIT = 0xff;
const LINE_END = 0xfe;
const [PLUS, SLASH, DASH, UNDERSCORE, PAD] = [0x2b, 0x2f, 0x2d, 0x5f, 0x3d];
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
  // Lines as in MIME (RFC 2045 section 6.8).
  digits[0x0a] = digits[0x0d] = LINE_END;
  return digits;
}

/**
 * @returns The text that `bytes[start, end)` is in base64 of either alphabet, with or without padding and
 *   line ends; `undefined` for anything else, also for what is no UTF-8 or holds control characters.
 */
export function decodeBase64Text(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
  if (end - start < LENGTH_MIN || !mayBegin(bytes[start]!, bytes[start + 1]!)) return undefined;
  const probe = Math.min(end, start + PROBE);
  if (!isText(bytes, start, probe) || (probe < end && !isText(bytes, probe, end, false))) return undefined;
  const text = Buffer.from(Buffer.from(bytes.subarray(start, end)).toString('latin1'), 'base64');
  return text.length > 0 && isUtf8(text) && text.every(isTextByte) ? text : undefined;
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

/** Whether UTF-8 may begin like that: with most words it is over here. */
function mayBegin(first: number, second: number): boolean {
  const digit = DIGITS[first]!;
  if (digit === LINE_END) return true;
  const byte = (digit << 2) | (DIGITS[second]! >> 4);
  return digit < 64 && isTextByte(byte) && !(byte >= 0x80 && byte < 0xc2);
}

/** @param decodes - Whether to look at what the digits come to; else only whether they are some. */
function isText(bytes: Uint8Array, start: number, end: number, decodes = true): boolean {
  let bits = 0;
  let held = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    const digit = DIGITS[byte]!;
    if (digit === LINE_END) continue;
    if (digit === NO_DIGIT) return byte === PAD && isPadding(bytes, at, end);
    bits = ((bits << 6) | digit) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    if (decodes && !isTextByte((bits >> held) & 0xff)) return false;
  }
  return true;
}

function isPadding(bytes: Uint8Array, from: number, end: number): boolean {
  const rest = Buffer.from(bytes.subarray(from, end)).toString('latin1');
  return /^={1,2}[\r\n]*$/.test(rest);
}

function isTextByte(byte: number): boolean {
  return byte >= 0x20 ? byte !== 0x7f : byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
