const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATORS: readonly number[] = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const BECH32 = 1;
const BECH32M = 0x2bc830a3;
const CHECKSUM_LENGTH = 6;
const NONE = 0xff;

const VALUES: Uint8Array = new Uint8Array(256).fill(NONE);
for (let value = 0; value < ALPHABET.length; value++) {
  VALUES[ALPHABET.charCodeAt(value)] = value;
  VALUES[ALPHABET.toUpperCase().charCodeAt(value)] = value;
}

/**
 * Whether `bytes[from, to)` is a segregated-witness address: Bech32 for version 0, Bech32m for later ones.
 * https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki and bip-0350
 *
 * @param separator - Where the `1` after the human-readable part stands.
 */
export function isSegwitAddress(bytes: Uint8Array, from: number, separator: number, to: number): boolean {
  if (!isOneCase(bytes, from, to)) return false;
  let check = 1;
  for (let at = from; at < separator; at++) check = step(check, (bytes[at]! | 0x20) >> 5);
  check = step(check, 0);
  for (let at = from; at < separator; at++) check = step(check, (bytes[at]! | 0x20) & 31);
  for (let at = separator + 1; at < to; at++) {
    const value = VALUES[bytes[at]!]!;
    if (value === NONE) return false;
    check = step(check, value);
  }
  const version = VALUES[byteOr(bytes, separator + 1, to)]!;
  // Five bits a character: 20 bytes take 32 characters, 32 bytes take 52.
  const program = to - separator - 2 - CHECKSUM_LENGTH;
  if (version === 0) return check === BECH32 && (program === 32 || program === 52);
  return version <= 16 && check === BECH32M && program >= 4 && program <= 64;
}

function byteOr(bytes: Uint8Array, at: number, to: number): number {
  return at < to ? bytes[at]! : 0;
}

function step(check: number, value: number): number {
  const top = check >>> 25;
  let next = ((check & 0x1ffffff) << 5) ^ value;
  for (let bit = 0; bit < GENERATORS.length; bit++) if (((top >>> bit) & 1) !== 0) next ^= GENERATORS[bit]!;
  return next;
}

function isOneCase(bytes: Uint8Array, from: number, to: number): boolean {
  let hasUpper = false;
  let hasLower = false;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte >= 0x41 && byte <= 0x5a) hasUpper = true;
    if (byte >= 0x61 && byte <= 0x7a) hasLower = true;
  }
  return !(hasUpper && hasLower);
}
