/**
 * Luhn checksum (ISO/IEC 7812-1, annex B) over the ASCII digits of `bytes[start, end)`; other bytes are
 * separators. `false` when there is no digit.
 */
export function luhn(bytes: Uint8Array, start: number, end: number): boolean {
  let sum = 0;
  let position = 0;
  for (let at = end - 1; at >= start; at--) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) continue;
    const weighted = (position & 1) === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
    position++;
  }
  return position > 0 && sum % 10 === 0;
}
