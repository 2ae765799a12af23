import { isDigit } from '../../scan/byte-class.ts';

// Issuer identification numbers by their first six digits, inclusive, with the lengths a range is
// issued in. `common` lengths are those in everyday use.
interface CardRange {
  readonly from: number;
  readonly to: number;
  readonly common: readonly number[];
  readonly known: readonly number[];
}

const LONG: readonly number[] = [16, 17, 18, 19];
const MAESTRO: readonly number[] = [12, 13, 14, 15, 16, 17, 18, 19];

const RANGES: readonly CardRange[] = [
  { from: 400000, to: 499999, common: [16], known: [13, 16, 18, 19] }, // Visa
  { from: 510000, to: 559999, common: [16], known: [16] }, // Mastercard
  { from: 222100, to: 272099, common: [16], known: [16] }, // Mastercard, 2-series
  { from: 340000, to: 349999, common: [15], known: [15] }, // American Express
  { from: 370000, to: 379999, common: [15], known: [15] },
  { from: 601100, to: 601199, common: [16], known: LONG }, // Discover
  { from: 622126, to: 622925, common: [16], known: LONG },
  { from: 644000, to: 659999, common: [16], known: LONG },
  { from: 352800, to: 358999, common: [16], known: LONG }, // JCB
  { from: 350000, to: 359999, common: [], known: [16] },
  { from: 213100, to: 213199, common: [15], known: [15] },
  { from: 180000, to: 180099, common: [15], known: [15] },
  { from: 300000, to: 305999, common: [14], known: [14, 15, 16, 17, 18, 19] }, // Diners Club
  { from: 309500, to: 309599, common: [14], known: [14, 15, 16, 17, 18, 19] },
  { from: 360000, to: 369999, common: [14], known: [14, 15, 16, 17, 18, 19] },
  { from: 100000, to: 199999, common: [], known: [15] }, // UATP
  { from: 380000, to: 399999, common: [], known: [14, 15, 16, 17, 18, 19] },
  { from: 620000, to: 629999, common: [16], known: LONG }, // UnionPay
  { from: 810000, to: 819999, common: [], known: LONG },
  { from: 220000, to: 220499, common: [16], known: LONG }, // Mir
  { from: 500000, to: 509999, common: [], known: MAESTRO },
  { from: 560000, to: 699999, common: [], known: MAESTRO },
  { from: 501800, to: 501899, common: [16], known: LONG },
  { from: 502000, to: 502099, common: [16], known: LONG },
  { from: 503800, to: 503899, common: [16], known: LONG },
  { from: 589300, to: 589399, common: [16], known: LONG },
  { from: 630400, to: 630499, common: [16], known: LONG },
  { from: 675900, to: 676399, common: [16], known: LONG },
  { from: 508500, to: 508999, common: [16], known: LONG }, // RuPay
  { from: 606985, to: 607984, common: [16], known: LONG },
  { from: 636297, to: 636369, common: [16], known: LONG }, // Elo
];

const commonLengths: Int32Array = lengthsByPrefix('common');
const knownLengths: Int32Array = lengthsByPrefix('known');

/** Bit `n` of entry `p`: a card whose first four digits are `p` may have `n` digits. */
function lengthsByPrefix(which: 'common' | 'known'): Int32Array {
  const table = new Int32Array(10_000);
  for (const range of RANGES) {
    const last = Math.floor(range.to / 100);
    // A range that begins or ends inside a four-digit prefix takes all of it: the checksum decides the rest.
    for (let prefix = Math.floor(range.from / 100); prefix <= last; prefix++) {
      for (const length of range[which]) table[prefix]! |= 1 << length;
    }
  }
  return table;
}

/** First four digits of a candidate; separators are skipped. */
function prefixOf(bytes: Uint8Array, from: number): number {
  let prefix = 0;
  let count = 0;
  for (let at = from; count < 4; at++) {
    const byte = bytes[at]!;
    if (!isDigit(byte)) continue;
    prefix = prefix * 10 + byte - 0x30;
    count++;
  }
  return prefix;
}

/**
 * @returns `true` when cards that begin like this commonly have this many digits. At least 4 digits follow
 * `from`.
 */
export function isCommonCard(bytes: Uint8Array, from: number, digits: number): boolean {
  return (commonLengths[prefixOf(bytes, from)]! & (1 << digits)) !== 0;
}

/**
 * @returns `true` when cards that begin like this can have this many digits. At least 4 digits follow
 * `from`.
 */
export function isKnownCard(bytes: Uint8Array, from: number, digits: number): boolean {
  return (knownLengths[prefixOf(bytes, from)]! & (1 << digits)) !== 0;
}
