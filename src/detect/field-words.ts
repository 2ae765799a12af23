import { afterEscape, isAlnum, isUpper } from '../scan/byte-class.ts';
import type { Field } from './detector.ts';

/**
 * The words of a name, in lower case, each between single spaces: `customerSSN_2` becomes
 * `' customer ssn 2 '`. Words end at anything but a letter or digit, at a change from lower to upper case,
 * before the last capital of an acronym (`SSNValue`), and between letters and digits.
 */
export function wordsOf(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .replace(/([A-Za-z])([0-9])/g, '$1 $2')
    .replace(/([0-9])([A-Za-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  return words.length === 0 ? '' : ` ${words.join(' ')} `;
}

/** The field's own name: where it has none (an element of an array), the last name on its path. */
export function ownNameOf(field: Field): string {
  return field.name !== '' ? field.name : (field.path.findLast((part) => part !== '') ?? '');
}

/** Words of the field's name and of every name on its path. */
export function allWordsOf(field: Field): string {
  return [...field.path, field.name].map(wordsOf).join(' ');
}

/** Whole-word search: phrases as `wordsOf` writes them. */
export function hasAnyPhrase(words: string, phrases: readonly string[]): boolean {
  return words !== '' && phrases.some((phrase) => words.includes(phrase));
}

function isInWord(byte: number): boolean {
  return byte >= 0x80 || isAlnum(byte);
}

function wordsOfText(text: string): string {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return ` ${words.filter((word) => word !== '').join(' ')} `;
}

/** Bytes before a candidate in which a context word counts. */
export const contextBytesMax = 40;

/** Bytes of their words: one space more on either side. */
export const wordsLengthMax: number = contextBytesMax + 2;

const SPACE = 0x20;

/**
 * Writes the words in the text right before `at` as `wordsOf` does, without splitting at case or digits.
 *
 * @param into - Has `wordsLengthMax` bytes.
 * @returns How many bytes it wrote; -1 where there is more than ASCII.
 */
export function readWordsBefore(bytes: Uint8Array, at: number, start: number, into: Uint8Array): number {
  into[0] = SPACE;
  let length = 1;
  for (let index = firstWordBefore(bytes, at, start); index < at; index++) {
    const byte = bytes[index]!;
    if (byte >= 0x80) return -1;
    if (isAlnum(byte)) into[length++] = isUpper(byte) ? byte | 0x20 : byte;
    else {
      if (into[length - 1] !== SPACE) into[length++] = SPACE;
      index = afterEscape(bytes, index + 1, start, at) - 1;
    }
  }
  if (into[length - 1] !== SPACE) into[length++] = SPACE;
  return length;
}

/** A word cut by the edge of what counts is not that word. */
function firstWordBefore(bytes: Uint8Array, at: number, start: number): number {
  let from = Math.max(start, at - contextBytesMax);
  if (from > start) while (from < at && isInWord(bytes[from - 1]!) && isInWord(bytes[from]!)) from++;
  return from;
}

/** The words in the text right before `at`, as `readWordsBefore` writes them. */
export function wordsBefore(bytes: Uint8Array, at: number, start: number): string {
  const words = Buffer.alloc(wordsLengthMax);
  const length = readWordsBefore(bytes, at, start, words);
  if (length >= 0) return words.toString('latin1', 0, length);
  return wordsOfText(Buffer.from(bytes.subarray(firstWordBefore(bytes, at, start), at)).toString('utf8'));
}
