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

/**
 * @returns The words in the text right before `at`, as `wordsOf` writes them, without splitting at case or
 * digits.
 */
export function wordsBefore(bytes: Uint8Array, at: number, start: number): string {
  let from = Math.max(start, at - contextBytesMax);
  // A word cut by the window's edge is not that word.
  if (from > start) while (from < at && isInWord(bytes[from - 1]!) && isInWord(bytes[from]!)) from++;
  let words = ' ';
  for (let index = from; index < at; index++) {
    const byte = bytes[index]!;
    if (byte >= 0x80) return wordsOfText(Buffer.from(bytes.subarray(from, at)).toString('utf8'));
    if (isAlnum(byte)) words += String.fromCharCode(isUpper(byte) ? byte | 0x20 : byte);
    else {
      if (!words.endsWith(' ')) words += ' ';
      index = afterEscape(bytes, index + 1, start, at) - 1;
    }
  }
  return words.endsWith(' ') ? words : `${words} `;
}
