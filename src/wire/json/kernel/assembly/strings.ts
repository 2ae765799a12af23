import { INVALID, isDigit } from './tokens';

const QUOTE: i32 = 0x22;
const BACKSLASH: i32 = 0x5c;

@inline
/** @returns Where the next quote, backslash or control character stands, or a place at `end` or behind. */
export function specialAt(from: i32, end: i32): i32 {
  let at = from;
  do {
    const bytes = v128.load(at);
    const quotes = i8x16.eq(bytes, i8x16.splat(0x22));
    const escapes = i8x16.eq(bytes, i8x16.splat(0x5c));
    const controls = i8x16.eq(v128.and(bytes, i8x16.splat(<i8>0xe0)), i8x16.splat(0));
    const found = i8x16.bitmask(v128.or(v128.or(quotes, escapes), controls));
    if (found != 0) return at + ctz(found);
    at += 16;
  } while (at < end);
  return end;
}

/**
 * @param from - The first backslash.
 * @returns After the closing quote; `INVALID` for what is none, or not all there.
 */
export function escapedEnd(from: i32, end: i32): i32 {
  let at = from;
  while (at < end) {
    const byte: i32 = load<u8>(at);
    if (byte == QUOTE) return at + 1;
    if (byte != BACKSLASH || at + 1 >= end) return INVALID;
    at = escapeEnd(at, end);
    if (at == INVALID) return INVALID;
    at = specialAt(at, end);
  }
  return INVALID;
}

function escapeEnd(at: i32, end: i32): i32 {
  switch (load<u8>(at + 1)) {
    case 0x22:
    case 0x5c:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return at + 2;
    case 0x75: {
      if (at + 6 > end) return INVALID;
      for (let digit: i32 = at + 2; digit < at + 6; digit++) if (!isHexDigit(load<u8>(digit))) return INVALID;
      return at + 6;
    }
    default:
      return INVALID;
  }
}

function isHexDigit(byte: i32): bool {
  const lower = byte | 0x20;
  return isDigit(byte) || <u32>(lower - 0x61) <= 5;
}
