import type { Line } from './read-lines.ts';
import type { ScanItem } from './scan-item.ts';

// Pieces of whole lines: a private key, and a word before a value, may stand on other lines than the rest.
const PIECE_SIZE = 128 * 1024;
const OVERLAP_SIZE = 16 * 1024;

/** Gathers lines into overlapping pieces of text. */
export class TextPieces {
  #lines: Line[] = [];
  #size = 0;
  #overlap = 0;

  /** @returns A piece to scan when enough has gathered. */
  add(line: Line): ScanItem | undefined {
    this.#lines.push(line);
    this.#size += line.text.length + 1;
    if (this.#size < PIECE_SIZE) return undefined;
    const item = this.#item();
    let kept = 0;
    let first = this.#lines.length;
    while (first > 1 && kept < OVERLAP_SIZE) kept += (this.#lines[--first]?.text.length ?? 0) + 1;
    // One line longer than all of it is not scanned twice.
    this.#lines = kept < this.#size && kept <= PIECE_SIZE ? this.#lines.slice(first) : [];
    this.#size = this.#lines.reduce((size, { text }) => size + text.length + 1, 0);
    this.#overlap = this.#size;
    return item;
  }

  /** @returns What is left, and starts over. */
  flush(): ScanItem | undefined {
    const item = this.#size > this.#overlap ? this.#item() : undefined;
    this.#lines = [];
    this.#size = 0;
    this.#overlap = 0;
    return item;
  }

  #item(): ScanItem {
    const text = this.#lines.map((line) => line.text).join('\n');
    return { text, names: [], line: this.#lines[0]?.number ?? 0, isOverlapping: this.#overlap > 0 };
  }
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
