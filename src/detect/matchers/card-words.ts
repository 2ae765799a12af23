import { byteAt, byteBefore, isLetter, isUpper } from '../../scan/byte-class.ts';
import { WordSet } from '../word-set.ts';

// Right before the digits: "card", "cardno", "VISA"; `%B` begins track 1 of a magnetic stripe (ISO/IEC 7813).
const BEFORE: WordSet = new WordSet(
  'card cards cardno cardnr cardnum cardnumber creditcard creditcardnumber debitcard cc ccno ccnum ccnumber pan visa amex ' +
    'mastercard maestro discover diners jcb unionpay karte kreditkarte kartennummer tarjeta carte carta cartao',
);
// Right after them: what is printed next to a number.
const AFTER: WordSet = new WordSet('exp expiry expires expiration cvv cvc cvn cid csc valid validthru thru');
const WORD_MAX = 16;

/** @returns `true` when a word for cards ends at `at`: all letters there, or those since a capital. */
export function endsInCardWord(bytes: Uint8Array, at: number, start: number): boolean {
  if (byteBefore(bytes, at - 1, start) === 0x25 && (bytes[at - 1]! | 0x20) === 0x62) return true;
  let first = at;
  while (first > start && at - first <= WORD_MAX && isLetter(bytes[first - 1]!)) {
    first--;
    if (isUpper(bytes[first]!) && BEFORE.has(bytes, first, at)) return true;
  }
  return first < at && at - first <= WORD_MAX && BEFORE.has(bytes, first, at);
}

/** @returns `true` when a word that follows card numbers begins at `at`. */
export function startsWithCardWord(bytes: Uint8Array, at: number, end: number): boolean {
  let to = at;
  while (to < end && to - at <= WORD_MAX && isLetter(bytes[to]!)) to++;
  return to > at && byteAt(bytes, at, end) <= 0xff && AFTER.has(bytes, at, to);
}
