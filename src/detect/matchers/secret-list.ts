import { byteAt, isSpace } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import { isPlaceholder, looksLikeToken } from '../secret-value.ts';
import { KeyName, readKeyName } from './key-name.ts';
import type { CandidateSpan, LiteralMatcher } from './matcher.ts';

const ITEMS_MAX = 64;
const ITEM_MAX = 512;
const GAP_MAX = 16;

const key: KeyName = new KeyName();

/**
 * A list of secrets under a key in the plural: `"tokens": ["...", "..."]`. The finding goes from the first to
 * the last of them.
 *
 * @param keywords - What the key ends in: `tokens`.
 */
export function createSecretList(keywords: readonly string[]): LiteralMatcher {
  return {
    how: 'literal',
    literals: keywords,
    condition: { lengthMin: 16, any: ShapeFlag.colon | ShapeFlag.assign },
    at(
      bytes: Uint8Array,
      literalStart: number,
      literalEnd: number,
      start: number,
      end: number,
      span: CandidateSpan,
    ): boolean {
      readKeyName(bytes, literalStart, literalEnd, literalEnd, start, key);
      if (key.isAbout) return false;
      let at = literalEnd;
      if (isQuote(byteAt(bytes, at, end))) at++;
      at = skipSpaces(bytes, at, end);
      if (byteAt(bytes, at, end) !== 0x3a && byteAt(bytes, at, end) !== 0x3d) return false;
      at = skipSpaces(bytes, at + 1, end);
      return byteAt(bytes, at, end) === 0x5b && readItems(bytes, at + 1, end, span);
    },
  };
}

/** Reads quoted items; the first that is no secret ends the list. */
function readItems(bytes: Uint8Array, from: number, end: number, span: CandidateSpan): boolean {
  let at = from;
  span.end = 0;
  for (let item = 0; item < ITEMS_MAX; item++) {
    at = skipSpaces(bytes, at, end);
    const quote = byteAt(bytes, at, end);
    if (!isQuote(quote)) break;
    const itemStart = at + 1;
    let itemEnd = itemStart;
    while (itemEnd < end && itemEnd - itemStart < ITEM_MAX && bytes[itemEnd] !== quote) itemEnd++;
    if (isPlaceholder(bytes, itemStart, itemEnd) || !looksLikeToken(bytes, itemStart, itemEnd)) break;
    if (item === 0) span.start = itemStart;
    span.end = itemEnd;
    at = skipSpaces(bytes, itemEnd + 1, end);
    if (byteAt(bytes, at, end) !== 0x2c) break;
    at++;
  }
  return span.end > 0;
}

function isQuote(byte: number): boolean {
  return byte === 0x22 || byte === 0x27;
}

function skipSpaces(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && at - from < GAP_MAX && isSpace(bytes[at]!)) at++;
  return at;
}
