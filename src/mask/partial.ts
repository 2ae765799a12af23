import { constantOfKind } from './constant-of-kind.ts';
import { cutText } from './cut-text.ts';
import type { Masker, MaskerSpec, ValueKind } from './masker.ts';
import { redactionLabel } from './redaction-label.ts';

const STAR = 0x2a;
const SEPARATORS = ' -./@:';

// Per ASCII byte: 0 = separator (kept, not counted), 1 = other character, 2 = letter or digit.
const ASCII_CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (SEPARATORS.includes(character)) return 0;
  return /[A-Za-z0-9]/.test(character) ? 2 : 1;
});

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
    replaceAscii: (bytes: Uint8Array, start: number, end: number) =>
      partialAscii(bytes, start, end, keepFirst, keepLast),
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

function partialAscii(
  bytes: Uint8Array,
  start: number,
  end: number,
  keepFirst: number,
  keepLast: number,
): Uint8Array | undefined {
  let counted = 0;
  let alphanumerics = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte >= 0x80) return undefined;
    const category = ASCII_CLASSES[byte] as number;
    if (category !== 0) counted++;
    if (category === 2) alphanumerics++;
  }
  if (showsTooMuch(alphanumerics, keepFirst + keepLast)) return undefined;
  const output = Buffer.allocUnsafe(end - start);
  const maskedEnd = counted - keepLast;
  let index = 0;
  for (let at = start, to = 0; at < end; at++, to++) {
    const byte = bytes[at] as number;
    if (ASCII_CLASSES[byte] === 0) {
      output[to] = byte;
      continue;
    }
    output[to] = index >= keepFirst && index < maskedEnd ? STAR : byte;
    index++;
  }
  return output;
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
