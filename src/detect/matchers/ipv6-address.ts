import { afterEscape, byteAt, byteBefore, isDigit, isWord } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import { endOfPrefixLength } from './ipv4-address.ts';
import type { CandidateSpan, SweepMatcher } from './matcher.ts';

const [COLON, DOT, PERCENT, DASH] = [0x3a, 0x2e, 0x25, 0x2d];
const GROUPS = 8;
const PREFIX_MAX = 128;
// 39 for eight groups, 45 with an IPv4 tail; a run that is longer is none.
const TEXT_MAX = 45;
const ZONE_MAX = 16;

/** What a run of hexadecimal digits, colons and dots was read as. Reused by its owner. */
class Ipv6Text {
  groups = 0;
  hasGap = false;
  hasTail = false;
  /** Whether the gap is its end: 2001:db8:: */
  endsInGap = false;
  /** Digits 0 to 9 before the tail. */
  decimals = 0;

  /** @returns Whether `bytes[from, to)` is an address. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    this.groups = 0;
    this.decimals = 0;
    this.hasGap = false;
    this.hasTail = false;
    let at = from;
    while (at < to) {
      if (bytes[at] === COLON) {
        const isGap = byteAt(bytes, at + 1, to) === COLON;
        if (!isGap && (at === from || at + 1 === to)) return false;
        if (isGap && this.hasGap) return false;
        if (isGap) this.hasGap = true;
        at += isGap ? 2 : 1;
        if (byteAt(bytes, at, to) === COLON) return false;
        continue;
      }
      const groupStart = at;
      while (at < to && bytes[at] !== COLON && bytes[at] !== DOT) {
        if (isDigit(bytes[at]!)) this.decimals++;
        at++;
      }
      if (byteAt(bytes, at, to) === DOT) {
        if (!isDottedDecimal(bytes, groupStart, to)) return false;
        this.hasTail = true;
        this.groups += 2;
        break;
      }
      if (at - groupStart > 4) return false;
      this.groups++;
    }
    this.endsInGap = this.hasGap && bytes[to - 1] === COLON;
    return this.hasGap ? this.groups < GROUPS : this.groups === GROUPS;
  }
}

/**
 * IPv6 addresses in text (RFC 4291 section 2.2), with zone (RFC 4007 section 11) and prefix length. Those
 * that could be something else, or name nobody, are left to `ipv6Short`.
 */
export const ipv6Address: SweepMatcher = createIpv6Matcher(
  { digitsMin: 1, lengthMin: 7, colonsMin: 2, all: ShapeFlag.colon },
  (address, hasPrefixLength) => !isShort(address, hasPrefixLength),
);

/** `::`, `::1`, `fe80::`, `bad::cafe`: addresses, but as often scopes in code or headings. */
export const ipv6Short: SweepMatcher = createIpv6Matcher({ colonsMin: 2, all: ShapeFlag.colon }, isShort);

function isShort(address: Ipv6Text, hasPrefixLength: boolean): boolean {
  if (!address.hasGap || address.hasTail) return false;
  // Two numbers and an empty field, as in /etc/passwd: 1000:1000::/home
  if (address.endsInGap && address.groups < 3 && !hasPrefixLength) return true;
  return address.groups < 2 || address.decimals === 0;
}

function createIpv6Matcher(
  condition: SweepMatcher['condition'],
  accepts: (address: Ipv6Text, hasPrefixLength: boolean) => boolean,
): SweepMatcher {
  const address = new Ipv6Text();
  return {
    how: 'sweep',
    condition,
    next(bytes: Uint8Array, from: number, start: number, end: number, span: CandidateSpan): boolean {
      let at = from;
      if (!mayHoldAddress(bytes, from, end)) return false;
      while (at < end) {
        if (!isRunByte(bytes[at]!) || (at > from && isRunByte(bytes[at - 1]!))) {
          at++;
          continue;
        }
        let to = at;
        let colons = 0;
        while (to < end && isRunByte(bytes[to]!)) if (bytes[to++] === COLON) colons++;
        const first = startOfText(bytes, afterEscape(bytes, at, start, to), to);
        const last = endOfText(bytes, first, to);
        const isText = colons >= 2 && last - first <= TEXT_MAX && isBoundary(bytes, first, last, start, end);
        if (isText && address.read(bytes, first, last)) {
          const zoneEnd = endOfZone(bytes, last, end);
          span.start = first;
          span.end = endOfPrefixLength(bytes, zoneEnd, end, PREFIX_MAX);
          if (accepts(address, span.end > zoneEnd)) return true;
        }
        at = to + 1;
      }
      return false;
    },
  };
}

/** Six colons (with an IPv4 tail) or two in a row: times have neither. */
function mayHoldAddress(bytes: Uint8Array, from: number, end: number): boolean {
  let colons = 0;
  for (let at = from; at < end; at++) {
    if (bytes[at] !== COLON) continue;
    if (++colons >= GROUPS - 2 || byteAt(bytes, at + 1, end) === COLON) return true;
  }
  return false;
}

function isRunByte(byte: number): boolean {
  return RUN_BYTES[byte] === 1;
}

const RUN_BYTES: Uint8Array = new Uint8Array(256);
for (const byte of Buffer.from('0123456789abcdefABCDEF:.')) RUN_BYTES[byte] = 1;

/** After a single colon or dot that belongs to the text before: `ip:2001:db8::1`. */
function startOfText(bytes: Uint8Array, from: number, to: number): number {
  const isPunctuation =
    bytes[from] === DOT || (bytes[from] === COLON && byteAt(bytes, from + 1, to) !== COLON);
  return isPunctuation ? from + 1 : from;
}

/** Before what ends a sentence or clause. */
function endOfText(bytes: Uint8Array, from: number, to: number): number {
  let last = to;
  while (last > from && bytes[last - 1] === DOT) last--;
  const isSingle = last - from >= 2 && bytes[last - 1] === COLON && bytes[last - 2] !== COLON;
  return isSingle ? last - 1 : last;
}

/** Neither in a word nor after or before a scope that is one: `std::`, `a::to_string`. */
function isBoundary(bytes: Uint8Array, first: number, last: number, start: number, end: number): boolean {
  const before = byteBefore(bytes, first, start);
  const after = byteAt(bytes, last, end);
  if (isWord(before) || before === DASH || isWord(after)) return false;
  return !(after === DASH && isWord(byteAt(bytes, last + 1, end)));
}

/** Four octets up to 255 between dots. */
function isDottedDecimal(bytes: Uint8Array, from: number, to: number): boolean {
  let octets = 0;
  let at = from;
  while (octets < 4) {
    const first = at;
    let value = 0;
    while (at < to && at - first < 4 && isDigit(bytes[at]!)) value = value * 10 + bytes[at++]! - 0x30;
    if (at === first || at - first > 3 || value > 255) return false;
    octets++;
    if (octets < 4 && byteAt(bytes, at++, to) !== DOT) return false;
  }
  return at === to;
}

/** After `%eth0`, or `at`. */
function endOfZone(bytes: Uint8Array, at: number, end: number): number {
  if (byteAt(bytes, at, end) !== PERCENT) return at;
  let to = at + 1;
  while (to < end && to - at <= ZONE_MAX && isWord(bytes[to]!)) to++;
  return to === at + 1 || to - at > ZONE_MAX ? at : to;
}
