import { createHash } from 'node:crypto';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const NONE = 0xff;

const VALUES: Uint8Array = new Uint8Array(256).fill(NONE);
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

/** Whether all of `bytes[from, to)` is of the alphabet: no 0, O, I and l. */
export function isBase58(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (VALUES[bytes[at]!] === NONE) return false;
  return true;
}

/**
 * Writes the number `bytes[from, to)` stands for to `size` bytes at `into[at]`, the highest one first.
 *
 * @returns `false` when it does not fit, or is not base58.
 */
export function decodeBase58(
  bytes: Uint8Array,
  from: number,
  to: number,
  into: Uint8Array,
  at: number,
  size: number,
): boolean {
  into.fill(0, at, at + size);
  for (let index = from; index < to; index++) {
    let carry = VALUES[bytes[index]!]!;
    if (carry === NONE) return false;
    for (let byte = at + size - 1; byte >= at; byte--) {
      carry += into[byte]! * 58;
      into[byte] = carry & 0xff;
      carry >>= 8;
    }
    if (carry !== 0) return false;
  }
  return true;
}

const ADDRESS_SIZE = 25;
const CHECKED_SIZE = 21;
const address: Uint8Array = new Uint8Array(ADDRESS_SIZE);

// Version bytes, to key and to script: Bitcoin, its test net, Litecoin, Dogecoin, Dash, Tron.
const VERSIONS: ReadonlySet<number> = new Set([
  0x00, 0x05, 0x6f, 0xc4, 0x30, 0x32, 0x1e, 0x16, 0x4c, 0x10, 0x41,
]);

/**
 * Whether `bytes[from, to)` is an address in Base58Check: version, 20 bytes, and the first four bytes of
 * their double SHA-256. https://en.bitcoin.it/wiki/Base58Check_encoding
 */
export function isBase58CheckAddress(bytes: Uint8Array, from: number, to: number): boolean {
  if (!decodeBase58(bytes, from, to, address, 0, ADDRESS_SIZE) || !VERSIONS.has(address[0]!)) return false;
  // Every zero byte in front is written as one 1.
  let zeros = 0;
  while (zeros < ADDRESS_SIZE && address[zeros] === 0) zeros++;
  let ones = 0;
  while (from + ones < to && bytes[from + ones] === 0x31) ones++;
  if (zeros !== ones) return false;
  const once = createHash('sha256').update(address.subarray(0, CHECKED_SIZE)).digest();
  const twice = createHash('sha256').update(once).digest();
  return [0, 1, 2, 3].every((index) => twice[index] === address[CHECKED_SIZE + index]);
}
