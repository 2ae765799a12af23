import { ByteWriter } from '../../bytes/byte-writer.ts';
import { WireError } from '../../errors.ts';

const quote = 0x22;
const backslash = 0x5c;
const letterU = 0x75;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const utf8Encoder = new TextEncoder();
const hexDigits = '0123456789abcdef';
const replacementCharacter = 0xfffd;

// Letter after the backslash to the byte it stands for; \u apart.
const byteOfLetter: ReadonlyMap<number, number> = new Map([
  [quote, quote],
  [backslash, backslash],
  [0x2f, 0x2f],
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
]);
const letterOfControl: ReadonlyMap<number, number> = new Map([
  [0x08, 0x62],
  [0x0c, 0x66],
  [0x0a, 0x6e],
  [0x0d, 0x72],
  [0x09, 0x74],
]);

/**
 * Decodes the string literal `bytes[start, end)`, quotes included, into its bytes. Aliases `bytes`
 * where nothing was escaped. A surrogate without its partner becomes U+FFFD: UTF-8 cannot hold it.
 * Bytes above 0x7f are taken as they are, valid UTF-8 or not.
 *
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY for an escape RFC 8259 does not know, or missing quotes.
 */
export function decodeJsonString(bytes: Uint8Array, start: number, end: number): Uint8Array {
  expectQuotes(bytes, start, end);
  const inside = bytes.subarray(start + 1, end - 1);
  return inside.includes(backslash) ? unescapeLiteral(inside, start + 1) : inside;
}

/**
 * `decodeJsonString` as text, for keys.
 *
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY; WIREMASK_ERR_VALUE_ENCODING when the bytes are not UTF-8.
 */
export function decodeJsonText(bytes: Uint8Array, start: number, end: number): string {
  expectQuotes(bytes, start, end);
  const plain = shortAsciiText(bytes, start + 1, end - 1);
  if (plain !== undefined) return plain;
  const decoded = decodeJsonString(bytes, start, end);
  try {
    return utf8.decode(decoded);
  } catch (error) {
    throw new WireError('WIREMASK_ERR_VALUE_ENCODING', `JSON string at offset ${start} is not UTF-8`, {
      cause: error,
    });
  }
}

function expectQuotes(bytes: Uint8Array, start: number, end: number): void {
  if (end - start < 2 || bytes[start] !== quote || bytes[end - 1] !== quote) {
    throw literalError(start, 'no string literal');
  }
}

// Most keys are short ASCII names: put together here they cost a third of what TextDecoder takes.
function shortAsciiText(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > 24) return undefined;
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === backslash || byte >= 0x80) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/**
 * Encodes a string literal with its quotes; only what RFC 8259 demands is escaped. Bytes are taken
 * as UTF-8 and copied; a surrogate without its partner in a string is written as \u escape.
 */
export function encodeJsonString(value: string | Uint8Array): Uint8Array {
  if (typeof value === 'string') return utf8Encoder.encode(JSON.stringify(value));
  const writer = new ByteWriter(value.length + 16);
  writer.uint8(quote);
  let copied = 0;
  for (let at = 0; at < value.length; at++) {
    const byte = value[at]!;
    if (byte >= 0x20 && byte !== quote && byte !== backslash) continue;
    writer.bytes(value, copied, at);
    copied = at + 1;
    writeEscape(writer, byte);
  }
  writer.bytes(value, copied);
  writer.uint8(quote);
  return writer.take();
}

function writeEscape(writer: ByteWriter, byte: number): void {
  writer.uint8(backslash);
  const letter = byte < 0x20 ? letterOfControl.get(byte) : byte;
  if (letter !== undefined) {
    writer.uint8(letter);
    return;
  }
  writer.bytes(Buffer.from(`u00${hexDigits[byte >>> 4]}${hexDigits[byte & 15]}`, 'latin1'));
}

// An escape is never shorter than what it stands for, so the output fits the input's size.
function unescapeLiteral(literal: Uint8Array, offset: number): Uint8Array {
  const value = new Uint8Array(literal.length);
  let size = 0;
  let at = 0;
  while (at < literal.length) {
    const byte = literal[at]!;
    if (byte !== backslash) {
      value[size++] = byte;
      at++;
      continue;
    }
    const letter = literal[at + 1];
    if (letter !== letterU) {
      const plain = letter === undefined ? undefined : byteOfLetter.get(letter);
      if (plain === undefined) throw literalError(offset + at, 'unknown escape');
      value[size++] = plain;
      at += 2;
      continue;
    }
    let codePoint = codeUnit(literal, at, offset);
    at += 6;
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) {
      const low = codePoint <= 0xdbff && startsUnicodeEscape(literal, at) ? codeUnit(literal, at, offset) : 0;
      if (low >= 0xdc00 && low <= 0xdfff) {
        codePoint = 0x10000 + ((codePoint - 0xd800) << 10) + (low - 0xdc00);
        at += 6;
      } else {
        codePoint = replacementCharacter;
      }
    }
    size = writeUtf8(value, size, codePoint);
  }
  return value.subarray(0, size);
}

function startsUnicodeEscape(literal: Uint8Array, at: number): boolean {
  return literal[at] === backslash && literal[at + 1] === letterU;
}

// The four hexadecimal digits of the \u escape at `at`.
function codeUnit(literal: Uint8Array, at: number, offset: number): number {
  let unit = 0;
  for (let digit = at + 2; digit < at + 6; digit++) {
    const value = hexValue(literal[digit]);
    if (value < 0) throw literalError(offset + at, 'unknown escape');
    unit = unit * 16 + value;
  }
  return unit;
}

function writeUtf8(target: Uint8Array, at: number, codePoint: number): number {
  if (codePoint < 0x80) {
    target[at] = codePoint;
    return at + 1;
  }
  if (codePoint < 0x800) {
    target[at] = 0xc0 | (codePoint >>> 6);
    target[at + 1] = 0x80 | (codePoint & 0x3f);
    return at + 2;
  }
  if (codePoint < 0x10000) {
    target[at] = 0xe0 | (codePoint >>> 12);
    target[at + 1] = 0x80 | ((codePoint >>> 6) & 0x3f);
    target[at + 2] = 0x80 | (codePoint & 0x3f);
    return at + 3;
  }
  target[at] = 0xf0 | (codePoint >>> 18);
  target[at + 1] = 0x80 | ((codePoint >>> 12) & 0x3f);
  target[at + 2] = 0x80 | ((codePoint >>> 6) & 0x3f);
  target[at + 3] = 0x80 | (codePoint & 0x3f);
  return at + 4;
}

/** @returns The value of a hexadecimal digit, -1 for any other byte. */
export function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function literalError(offset: number, problem: string): WireError {
  return new WireError('WIREMASK_ERR_MESSAGE_BODY', `JSON string: ${problem} at offset ${offset}`);
}
