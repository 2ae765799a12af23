import type { Line } from './read-lines.ts';
import type { ScanItem } from './scan-item.ts';

const PIECE_SIZE = 128 * 1024;
// A private key, and a word before a value, may stand on other lines than the rest. What is found is whole
// when it is no longer than the difference: the longest key in use, of 16,384 bits, has 12,800 characters.
const OVERLAP_SIZE = 16 * 1024;
const BEFORE_SIZE = 1024;

/** Gathers lines, and parts of long ones, into overlapping pieces of text. */
export class TextPieces {
  #parts: string[] = [];
  #size = 0;
  // Where the piece begins, and how much of it the one before has had.
  #line = 1;
  #column = 0;
  #offset = 0;
  #seenTo = 0;

  /** @returns A piece to scan when enough has gathered. */
  add(line: Line): ScanItem | undefined {
    if (this.#size === 0) {
      this.#line = line.number;
      this.#column = line.column;
    }
    const text = line.isCut ? line.text : `${line.text}\n`;
    this.#parts.push(text);
    this.#size += text.length;
    return this.#size < PIECE_SIZE ? undefined : this.#next();
  }

  /** @returns What is left, and starts over. */
  flush(): ScanItem | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#item(this.#parts.join(''), Number.POSITIVE_INFINITY);
    this.#offset += this.#size;
    this.#keep('');
    return item;
  }

  #next(): ScanItem {
    const text = this.#parts.join('');
    const kept = startOfOverlap(text);
    const item = this.#item(text, kept + BEFORE_SIZE);
    const before = text.slice(0, kept);
    const lineStart = before.lastIndexOf('\n') + 1;
    this.#line += before.split('\n').length - 1;
    this.#column = lineStart === 0 ? this.#column + kept : kept - lineStart;
    this.#offset += kept;
    this.#keep(text.slice(kept));
    return item;
  }

  #keep(text: string): void {
    this.#parts = text === '' ? [] : [text];
    this.#size = text.length;
    this.#seenTo = text.length;
  }

  #item(text: string, tellTo: number): ScanItem {
    const tellFrom = this.#seenTo === 0 ? 0 : BEFORE_SIZE;
    return {
      text: text.endsWith('\n') ? text.slice(0, -1) : text,
      names: [],
      line: this.#line,
      column: this.#column,
      piece: { offset: this.#offset, seenTo: this.#seenTo, tellFrom, tellTo },
    };
  }
}

/** The beginning of a line where one is near: there nothing is cut in two. */
function startOfOverlap(text: string): number {
  const last = text.length - OVERLAP_SIZE;
  const lineStart = text.lastIndexOf('\n', last - 1) + 1;
  return lineStart >= last - OVERLAP_SIZE ? lineStart : last;
}

/** Plain text, in pieces. */
export async function* readText(lines: AsyncIterable<Line>): AsyncGenerator<ScanItem> {
  const pieces = new TextPieces();
  for await (const line of lines) {
    const item = pieces.add(line);
    if (item !== undefined) yield item;
  }
  const last = pieces.flush();
  if (last !== undefined) yield last;
}

/** A part of a line that is too long for a format's own reader. */
export function* readPart(line: Line, pieces: TextPieces): Generator<ScanItem> {
  const item = pieces.add(line);
  if (item !== undefined) yield item;
  const last = line.isCut ? undefined : pieces.flush();
  if (last !== undefined) yield last;
}
