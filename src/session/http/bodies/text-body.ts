import type { FieldScanner } from '../../../detect/detector.ts';
import { isSpace } from '../../../scan/byte-class.ts';
import type { ValueScan } from '../../value-scan.ts';
import type { BodyMasker } from '../body-masker.ts';
import { FoundSpans, WITHHELD } from './found-spans.ts';
import { HeldBytes } from './held-bytes.ts';
import {
  blockDoubtMax,
  DroppedRest,
  isBase64Line,
  openBlock,
  startOfBase64,
  startOfLine,
  startOfSetting,
  startOfTail,
} from './text-tail.ts';

/** Limits of a text body. */
export interface TextBodyOptions {
  /** Most bytes kept back until a finding is complete. Default 16 KiB. */
  readonly holdSizeMax?: number;
}

const HOLD_SIZE_MAX = 16 * 1024;
// Large chunks are looked at in parts, so that memory does not grow with them.
const PART_SIZE = 64 * 1024;
// Text before what is looked at, for keys and context words: rules reach back some 120 bytes, few further.
const CONTEXT_SIZE = 512;
const CONTEXT_SEARCH = 128;
// Enough for every finding made of several words.
const REACH = 256;
// A finding that ends so near the end may go on in a further group.
const NEAR_END = 64;
const STEP = 4096;
const LINE_FEED = 0x0a;
const NONE = -1;
const END_MARK: Buffer = Buffer.from('-----END ');

/**
 * Masks plain text of any length. Complete lines leave at once; what is kept is the line at hand, lines that
 * may belong to a private key, and findings that may go on. Findings of several lines that are no private
 * key, lists of tokens, are found line by line when their lines come one by one.
 *
 * Held are, in this order: context that is out already, text that has been looked at and is kept, new text.
 */
export class TextBody implements BodyMasker {
  readonly #scan: ValueScan;
  readonly #scanner: FieldScanner | undefined;
  readonly #spans: FoundSpans;
  readonly #holdSizeMax: number;
  readonly #step: number;
  readonly #held = new HeldBytes();
  // Offsets in what is held: end of the context, of what has been looked at, of the last complete line.
  #out = 0;
  #seen = 0;
  #lineEnd = 0;
  // Where a private key without its end begins, or -1; it is looked at again when it ends, or has this size.
  #blockAt = NONE;
  #blockScanSize = 0;
  #rest: DroppedRest | undefined;

  constructor(scan: ValueScan, { holdSizeMax = HOLD_SIZE_MAX }: TextBodyOptions = {}) {
    this.#scan = scan;
    this.#scanner = scan.scannerFor({ name: '', path: [], kind: 'text' });
    this.#spans = new FoundSpans(scan);
    this.#holdSizeMax = holdSizeMax;
    this.#step = Math.max(1, Math.min(STEP, holdSizeMax >> 2));
  }

