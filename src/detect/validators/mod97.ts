/**
 * ISO 7064 MOD 97-10 as IBAN uses it (ISO 13616): the first four letters and digits count last. Bytes
 * other than ASCII letters and digits are separators; case does not matter.
 *
 * @returns `true` when the remainder is 1.
 */
export function mod97(bytes: Uint8Array, start: number, end: number): boolean {
  let seen = 0;
  let bodyStart = start;
  while (bodyStart < end && seen < 4) {
    if (digitValue(bytes[bodyStart]!) >= 0) seen++;
    bodyStart++;
  }
  return seen === 4 && remainder(bytes, start, bodyStart, remainder(bytes, bodyStart, end, 0)) === 1;
}

function remainder(bytes: Uint8Array, start: number, end: number, before: number): number {
  let rest = before;
  for (let at = start; at < end; at++) {
    const value = digitValue(bytes[at]!);
    if (value >= 0) rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}

/** 0-9 for digits, 10-35 for letters, -1 for anything else. */
function digitValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x7a ? letter - 0x61 + 10 : -1;
}
