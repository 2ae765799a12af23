import { decodeJsonText } from '../../../wire/json/string-literal.ts';
import type { JsonPlace } from './json-places.ts';
import type { JsonKey, KeyTable } from './key-table.ts';

const NAME_SIZE_MAX = 128;
const COLUMNS_MAX = 4096;

/** An open object or array; used again for the next one at its depth. */
class Frame {
  place: JsonPlace;
  isArray = false;
  /** Of the element, or of the key that is expected next. */
  index = 0;
  /** What a naming key has said about the value beside it. */
  name: string | undefined = undefined;
  /** Names of the cells of rows, told in this frame or one inside it. */
  columns: string[] | undefined = undefined;

  constructor(place: JsonPlace) {
    this.place = place;
  }
}

/** Where in a document we are, and so which place the value at hand has. */
export class JsonFrames {
  /** Of the value that is read now. */
  place: JsonPlace;
  readonly #root: JsonPlace;
  readonly #keys: KeyTable;
  readonly #frames: Frame[] = [];
  #depth = 0;

  constructor(root: JsonPlace, keys: KeyTable) {
    this.#root = root;
    this.#keys = keys;
    this.place = root;
  }

  /** A document is complete. */
  restart(): void {
    this.#depth = 0;
    this.place = this.#root;
  }

  enter(isArray: boolean): void {
    if (this.#depth === this.#frames.length) this.#frames.push(new Frame(this.place));
    const frame = this.#frames[this.#depth++]!;
    frame.place = this.place;
    frame.isArray = isArray;
    frame.index = 0;
    frame.name = undefined;
    frame.columns = undefined;
    if (isArray) this.place = this.#elementPlace(frame);
  }

  leave(): void {
    this.#depth--;
  }

  /** @returns The key at `bytes[start, end)`, which leads to the next value. */
  key(bytes: Uint8Array, start: number, end: number): JsonKey {
    const frame = this.#frames[this.#depth - 1]!;
    const expected = frame.place.entries[frame.index];
    const entry =
      expected?.key.isAt(bytes, start, end) === true
        ? expected
        : frame.place.entry(this.#keys.get(bytes, start, end));
    frame.index = entry.index + 1;
    const isNamed = frame.name !== undefined && entry.place.role === 'named';
    this.place = isNamed ? frame.place.named(frame.name!) : entry.place;
    return entry.key;
  }

  nextElement(): void {
    const frame = this.#frames[this.#depth - 1]!;
    frame.index++;
    this.place = this.#elementPlace(frame);
  }

  /** A cell of a row has the name of its column. */
  #elementPlace(frame: Frame): JsonPlace {
    if (this.#depth > 1 && this.#frames[this.#depth - 2]!.isArray) {
      const column = this.#columns()?.[frame.index];
      if (column !== undefined) return frame.place.named(column);
    }
    return frame.place.element(frame.index);
  }

  #columns(): readonly string[] | undefined {
    for (let depth = this.#depth - 1; depth >= 0; depth--) {
      const { columns } = this.#frames[depth]!;
      if (columns !== undefined) return columns;
    }
    return undefined;
  }

  /** Remembers the string at hand where it names the value beside it, or a column. */
  noteString(bytes: Uint8Array, start: number, end: number): void {
    const { role } = this.place;
    if (role === 'none' || role === 'named') return;
    if (this.#depth === 0 || end - start > NAME_SIZE_MAX) return;
    const text = decodeJsonText(bytes, start, end);
    const frame = this.#frames[this.#depth - 1]!;
    if (role === 'column') this.#noteColumn(this.#depth - 2, frame.index, text);
    else frame.name = text;
    if (role === 'column-name') this.#noteColumn(this.#depth - 3, this.#frames[this.#depth - 2]!.index, text);
  }

  /** The list may stand beside the rows, or some objects deeper: `{"meta": {"columns": []}, "rows": []}`. */
  #noteColumn(ownerDepth: number, index: number, name: string): void {
    if (index >= COLUMNS_MAX) return;
    for (let depth = ownerDepth; depth >= 0; depth--) {
      const frame = this.#frames[depth]!;
      if (frame.isArray) return;
      if (index === 0 || frame.columns === undefined) frame.columns = [];
      frame.columns[index] = name;
    }
  }
}
