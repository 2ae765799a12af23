import { NAME_SIZE_MAX } from '../../../wire/json/kernel/layout.ts';
import { decodeJsonString } from '../../../wire/json/string-literal.ts';
import type { JsonPlace, PlaceEntry } from './json-places.ts';
import type { KeyTable } from './key-table.ts';

const NAMES_MAX = 8;
const COLUMNS_MAX = 4096;

/** An open object or array; used again for the next one at its depth. */
export class Frame {
  place: JsonPlace;
  isArray = false;
  /** Of the element, or of the key that is expected next. */
  index = 0;
  /** What naming keys have said about the value beside them. */
  names: string[] = [];
  /** The last of them as it stands in the window, until it is asked for: it seldom is. */
  nameStart = 0;
  nameEnd = 0;
  /** Names of the cells of rows, told in this frame or one inside it; a column may have several. */
  columns: string[][] | undefined = undefined;

  constructor(place: JsonPlace) {
    this.place = place;
  }
}

/** By position, the names of a column. */
export type Columns = readonly (readonly string[])[];

/** Where in a document we are, and so which place the value at hand has. */
export class JsonFrames {
  /** Of the value that is read now, by its path. */
  place: JsonPlace;
  /** Of the same value by a name that stands elsewhere: beside it, or over its column. */
  named: JsonPlace | undefined = undefined;
  readonly #root: JsonPlace;
  readonly #keys: KeyTable;
  readonly #frames: Frame[] = [];
  #depth = 0;
  #hasUnread = false;
  // The outermost frame that has columns.
  #outermost = Number.POSITIVE_INFINITY;
  readonly #known: Columns | undefined;

  /** @param columns - Names of the cells of rows, where they are known before; none: no names will come. */
  constructor(root: JsonPlace, keys: KeyTable, columns?: Columns) {
    this.#root = root;
    this.#keys = keys;
    this.#known = columns;
    this.place = root;
  }

  /** A document is complete. */
  restart(): void {
    this.#depth = 0;
    this.#forgetColumns();
    this.place = this.#root;
    this.named = undefined;
  }

  enter(isArray: boolean): void {
    const frame = this.#open(this.place);
    frame.isArray = isArray;
    this.named = undefined;
    if (isArray) this.#enterElement(frame);
  }

  #open(place: JsonPlace): Frame {
    if (this.#depth === this.#frames.length) this.#frames.push(new Frame(place));
    const frame = this.#frames[this.#depth++]!;
    frame.place = place;
    frame.index = 0;
    if (frame.names.length > 0) frame.names = [];
    frame.nameEnd = 0;
    frame.columns = undefined;
    return frame;
  }

  leave(): void {
    this.#depth--;
    this.#forgetColumns();
  }

  #forgetColumns(): void {
    if (this.#outermost >= this.#depth) this.#outermost = Number.POSITIVE_INFINITY;
  }

  /** The frame of the container that was opened at this depth; 0: the outermost one. */
  at(depth: number): Frame {
    return this.#frames[depth]!;
  }

