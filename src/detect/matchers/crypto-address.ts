import { afterEscape, isAlnum } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import { decodeBase58, isBase58, isBase58CheckAddress } from '../validators/base58.ts';
import { isSegwitAddress } from '../validators/bech32.ts';
import { keccak256 } from '../validators/keccak256.ts';
import type { CandidateSpan, SweepMatcher } from './matcher.ts';

// Base58Check addresses: 25 bytes; their first characters follow from the version byte.
const BASE58_MIN = 26;
const BASE58_MAX = 35;
const BASE58_FIRST: ReadonlySet<number> = new Set(Buffer.from('123mnLMDA9X7T'));
const SEGWIT_MIN = 14;
const SEGWIT_MAX = 74;
const SEGWIT_PREFIXES: readonly string[] = ['bc', 'tb', 'ltc', 'bcrt'];
const SEGWIT_FIRST: ReadonlySet<number> = new Set(SEGWIT_PREFIXES.map((prefix) => prefix.charCodeAt(0)));
const ETHEREUM_LENGTH = 42;
// Monero: 69 bytes, or 77 with a payment id, in blocks of 8 bytes and 11 characters.
const MONERO_LENGTHS: ReadonlyMap<number, number> = new Map([
  [95, 69],
  [106, 77],
]);
const MONERO_BLOCK = 8;
const MONERO_BLOCK_TEXT = 11;
const CHECKSUM = 4;

const decoded: Uint8Array = new Uint8Array(80);
const digest: Uint8Array = new Uint8Array(32);

/**
 * Addresses of cryptocurrencies that carry a checksum: Base58Check (Bitcoin and its kin), segregated witness
 * (Bech32, Bech32m), Ethereum in mixed case (EIP-55), Monero.
 */
export const cryptoAddress: SweepMatcher = createAddressMatcher(
  BASE58_MIN,
  (bytes, from, to) =>
    isBitcoin(bytes, from, to) ||
    isSegwit(bytes, from, to) ||
    (isEthereum(bytes, from, to) && hasCaseChecksum(bytes, from, to) === true) ||
    isMonero(bytes, from, to),
);

/** Ethereum addresses in one case carry no checksum: 20 bytes in hexadecimal, whatever they are. */
export const cryptoAddressUnchecked: SweepMatcher = createAddressMatcher(
  ETHEREUM_LENGTH,
  (bytes, from, to) => isEthereum(bytes, from, to) && hasCaseChecksum(bytes, from, to) === undefined,
);

function createAddressMatcher(
  lengthMin: number,
  accepts: (bytes: Uint8Array, from: number, to: number) => boolean,
): SweepMatcher {
  return {
    how: 'sweep',
    condition: { lengthMin, tokenRunMin: lengthMin, wordMin: lengthMin, all: ShapeFlag.longToken },
    next(bytes: Uint8Array, from: number, start: number, end: number, span: CandidateSpan): boolean {
      let at = from;
      while (at < end) {
        let to = at;
        while (to < end && isAlnum(bytes[to]!)) to++;
        let first = to - at >= lengthMin ? afterEscape(bytes, at, start, to) : at;
        if (first > at && accepts(bytes, at, to)) first = at;
        if (to - first >= lengthMin && accepts(bytes, first, to)) {
          span.start = first;
          span.end = to;
          return true;
        }
        at = to + 1;
      }
      return false;
    },
  };
}

function isBitcoin(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from > BASE58_MAX || !BASE58_FIRST.has(bytes[from]!)) return false;
  return isBase58(bytes, from, to) && isBase58CheckAddress(bytes, from, to);
}

function isSegwit(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < SEGWIT_MIN || to - from > SEGWIT_MAX) return false;
  if (!SEGWIT_FIRST.has(bytes[from]! | 0x20)) return false;
  return SEGWIT_PREFIXES.some((prefix) => {
    const separator = from + prefix.length;
    if (bytes[separator] !== 0x31) return false;
    for (let index = 0; index < prefix.length; index++) {
      if ((bytes[from + index]! | 0x20) !== prefix.charCodeAt(index)) return false;
    }
    return isSegwitAddress(bytes, from, separator, to);
  });
}

function isEthereum(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from !== ETHEREUM_LENGTH || bytes[from] !== 0x30 || bytes[from + 1] !== 0x78) return false;
  for (let at = from + 2; at < to; at++) {
    const isHexLetter = (bytes[at]! | 0x20) >= 0x61 && (bytes[at]! | 0x20) <= 0x66;
    if (!isHexLetter && bytes[at]! > 0x39) return false;
  }
  return true;
}

/**
 * EIP-55: a letter is a capital where the hash of the address in lower case has a digit of 8 or more.
 * https://eips.ethereum.org/EIPS/eip-55
 *
 * @returns `undefined` for an address in one case, which says nothing.
 */
function hasCaseChecksum(bytes: Uint8Array, from: number, to: number): boolean | undefined {
  let upper = 0;
  let letters = 0;
  for (let at = from + 2; at < to; at++) {
    const byte = bytes[at]!;
    decoded[at - from - 2] = byte | 0x20;
    if (byte >= 0x41) letters++;
    if (byte >= 0x41 && byte < 0x61) upper++;
  }
  if (upper === 0 || upper === letters) return undefined;
  keccak256(decoded, 0, to - from - 2, digest);
  for (let at = from + 2; at < to; at++) {
    const byte = bytes[at]!;
    const index = at - from - 2;
    const nibble = (digest[index >> 1]! >> ((index & 1) === 0 ? 4 : 0)) & 0xf;
    if (byte >= 0x41 && byte < 0x61 !== nibble >= 8) return false;
  }
  return true;
}

/**
 * Network byte, two keys and the first four bytes of their Keccak-256.
 * https://docs.getmonero.org/public-address/standard-address/
 */
function isMonero(bytes: Uint8Array, from: number, to: number): boolean {
  const size = MONERO_LENGTHS.get(to - from);
  if (size === undefined || (bytes[from] !== 0x34 && bytes[from] !== 0x38)) return false;
  let written = 0;
  for (let at = from; at < to; at += MONERO_BLOCK_TEXT) {
    const blockEnd = Math.min(to, at + MONERO_BLOCK_TEXT);
    const blockSize = Math.min(MONERO_BLOCK, size - written);
    if (!decodeBase58(bytes, at, blockEnd, decoded, written, blockSize)) return false;
    written += blockSize;
  }
  keccak256(decoded, 0, size - CHECKSUM, digest);
  return [0, 1, 2, 3].every((index) => digest[index] === decoded[size - CHECKSUM + index]);
}
