import type { FieldScanner } from '../../../detect/detector.ts';
import { isDigit, isSpace, isUpper } from '../../../scan/byte-class.ts';
import type { ValueScan } from '../../value-scan.ts';
import { type FoundSpans, WITHHELD } from './found-spans.ts';

/** A part of a text, as one event told it. Positions count from the beginning of the text. */
export interface DeltaPiece {
  readonly stream: DeltaStream;
  readonly start: number;
  readonly end: number;
  readonly value: Uint8Array;
  /** What stands for parts of it, in order. */
  readonly edits: DeltaEdit[];
}

/** A replaced part of a piece, in bytes of its value. */
export interface DeltaEdit {
  readonly start: number;
  readonly end: number;
  readonly replacement: Uint8Array;
}

const EMPTY: Uint8Array = new Uint8Array(0);
// Text that is out already and still gives context, or is the beginning of a finding that grows.
const CONTEXT_SIZE = 256;
const FINDING_SIZE_MAX = 8 * 1024;
const [SPACE, OPEN, PLUS] = [0x20, 0x28, 0x2b];

/** One text that is told in pieces: what of it is decided, and what has been found. */
export class DeltaStream {
  readonly #scan: ValueScan;
  readonly #scanner: FieldScanner | undefined;
  readonly #spans: FoundSpans;
  readonly #holdSizeMax: number;
  // The last part of the text; its first byte has the position `#base`.
  #text: Uint8Array = EMPTY;
  #base = 0;
  #decided = 0;
  // After the last byte that was masked.
  #maskedTo = 0;
  #isLost = false;
  #pieces: DeltaPiece[] = [];

  constructor(scan: ValueScan, spans: FoundSpans, name: string, holdSizeMax: number) {
    this.#scan = scan;
    this.#spans = spans;
    this.#scanner = scan.scannerFor({ name, path: [], kind: 'text' });
    this.#holdSizeMax = holdSizeMax;
  }

  /** What lies before this position may leave. */
  get decided(): number {
    return this.#decided;
  }

  /** Whether some of the text is not decided. */
  get isHolding(): boolean {
    return this.#decided < this.#base + this.#text.length;
  }

  /** Adds the next piece; `decide` says what of it may leave. */
  add(value: Uint8Array): DeltaPiece {
    const start = this.#base + this.#text.length;
    this.#text = Buffer.concat([this.#text, value]);
    const piece = { stream: this, start, end: start + value.length, value, edits: [] };
    this.#pieces.push(piece);
    return piece;
  }

  /** Remembers a text that leaves as it is: it may turn out to be the first piece. */
  note(value: Uint8Array): void {
    this.#base += this.#text.length;
    this.#text = new Uint8Array(value.subarray(-CONTEXT_SIZE));
    this.#base += value.length - this.#text.length;
    this.#decided = this.#base + this.#text.length;
  }

  /** @param isForced - All of the text is to be decided, whatever may follow. */
  decide(isForced: boolean): void {
    const { length } = this.#text;
    if (this.#isLost) {
      this.#cover(this.#decided, this.#base + length, EMPTY);
      this.#settle(length, length);
      return;
    }
    if (this.#scanner === undefined) {
      this.#settle(length, length);
      return;
    }
    if (!this.#spans.search(this.#scanner, this.#text, 0, length)) {
      this.#scan.report.addFailedClosed('budget');
      this.#cover(this.#decided, this.#base + length, WITHHELD);
      this.#settle(length, length);
      return;
    }
    const last = this.#spans.length - 1;
    const open = last >= 0 && this.#spans.endOf(last) === length ? this.#spans.startOf(last) : length;
    const out = this.#decided - this.#base;
    let end = isForced
      ? length
      : this.#startOfUndecided(Math.max(out, Math.min(open, startOfTail(this.#text))));
    if (length - end > this.#holdSizeMax) end = length;
    this.#maskFindings(out, end);
    this.#settle(end, open);
  }

  // No finding is cut in two.
  #startOfUndecided(from: number): number {
    for (let index = 0; index < this.#spans.length; index++) {
      const start = this.#spans.startOf(index);
      if (start < from && this.#spans.endOf(index) > from) return Math.max(start, this.#decided - this.#base);
    }
    return from;
  }

  #maskFindings(out: number, end: number): void {
    for (let index = 0; index < this.#spans.length; index++) {
      const start = this.#spans.startOf(index);
      const from = Math.max(start, out);
      const to = Math.min(this.#spans.endOf(index), end);
      if (to <= from) continue;
      // What a finding has grown by is removed: what stands for it is out already.
      const hasGrown = this.#maskedTo > this.#base + start;
      const replacement = hasGrown ? EMPTY : this.#spans.replacement(index, this.#text, from, to);
      this.#cover(this.#base + from, this.#base + to, replacement);
    }
  }

  // The replacement stands in the first piece concerned.
  #cover(from: number, to: number, replacement: Uint8Array): void {
    let isWritten = false;
    for (const piece of this.#pieces) {
      const start = Math.max(from, piece.start);
      const end = Math.min(to, piece.end);
      if (end <= start) continue;
      const edit = { start: start - piece.start, end: end - piece.start };
      piece.edits.push({ ...edit, replacement: isWritten ? EMPTY : replacement });
      isWritten = true;
    }
    if (isWritten) this.#maskedTo = to;
  }

  #settle(decided: number, open: number): void {
    this.#decided = this.#base + decided;
    this.#pieces = this.#pieces.filter(({ end }) => end > this.#decided);
    let keep = Math.min(open, Math.max(0, decided - CONTEXT_SIZE));
    if (decided - keep > FINDING_SIZE_MAX) {
      // Fails closed: nobody can tell where a finding of this size ends.
      if (!this.#isLost) this.#scan.report.addFailedClosed('size');
      this.#isLost = true;
      keep = decided;
    }
    this.#text = this.#text.subarray(keep);
    this.#base += keep;
  }
}

/**
 * Where text that goes on is not decided: at its last word, and where that may be a group of digits, at the
 * groups right before it.
 */
function startOfTail(text: Uint8Array): number {
  let tail = startOfWord(text, text.length);
  if (!mayBeGroup(text, tail, text.length)) return tail;
  for (;;) {
    const end = endOfGroup(text, tail);
    const start = startOfWord(text, end);
    if (start === end || !mayBeGroup(text, start, end)) return tail;
    tail = start;
  }
}

function startOfWord(text: Uint8Array, end: number): number {
  let at = end;
  while (at > 0 && !isSpace(text[at - 1]!)) at--;
  return at;
}

// Up to two spaces stand between groups.
function endOfGroup(text: Uint8Array, start: number): number {
  let end = start;
  while (end > 0 && start - end < 2 && text[end - 1] === SPACE) end--;
  return end;
}

/** Digits, the beginning of a telephone number, and the capitals in an IBAN. */
function mayBeGroup(text: Uint8Array, start: number, end: number): boolean {
  let isUpperCase = true;
  for (let at = start; at < end; at++) {
    const byte = text[at]!;
    if (isDigit(byte) || byte === PLUS || byte === OPEN) return true;
    isUpperCase &&= isUpper(byte);
  }
  return isUpperCase;
}