  /** Leaves all but the outermost `kept` containers, and opens others up to `depth`, with no place yet. */
  reopen(kept: number, depth: number): void {
    this.#depth = kept;
    this.#forgetColumns();
    while (this.#depth < depth) this.#open(this.place);
  }

  /** The value that is read next has this place; `undefined`: that is not known here. */
  goTo(place: JsonPlace | undefined, bytes: Uint8Array): void {
    if (place !== undefined) this.place = place;
    this.named = this.place.role === 'named' ? this.placeBeside(bytes) : undefined;
  }

  /** Whether cells of rows may have names. */
  get hasColumns(): boolean {
    return this.#outermost < this.#depth || this.#known !== undefined;
  }

  /** @returns The key at `bytes[start, end)`, which leads to the next value. */
  key(bytes: Uint8Array, start: number, end: number): PlaceEntry {
    const frame = this.#frames[this.#depth - 1]!;
    const expected = frame.place.entries[frame.index];
    const entry =
      expected?.key.isAt(bytes, start, end) === true
        ? expected
        : frame.place.entry(this.#keys.get(bytes, start, end));
    frame.index = entry.index + 1;
    this.goTo(entry.place, bytes);
    return entry;
  }

  nextElement(): void {
    const frame = this.#frames[this.#depth - 1]!;
    frame.index++;
    this.#enterElement(frame);
  }

  /** A cell of a row has the name of its column. */
  #enterElement(frame: Frame): void {
    this.place = frame.place.element(frame.index);
    this.named = undefined;
    const isRow = frame.place.role === 'row' || (this.#depth > 1 && this.#frames[this.#depth - 2]!.isArray);
    const names = isRow ? this.columns?.[frame.index] : undefined;
    if (names !== undefined) this.named = placeOf(frame, names);
  }

  /** The place that says what happens to the value: a rule for its path goes first. */
  get deciding(): JsonPlace {
    return this.place.plan.action === 'mask' ? this.place : (this.named ?? this.place);
  }

  /** Of the container at hand. */
  get placeOfContainer(): JsonPlace {
    return this.#frames[this.#depth - 1]!.place;
  }

  /** How many containers are open. */
  get depth(): number {
    return this.#depth;
  }

  /** Whether the array that begins now is the first of rows whose columns nobody has named yet. */
  get mayBeRows(): boolean {
    if (this.#depth < 2) return false;
    const rows = this.#frames[this.#depth - 1]!;
    const isFirst = rows.isArray && rows.index === 0 && rows.place.role === 'rows';
    return isFirst && !this.#frames[this.#depth - 2]!.isArray && this.columns === undefined;
  }

  /** Names of the cells of rows at hand, as far as they are known. */
  get columns(): Columns | undefined {
    if (!this.hasColumns) return undefined;
    for (let depth = this.#depth - 1; depth >= 0; depth--) {
      const { columns } = this.#frames[depth]!;
      if (columns !== undefined) return columns;
    }
    return this.#known;
  }

  /** Remembers the string at hand where it names the value beside it, or a column. */
  noteString(bytes: Uint8Array, start: number, end: number): void {
    const { role } = this.place;
    if (role === 'none' || role === 'named') return;
    if (this.#depth === 0 || end - start > NAME_SIZE_MAX) return;
    const frame = this.#frames[this.#depth - 1]!;
    if (role === 'column') {
      this.#noteColumn(this.#depth - 2, frame.index, textOf(bytes, start, end));
      return;
    }
    this.#readName(frame, bytes);
    this.noteName(frame, start, end);
    if (role !== 'column-name') return;
    const list = this.#frames[this.#depth - 2]!;
    this.#noteColumn(this.#depth - 3, list.index, textOf(bytes, start, end));
  }

  /** Remembers the name that stands in the window at `start`. */
  noteName(frame: Frame, start: number, end: number): void {
    frame.nameStart = start;
    frame.nameEnd = end;
    this.#hasUnread = true;
  }

  /** Whether the value at hand may be named by a key that comes after it. */
  get mayBeNamed(): boolean {
    const { role, plan } = this.place;
    if (role !== 'named' || plan.action === 'mask' || this.#depth === 0) return false;
    const frame = this.#frames[this.#depth - 1]!;
    return !frame.isArray && frame.names.length === 0 && frame.nameEnd === 0;
  }

  /** @returns The place of a value that the object at hand has named. */
  placeBeside(bytes: Uint8Array): JsonPlace | undefined {
    const frame = this.#frames[this.#depth - 1];
    if (frame === undefined || frame.isArray) return undefined;
    this.#readName(frame, bytes);
    return placeOf(frame, frame.names);
  }

  #readName(frame: Frame, bytes: Uint8Array): void {
    if (frame.nameEnd > 0 && frame.names.length < NAMES_MAX)
      frame.names.push(textOf(bytes, frame.nameStart, frame.nameEnd));
    frame.nameEnd = 0;
  }

  /** The window goes: names that may still be asked for are read. */
  settle(bytes: Uint8Array): void {
    if (!this.#hasUnread) return;
    this.#hasUnread = false;
    for (let depth = 0; depth < this.#depth; depth++) this.#readName(this.#frames[depth]!, bytes);
  }

  /** The list may stand beside the rows, or some objects deeper: `{"meta": {"columns": []}, "rows": []}`. */
  #noteColumn(ownerDepth: number, index: number, name: string): void {
    if (index >= COLUMNS_MAX) return;
    for (let depth = ownerDepth; depth >= 0; depth--) {
      const frame = this.#frames[depth]!;
      if (frame.isArray) return;
      frame.columns ??= [];
      this.#outermost = Math.min(this.#outermost, depth);
      const names = frame.columns[index] ?? [];
      frame.columns[index] = names;
      if (names.length < NAMES_MAX) names.push(name);
    }
  }
}

/** A name need not be UTF-8: it is compared, not written. */
function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(decodeJsonString(bytes, start, end)).toString('utf8');
}

/** Of several names any may be the one that counts. */
function placeOf(frame: Frame, names: readonly string[]): JsonPlace | undefined {
  const places = names.map((name) => frame.place.named(name));
  return places.find(({ plan }) => plan.action === 'mask') ?? places.at(-1);
}
