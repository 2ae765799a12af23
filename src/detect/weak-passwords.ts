import { isAlnum, isDigit, isLetter, isUpper } from '../scan/byte-class.ts';
import { WordSet } from './word-set.ts';

/**
 * Words that people choose for passwords, and that neither describe one nor name anything of a program:
 * `password: letmein` tells a password, `password: required` does not.
 */
const WEAK: WordSet = new WordSet(
  'letmein letmeout opensesame sesame iloveyou loveyou trustno trustnoone qwerty qwertyuiop qwertz azerty asdf asdfgh ' +
    'asdfghjkl zxcvbn zxcvbnm qazwsx dragon monkey sunshine princess football baseball basketball soccer hockey ' +
    'superman batman spiderman pokemon starwars shadow hunter ninja mustang ferrari harley jordan michael jennifer ' +
    'jessica ashley charlie daniel thomas chocolate cheese banana butterfly flower rainbow summer winter ' +
    'autumn welcome freedom liverpool chelsea arsenal barcelona pepper ginger ' +
    'buster tigger maverick phoenix samsung lovely blessed babygirl bailey swordfish ' +
    'correcthorse',
);
const PASSWORD: WordSet = new WordSet('password passwort passwd admin welcome');
const LENGTH_MAX = 24;
const TAIL_MAX = 6;
const LETTER_OF: Readonly<Record<number, number>> = {
  48: 0x6f, // 0
  49: 0x69, // 1
  51: 0x65, // 3
  52: 0x61, // 4
  53: 0x73, // 5
  64: 0x61, // @
  36: 0x73, // $
};

const letters: Uint8Array = new Uint8Array(LENGTH_MAX);

/**
 * Says whether the bytes are a password of those that everybody tries first: one of the words above, also
 * with digits for letters, and with digits and a mark at its end; or `Password1`, as rules for passwords make
 * people write it.
 */
export function isWeakPassword(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < 5 || length > LENGTH_MAX || !isLetter(bytes[start]!)) return false;
  let wordEnd = end;
  while (wordEnd > start && !isLetter(bytes[wordEnd - 1]!)) wordEnd--;
  if (end - wordEnd > TAIL_MAX) return false;
  let size = 0;
  for (let at = start; at < wordEnd; at++) {
    const byte = bytes[at]!;
    const letter = isLetter(byte) ? byte : LETTER_OF[byte];
    if (letter === undefined) return false;
    letters[size++] = letter;
  }
  if (WEAK.has(letters, 0, size)) return true;
  const last = bytes[end - 1]!;
  const hasTail = wordEnd < end && (isDigit(last) || !isAlnum(last));
  return hasTail && isUpper(bytes[start]!) && hasDigit(bytes, wordEnd, end) && PASSWORD.has(letters, 0, size);
}

function hasDigit(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (isDigit(bytes[at]!)) return true;
  return false;
}
