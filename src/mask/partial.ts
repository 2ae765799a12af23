import { constantOfKind } from './constant-of-kind.ts';
import { cutText } from './cut-text.ts';
import type { Masker, MaskerSpec, ValueKind } from './masker.ts';
import { redactionLabel } from './redaction-label.ts';

const STAR = 0x2a;
const SEPARATORS = ' -./@:';

// Counts of one byte, to be added up: whether it is a character in the low half, a letter or digit in the
// high half; 0 for a separator. The sign bit says that it is not ASCII.
const ALPHANUMERIC = 0x10000;
const NOT_ASCII = 0x80000000;
const COUNTS = Int32Array.from({ length: 256 }, (_, code) => {
  if (code >= 0x80) return NOT_ASCII;
  const character = String.fromCharCode(code);
  if (SEPARATORS.includes(character)) return 0;
  return /[A-Za-z0-9]/.test(character) ? ALPHANUMERIC | 1 : 1;
});

// Longer values would overflow a half; going through a string costs them little.
const asciiSizeMax = 0x7fff;

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/**
 * Keeps the first and last characters of a text and replaces the others by `*`.
 *
 * A character is a Unicode code point that is not a separator; separators (space `-` `.` `/` `@` `:`)
 * stay and are not counted, so `123-45-6789` with keepLast 4 becomes `***-**-6789`. A value that would
 * show more than half of its letters and digits is redacted whole, as is a value of any other kind.
 */
export function createPartialMasker(spec: Extract<MaskerSpec, { mask: 'partial' }>): Masker {
  const keepFirst = spec.keepFirst ?? 0;
  const keepLast = spec.keepLast ?? 0;
  return {
    spec,
    isConstant: false,
    isConstantFor: (kind: ValueKind) => kind.kind !== 'text',
    replaceAscii: (bytes: Uint8Array, start: number, end: number, target: Uint8Array, at: number) => {
      const maskedEnd = endOfMasked(bytes, start, end, keepFirst, keepLast);
      if (maskedEnd === undefined) return false;
      starAscii(bytes, start, end, keepFirst, maskedEnd, target, at);
      return true;
    },
    replacement(value: string, kind: ValueKind, entity: string | undefined): string | null {
      const kept = kind.kind === 'text' ? partialText(value, keepFirst, keepLast) : undefined;
      if (kind.kind !== 'text' || kept === undefined) {
        return constantOfKind(kind, redactionLabel(undefined, entity));
      }
      return cutText(kept, kind.lengthMax);
    },
  };
}

/**
 * Whether a text looks like one this masker has written: kept characters, at least three stars, kept
 * characters, and nothing else but separators.
 */
export function looksPartiallyMasked(
  value: string,
  { keepFirst = 0, keepLast = 0 }: { readonly keepFirst?: number; readonly keepLast?: number },
): boolean {
  if (!value.includes('*')) return false;
  const characters = [...value].filter((character) => !SEPARATORS.includes(character));
  const stars = characters.slice(keepFirst, characters.length - keepLast);
  const kept = [...characters.slice(0, keepFirst), ...characters.slice(characters.length - keepLast)];
  const starsMin = Math.max(3, keepFirst + keepLast);
  return stars.length >= starsMin && stars.every((c) => c === '*') && !kept.includes('*');
}

// Fails closed: at most half of the letters and digits may show, and never all of a short value.
function showsTooMuch(alphanumerics: number, kept: number): boolean {
  return alphanumerics <= kept || alphanumerics < 2 * kept;
}

// How many characters come before those that are kept at the end.
function endOfMasked(
  bytes: Uint8Array,
  start: number,
  end: number,
  keepFirst: number,
  keepLast: number,
): number | undefined {
  if (end - start > asciiSizeMax) return undefined;
  let counts = 0;
  let flags = 0;
  for (let at = start; at < end; at++) {
    const own = COUNTS[bytes[at] as number] as number;
    counts += own & ~NOT_ASCII;
    flags |= own;
  }
  if (flags < 0 || showsTooMuch(counts >>> 16, keepFirst + keepLast)) return undefined;
  return (counts & 0xffff) - keepLast;
}

function starAscii(
  bytes: Uint8Array,
  start: number,
  end: number,
  keepFirst: number,
  maskedEnd: number,
  target: Uint8Array,
  to: number,
): void {
  const shift = to - start;
  let index = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    const own = (COUNTS[byte] as number) & 1;
    target[at + shift] = own === 1 && index >= keepFirst && index < maskedEnd ? STAR : byte;
    index += own;
  }
}

function partialText(value: string, keepFirst: number, keepLast: number): string | undefined {
  const characters = [...value];
  let counted = 0;
  let alphanumerics = 0;
  for (const character of characters) {
    if (!SEPARATORS.includes(character)) counted++;
    if (LETTER_OR_DIGIT.test(character)) alphanumerics++;
  }
  if (showsTooMuch(alphanumerics, keepFirst + keepLast)) return undefined;
  const maskedEnd = counted - keepLast;
  let index = 0;
  return characters
    .map((character) => {
      if (SEPARATORS.includes(character)) return character;
      const isMasked = index >= keepFirst && index < maskedEnd;
      index++;
      return isMasked ? '*' : character;
    })
    .join('');
}