  push(chunk: Uint8Array): readonly Uint8Array[] {
    if (this.#scanner === undefined) return [chunk];
    const output: Uint8Array[] = [];
    for (let from = 0; from < chunk.length; from += PART_SIZE) {
      this.#add(chunk.subarray(from, from + PART_SIZE), this.#scanner, output);
    }
    return output;
  }

  end(): readonly Uint8Array[] {
    const output: Uint8Array[] = [];
    const { length } = this.#held;
    if (this.#scanner !== undefined && length > this.#out) this.#look(this.#scanner, length, true, output);
    return output;
  }

  #add(part: Uint8Array, scanner: FieldScanner, output: Uint8Array[]): void {
    let bytes = part;
    if (this.#rest !== undefined) {
      const from = this.#rest.endIn(part);
      if (from < 0) return;
      this.#rest = undefined;
      bytes = part.subarray(from);
    }
    const before = this.#held.length;
    this.#held.push(bytes);
    const lastLine = bytes.lastIndexOf(LINE_FEED) + 1;
    if (lastLine > 0) this.#lineEnd = before + lastLine;
    for (let to = this.#dueEnd(lastLine > 0); to > 0; to = this.#dueEnd(false)) {
      this.#look(scanner, to, false, output);
    }
  }

  /**
   * What is kept is not looked at again for every line that comes, so that the work stays linear.
   *
   * @param hasLine - Whether a line has been completed since the last call.
   * @returns How far to look now; 0: not yet.
   */
  #dueEnd(hasLine: boolean): number {
    const { length, bytes } = this.#held;
    if (this.#blockAt >= 0) {
      if (length - this.#blockAt >= this.#blockScanSize) return length;
      const fresh = bytes.subarray(Math.max(this.#blockAt, this.#seen - END_MARK.length));
      this.#seen = length;
      if (!Buffer.from(fresh.buffer, fresh.byteOffset, fresh.length).includes(END_MARK)) return 0;
      this.#blockAt = NONE;
      if (this.#lineEnd === length) return length;
    }
    const isLineDue = hasLine && this.#lineEnd > this.#seen;
    if (isLineDue) {
      const isLong = this.#lineEnd - this.#seen >= this.#step;
      const line = startOfLine(bytes, this.#lineEnd, this.#out);
      if (isLong || !isBase64Line(bytes, line, this.#lineEnd)) return this.#lineEnd;
    }
    if (length - this.#seen < this.#step) return 0;
    return this.#lineEnd > this.#seen ? this.#lineEnd : length;
  }

  #look(scanner: FieldScanner, to: number, isEnd: boolean, output: Uint8Array[]): void {
    const { bytes } = this.#held;
    if (!this.#spans.search(scanner, bytes, 0, to)) {
      this.#scan.report.addFailedClosed('budget');
      output.push(WITHHELD);
      this.#forget(to);
      return;
    }
    let cut = isEnd ? to : this.#cutOf(bytes, to);
    if (to - cut > this.#holdSizeMax) {
      if (this.#isEndOfFinding(cut, to)) {
        this.#write(bytes, to, output);
        this.#scan.report.addFailedClosed('size');
        this.#rest = new DroppedRest(this.#blockAt >= 0 ? 'block' : 'token');
        const unseen = this.#held.bytes.slice(to);
        this.#forget(this.#held.length);
        if (unseen.length > 0) this.#add(unseen, scanner, output);
        return;
      }
      this.#blockAt = NONE;
      cut = this.#startOfFindingAt(to - this.#step, to);
    }
    this.#write(bytes, cut, output);
    this.#moveTo(cut, to);
  }

  // Where what is kept begins.
  #cutOf(bytes: Uint8Array, to: number): number {
    const endsLine = bytes[to - 1] === LINE_FEED;
    const half = this.#holdSizeMax >> 1;
    const reach = Math.min(REACH, this.#step);
    const first = endsLine
      ? Math.min(startOfBase64(bytes, this.#out, to, half), startOfSetting(bytes, this.#out, to, this.#spans))
      : startOfTail(bytes, this.#out, to, { reach, max: this.#holdSizeMax - this.#step });
    this.#blockAt = openBlock(bytes, this.#out, to, this.#spans);
    const isInDoubt = to - this.#blockAt <= blockDoubtMax;
    this.#blockScanSize = (isInDoubt ? Math.min(blockDoubtMax, this.#holdSizeMax) : this.#holdSizeMax) + 1;
    const wanted = this.#blockAt >= 0 ? this.#blockAt : first;
    return this.#startOfFindingAt(wanted, endsLine ? to : to - Math.min(NEAR_END, reach));
  }

  // A finding across the cut is kept when it reaches `undecided`; else all of it may leave.
  #startOfFindingAt(cut: number, undecided: number): number {
    let first = cut;
    for (let index = this.#spans.length - 1; index >= 0; index--) {
      const start = this.#spans.startOf(index);
      const end = this.#spans.endOf(index);
      if (end >= undecided && start < first) first = start;
      else if (start < first && end > first) first = end;
    }
    return Math.max(first, this.#out);
  }

  #isEndOfFinding(cut: number, to: number): boolean {
    const last = this.#spans.length - 1;
    return last >= 0 && this.#spans.endOf(last) === to && this.#spans.startOf(last) <= cut;
  }

  // Text before `cut` leaves, findings replaced. Of one that began in the context its rest is replaced.
  #write(bytes: Uint8Array, cut: number, output: Uint8Array[]): void {
    const copy = new Uint8Array(bytes.subarray(this.#out, cut));
    let at = this.#out;
    const pass = (to: number): void => {
      if (to > at) output.push(copy.subarray(at - this.#out, to - this.#out));
    };
    for (let index = 0; index < this.#spans.length; index++) {
      const from = Math.max(this.#spans.startOf(index), at);
      const to = Math.min(this.#spans.endOf(index), cut);
      if (to <= from) continue;
      pass(from);
      output.push(this.#spans.replacement(index, bytes, from, to));
      at = to;
    }
    pass(cut);
  }

  #moveTo(cut: number, seen: number): void {
    const { bytes } = this.#held;
    let first = Math.max(0, cut - CONTEXT_SIZE);
    // A word cut by the edge would be another word.
    const last = Math.min(cut, first + CONTEXT_SEARCH);
    if (first > 0) {
      let at = first;
      while (at < last && !isSpace(bytes[at]!)) at++;
      if (at < last) first = at;
    }
    this.#held.drop(first);
    this.#out = cut - first;
    this.#seen = seen - first;
    this.#lineEnd = Math.max(0, this.#lineEnd - first);
    if (this.#blockAt >= 0) this.#blockAt -= first;
  }

  #forget(to: number): void {
    this.#held.drop(to);
    this.#out = 0;
    this.#seen = 0;
    this.#lineEnd = Math.max(0, this.#lineEnd - to);
    this.#blockAt = NONE;
  }
}
