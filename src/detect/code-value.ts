import { byteAt, isAlnum, isDigit, isLetter, isWord } from '../scan/byte-class.ts';
import { strangenessOf } from './randomness.ts';

// Below this, letters make words, names and identifiers.
const STRANGE = 5.4;

// `0x` and 64 bits.
const HEX_NUMBER_MAX = 18;

/**
 * Says whether unquoted text is code that yields a value elsewhere: a call (`getToken()`), a member
 * (`config.password`, `process.env.TOKEN`), an index (`args[0]`), an address of a variable (`&password`),
 * a list or block, a symbol (`:unset`), a number of a program (`0x2d`).
 */
export function looksLikeCode(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  const first = byteAt(bytes, at, end);
  if (isBracket(first)) return true;
  if (first === 0x30 && (byteAt(bytes, at + 1, end) | 0x20) === 0x78 && end - start <= HEX_NUMBER_MAX)
    return true; // 0x
  // $name &name *name @name :name
  const hasSigil = first === 0x26 || first === 0x2a || first === 0x40 || first === 0x3a || first === 0x24;
  if (hasSigil) at++;
  if (!isLetter(byteAt(bytes, at, end)) && byteAt(bytes, at, end) !== 0x5f) return false;
  const nameStart = at;
  let dots = 0;
  let digits = 0;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === 0x28 || byte === 0x7b) return at - nameStart > 1; // ( {
    if (hasSigil && byte === 0x29) return true;
    if (isDigit(byte)) digits++;
    if (byte === 0x5b) return dots > 0 || isAlnum(bytes[at - 1]!); // [
    if (byte === 0x2e) dots++;
    else if (byte === 0x3a && byteAt(bytes, at + 1, end) === 0x3a)
      return true; // ::
    else if (byte === 0x2d && byteAt(bytes, at + 1, end) === 0x3e)
      return true; // ->
    else if (!isWord(byte) && !(hasSigil && byte === 0x3a)) return false;
  }
  if (hasSigil) return true;
  return dots > 0 && (digits === 0 || strangenessOf(bytes, start, end) < STRANGE);
}

/** `(` `)` `[` `]` `{`. */
function isBracket(byte: number): boolean {
  return byte === 0x28 || byte === 0x29 || byte === 0x5b || byte === 0x5d || byte === 0x7b;
}

/** @returns `true` when the bytes are an identifier that could as well be a variable's name. */
export function looksLikeVariable(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isWord(bytes[at]!)) return false;
  return strangenessOf(bytes, start, end) < STRANGE;
}
