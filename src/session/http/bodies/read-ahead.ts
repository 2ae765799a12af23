import assert from 'node:assert/strict';
import type { JsonState } from '../../../wire/json/json-state.ts';
import type { KernelRun } from '../../../wire/json/kernel/json-kernel.ts';
import {
  INPUT,
  LEVEL_HAS_NAMES,
  LEVEL_IS_ARRAY,
  LEVEL_NAME_END,
  LEVEL_NAME_START,
  LEVEL_NEXT,
  LEVEL_PLACE,
  LEVEL_SIZE,
  LEVELS_MAX,
  TOLD_MAX,
  TOLD_SIZE,
} from '../../../wire/json/kernel/layout.ts';
import type { OpenContainers } from '../../../wire/json/open-containers.ts';
import type { JsonFrames } from './json-frames.ts';
import type { JsonPlace } from './json-places.ts';
import type { PlaceKernel } from './place-kernel.ts';

const WORDS = LEVEL_SIZE / 4;
const NO_BYTES: Uint8Array = new Uint8Array(0);
// A name that stands where the kernel does not see it.
const ELSEWHERE = 1;
// A run that comes less far costs more than reading token by token: the next ones are left out.
const SHORT_RUN = 32;
const PAUSE_MAX = 64;
// So near the end of what is loaded a token may be cut.
const RELOAD_BELOW = 1024;
// Of the kernel.
const INDEX_MAX = 0x7ffffffe;

/** A value that somebody has to look at. */
export interface ToldValue {
  place: JsonPlace;
  /** `STRING` and so on. */
  kind: number;
  /** In the window; strings with their quotes. */
  start: number;
  end: number;
}

/**
 * Reads one document ahead of its tokens, as far as nobody has to be told about them, and keeps the frames of
 * the document in step with the kernel.
 */
export class ReadAhead {
  readonly #places: PlaceKernel;
  readonly #frames: JsonFrames;
  readonly #told: ToldValue;
  readonly #run: KernelRun = { at: 0, state: 0, depth: 1, place: 0, lowest: 1, floor: 1, namesCells: false };
  #bytes: Uint8Array = NO_BYTES;
  #size = 0;
  // What of the window the kernel has.
  #start = 0;
  #end = 0;
  // Whether the kernel knows what is open.
  #isTold = false;
  #pause = 0;
  #lastPause = 0;

  constructor(places: PlaceKernel, frames: JsonFrames, root: JsonPlace) {
    this.#places = places;
    this.#frames = frames;
    this.#told = { place: root, kind: 0, start: 0, end: 0 };
  }

  /** A new window. */
  begin(bytes: Uint8Array, size: number): void {
    this.#bytes = bytes;
    this.#size = size;
    this.#start = 0;
    this.#end = 0;
  }

  /** Whether what was told is being looked at: nobody may load anything else. */
  set isBusy(isBusy: boolean) {
    this.#places.isBusy = isBusy;
  }

  /** Where what the kernel has begins, in the window. */
  get start(): number {
    return this.#start;
  }

  /** Where the last run has come to, in the window. */
  get at(): number {
    return this.#start + this.#run.at;
  }

  /** What may come next there. */
  get state(): JsonState {
    return this.#run.state as JsonState;
  }

