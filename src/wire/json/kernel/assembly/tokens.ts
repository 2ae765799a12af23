/** No token, or not all of one. */
export const INVALID: i32 = 0;

@inline
/** @returns Whether the byte is one of 0 to 9. */
export function isDigit(byte: i32): bool {
  return <u32>(byte - 0x30) <= 9;
}

function digitsEnd(from: i32): i32 {
  let at = from;
  while (isDigit(load<u8>(at))) at++;
  return at;
}

@inline
/** @returns After the number (RFC 8259 section 6) that begins at `start`. */
export function numberEnd(start: i32): i32 {
  let at = start;
  let byte: i32 = load<u8>(at);
  if (byte == 0x2d) byte = load<u8>(++at);
  if (!isDigit(byte)) return INVALID;
  at++;
  if (byte != 0x30) while (isDigit(load<u8>(at))) at++;
  byte = load<u8>(at);
  // Comma, closing brackets, white space: over.
  if (byte == 0x2c || byte == 0x7d || byte == 0x5d) return at;
  return numberRest(at, byte);
}

function numberRest(from: i32, first: i32): i32 {
  let at = from;
  let byte = first;
  if (byte == 0x2e) {
    at = digitsEnd(from + 1);
    if (at == from + 1) return INVALID;
    byte = load<u8>(at);
  }
  if ((byte | 0x20) == 0x65) {
    at++;
    byte = load<u8>(at);
    if (byte == 0x2b || byte == 0x2d) at++;
    const exponent = at;
    at = digitsEnd(exponent);
    if (at == exponent) return INVALID;
    byte = load<u8>(at);
  }
  const isMore = isDigit(byte) || byte == 0x2e || byte == 0x2b || byte == 0x2d || (byte | 0x20) == 0x65;
  return isMore ? INVALID : at;
}

/** @returns After `true`, `false` or `null`. */
export function literalEnd(at: i32, byte: i32): i32 {
  const word = load<i32>(at);
  if (byte == 0x74) return word == 0x65757274 ? at + 4 : INVALID;
  if (byte == 0x6e) return word == 0x6c6c756e ? at + 4 : INVALID;
  return byte == 0x66 && load<i32>(at + 1) == 0x65736c61 ? at + 5 : INVALID;
}
