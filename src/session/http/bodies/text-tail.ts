import { isAlnum, isSpace } from '../../../scan/byte-class.ts';
import type { FoundSpans } from './found-spans.ts';

const [LINE_FEED, CARRIAGE_RETURN, SPACE, DASH, EQUALS] = [0x0a, 0x0d, 0x20, 0x2d, 0x3d];
const BEGIN: Uint8Array = Buffer.from('-----BEGIN ');
const END: Uint8Array = Buffer.from('-----END ');
const PRIVATE_KEY: Uint8Array = Buffer.from('PRIVATE KEY');
const LABEL_MAX = 64;
// RFC 7468 section 2: 64 characters a line, of some programs 76.
const BASE64_LINE_MIN = 48;
/** A block that is one has shown so by then. */
export const blockDoubtMax = 1024;
const NONE = -1;

/** @returns Whether `bytes[start, end)` is a line of base64 as keys are written, its line end included. */
export function isBase64Line(bytes: Uint8Array, start: number, end: number): boolean {
  let last = end;
  while (last > start && (bytes[last - 1] === LINE_FEED || bytes[last - 1] === CARRIAGE_RETURN)) last--;
  if (last - start < BASE64_LINE_MIN) return false;
  for (let at = start; at < last; at++) {
    const byte = bytes[at]!;
    if (!isAlnum(byte) && byte !== 0x2b && byte !== 0x2f && byte !== EQUALS) return false;
  }
  return true;
}

/** @returns Where the line begins that ends at `end`, a line end included; not before `start`. */
export function startOfLine(bytes: Uint8Array, end: number, start: number): number {
  let at = end - 1;
  while (at > start && bytes[at - 1] !== LINE_FEED) at--;
  return Math.max(at, start);
}

/**
 * Lines of base64 may be a private key whose beginning is lost: the END line tells.
 *
 * @returns Where the lines of base64 at the end begin, at most `max` bytes back; `end` when there are none.
 */
export function startOfBase64(bytes: Uint8Array, start: number, end: number, max: number): number {
  let first = end;
  while (first > start) {
    const line = startOfLine(bytes, first, start);
    if (end - line > max || !isBase64Line(bytes, line, first)) break;
    first = line;
  }
  return first;
}

/**
 * Where text that goes on may still become part of a finding: its last word, and so much before it that
 * groups of digits and words after a key are in it.
 *
 * @param reach - Bytes that are kept in any case.
 * @param max - Bytes that are kept at most.
 */
export function startOfTail(
  bytes: Uint8Array,
  start: number,
  end: number,
  { reach, max }: { readonly reach: number; readonly max: number },
): number {
  let word = end;
  while (word > start && !isSpace(bytes[word - 1]!)) word--;
  if (end - word > max) word = end;
  const least = Math.max(start, end - reach);
  let first = least;
  const floor = Math.max(start, end - max);
  while (first > floor && !isSpace(bytes[first - 1]!)) first--;
  if (first === floor && floor > start) first = least;
  return Math.min(word, first);
}

/**
 * `NAME=value` with more behind the value: whether the rest of the line belongs to it, the next line tells.
 *
 * @returns Where the last line begins when it is one; `end` when not.
 */
export function startOfSetting(bytes: Uint8Array, start: number, end: number, spans: FoundSpans): number {
  const line = startOfLine(bytes, end, start);
  for (let index = spans.length - 1; index >= 0 && spans.startOf(index) > line; index--) {
    if (bytes[spans.startOf(index) - 1] === EQUALS && bytes[spans.endOf(index)] === SPACE) return line;
  }
  return end;
}

/**
 * @returns Where a private key begins whose END line is not there, or -1. A block that holds nothing like a
 *   key by `blockDoubtMax` is none.
 */
export function openBlock(bytes: Uint8Array, start: number, end: number, spans: FoundSpans): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, end);
  const begin = text.lastIndexOf(BEGIN);
  if (begin < start || text.indexOf(END, begin) >= 0) return NONE;
  const labelAt = text.indexOf(PRIVATE_KEY, begin);
  const isCut = end - begin < BEGIN.length + LABEL_MAX && labelAt < 0;
  if (!isCut && (labelAt < 0 || labelAt > begin + BEGIN.length + LABEL_MAX)) return NONE;
  if (end - begin <= blockDoubtMax) return begin;
  for (let index = 0; index < spans.length; index++) {
    if (spans.startOf(index) <= begin && spans.endOf(index) > begin) return begin;
  }
  return NONE;
}

/** What of a finding that is too long is still to come, and is dropped. */
export type DropKind = 'block' | 'token';

/** Drops the rest of a finding that was too long to be kept: up to the END line, or the end of the word. */
export class DroppedRest {
  readonly #kind: DropKind;
  // Bytes of the mark that have been seen.
  #matched = 0;

  constructor(kind: DropKind) {
    this.#kind = kind;
  }

  /** @returns Where what goes on begins in `chunk`; -1 when all of it is dropped. */
  endIn(chunk: Uint8Array): number {
    for (let at = 0; at < chunk.length; at++) if (this.#isPast(chunk[at]!)) return at;
    return NONE;
  }

  #isPast(byte: number): boolean {
    if (this.#kind === 'token') {
      return isSpace(byte) || byte === 0x22 || byte === 0x27 || byte === 0x3c || byte === 0x3e;
    }
    // Behind the mark stand the label and dashes.
    if (this.#matched === END.length) return !isAlnum(byte) && byte !== SPACE && byte !== DASH;
    if (byte === END[this.#matched]) this.#matched++;
    else if (byte !== DASH) this.#matched = 0;
    else if (this.#matched !== 5) this.#matched = 1;
    return false;
  }
}