  /**
   * Reads on.
   *
   * @param idleFrom - Nothing that is in this many of the open containers is looked at, and the innermost of
   *   them is not left; `undefined`: values are looked at.
   * @returns How many values are told, by `told`; -1 when nothing was read.
   */
  run(at: number, state: JsonState, open: OpenContainers, idleFrom?: number): number {
    if (this.#pause > 0) {
      this.#pause--;
      return -1;
    }
    const { depth } = open;
    if (this.#places.isBusy || depth > LEVELS_MAX) return -1;
    this.#load(at);
    const from = idleFrom === undefined ? this.#firstToTell(open) : idleFrom - 1;
    // Where little is read at a time, telling all of a deep document takes longer than reading on.
    if (depth - from > this.#size - at) return -1;
    const run = this.#run;
    run.at = at - this.#start;
    run.state = state;
    run.depth = depth;
    run.floor = idleFrom ?? 1;
    if (idleFrom === undefined) this.#tellLevels(open, from);
    else this.#tellIdle(open, from);
    const told = this.#places.kernel.run(run);
    this.#pauseAfter(this.at - at, told);
    if (this.at === at) return -1;
    this.#takeContainers(open);
    if (idleFrom === undefined) this.#takeFrames();
    return told;
  }

  /** Forgets the document. */
  release(): void {
    if (this.#places.user === this) this.#places.user = undefined;
    this.#bytes = NO_BYTES;
  }

  /** @returns A value that was told, until the next one is asked for. */
  told(index: number): Readonly<ToldValue> {
    const word = (index * TOLD_SIZE) / 4;
    const { told } = this.#places.kernel;
    const shift = this.#start - INPUT;
    const value = this.#told;
    value.start = told[word]! + shift;
    value.end = told[word + 1]! + shift;
    value.kind = told[word + 2]! & 7;
    value.place = this.#knownPlace(told[word + 2]! >> 3);
    return value;
  }

  /** What the kernel tells or enters has a place: nothing is decided by that of another value. */
  #knownPlace(number: number): JsonPlace {
    const place = this.#places.placeAt(number);
    assert(place !== undefined, 'the place is known');
    return place;
  }

  /**
   * Another token takes the place of one that was told.
   *
   * @returns `false` when there is no room for more before `splice`.
   */
  edit({ start, end }: Readonly<ToldValue>, token: Uint8Array): boolean {
    return this.#places.kernel.edit(start - this.#start, end - this.#start, token);
  }

  /** @returns The window from `start` on to `end` with these changes, until the next call. */
  splice(start: number, end: number): Uint8Array {
    return this.#places.kernel.splice(start - this.#start, end - this.#start);
  }

  #load(at: number): void {
    const isOurs = this.#places.user === this;
    const isThere = isOurs && at >= this.#start && at < this.#end;
    if (isThere && (this.#end - at >= RELOAD_BELOW || this.#end === this.#size)) return;
    this.#isTold = isOurs && this.#isTold;
    this.#places.user = this;
    this.#start = at;
    this.#end = at + this.#places.kernel.load(this.#bytes, at, this.#size);
  }

  #pauseAfter(size: number, told: number): void {
    const isShort = size < SHORT_RUN && told < TOLD_MAX;
    this.#lastPause = isShort ? Math.min(2 * this.#lastPause + 1, PAUSE_MAX) : 0;
    this.#pause = this.#lastPause;
  }

  /** @returns The outermost container that the kernel does not know as it is; 0: the first one. */
  #firstToTell(open: OpenContainers): number {
    // The innermost of those that are still the same has gone on to another key or element.
    return this.#isTold ? Math.max(0, open.lowest - 1) : 0;
  }

  #tellLevels(open: OpenContainers, from: number): void {
    const { levels } = this.#places.kernel;
    for (let depth = from; depth < open.depth; depth++) {
      const word = depth * WORDS;
      const { place, index, nameEnd, names } = this.#frames.at(depth);
      const isArray = open.isArrayAt(depth);
      levels[word + LEVEL_PLACE / 4] = place.number;
      levels[word + LEVEL_IS_ARRAY / 4] = isArray ? 1 : 0;
      levels[word + LEVEL_NEXT / 4] = isArray
        ? Math.min(index, INDEX_MAX)
        : (place.entries[index]?.number ?? 0);
      levels[word + LEVEL_NAME_END / 4] = nameEnd > 0 ? ELSEWHERE : 0;
      levels[word + LEVEL_HAS_NAMES / 4] = names.length;
    }
    this.#isTold = true;
    this.#run.place = this.#frames.place.number;
    this.#run.namesCells = this.#frames.hasColumns;
  }

  /** The kernel forgets what the document is: of these containers only the brackets count. */
  #tellIdle(open: OpenContainers, from: number): void {
    const { levels } = this.#places.kernel;
    for (let depth = from; depth < open.depth; depth++) {
      const word = depth * WORDS;
      levels.fill(0, word, word + WORDS);
      levels[word + LEVEL_PLACE / 4] = this.#places.idle;
      levels[word + LEVEL_IS_ARRAY / 4] = open.isArrayAt(depth) ? 1 : 0;
    }
    this.#isTold = false;
    this.#run.place = this.#places.idle;
    this.#run.namesCells = false;
  }

  /** Takes over what the run has left and entered. */
  #takeContainers(open: OpenContainers): void {
    const { lowest, depth } = this.#run;
    const { levels } = this.#places.kernel;
    if (lowest < open.depth) open.pop(lowest);
    for (let level = lowest; level < depth; level++)
      open.push(levels[level * WORDS + LEVEL_IS_ARRAY / 4] === 1);
    open.mark();
  }

  #takeFrames(): void {
    const { lowest, depth, place } = this.#run;
    this.#frames.reopen(lowest, depth);
    for (let level = lowest - 1; level < depth; level++) this.#takeFrame(level, level >= lowest);
    this.#frames.goTo(this.#places.placeAt(place), this.#bytes);
  }

  #takeFrame(depth: number, isNew: boolean): void {
    const word = depth * WORDS;
    const { levels } = this.#places.kernel;
    const frame = this.#frames.at(depth);
    if (isNew) {
      frame.isArray = levels[word + LEVEL_IS_ARRAY / 4] === 1;
      frame.place = this.#knownPlace(levels[word + LEVEL_PLACE / 4]!);
    }
    const next = levels[word + LEVEL_NEXT / 4]!;
    frame.index = frame.isArray ? next : this.#places.indexOf(next, frame.place);
    const nameEnd = levels[word + LEVEL_NAME_END / 4]!;
    if (nameEnd <= ELSEWHERE) return;
    const shift = this.#start - INPUT;
    this.#frames.noteName(frame, levels[word + LEVEL_NAME_START / 4]! + shift, nameEnd + shift);
    // Something else may be loaded by the time the kernel comes back to it.
    levels[word + LEVEL_NAME_END / 4] = ELSEWHERE;
  }
}
