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
  readonly #root: JsonPlace;
  readonly #isIdle: boolean;
  readonly #told: ToldValue;
  readonly #run: KernelRun = { at: 0, state: 0, depth: 1, place: 0, lowest: 1 };
  #bytes: Uint8Array = NO_BYTES;
  #size = 0;
  // What of the window the kernel has.
  #start = 0;
  #end = 0;
  // Whether the kernel knows what is open.
  #isTold = false;
  #pause = 0;
  #lastPause = 0;

  /** @param isIdle - Whether nothing is looked at, so that there are no frames. */
  constructor(places: PlaceKernel, frames: JsonFrames, root: JsonPlace, isIdle: boolean) {
    this.#places = places;
    this.#frames = frames;
    this.#root = root;
    this.#isIdle = isIdle;
    this.#told = { place: root, kind: 0, start: 0, end: 0 };
  }

  /** A new window. */
  begin(bytes: Uint8Array, size: number): void {
    this.#bytes = bytes;
    this.#size = size;
    this.#start = 0;
    this.#end = 0;
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
   * @returns How many values are told, by `told`; -1 when nothing was read.
   */
  run(at: number, state: JsonState, open: OpenContainers): number {
    if (this.#pause > 0) {
      this.#pause--;
      return -1;
    }
    const { depth } = open;
    if (depth > LEVELS_MAX) return -1;
    const run = this.#run;
    run.place = this.#isIdle ? this.#root.number : this.#frames.place.number;
    this.#load(at);
    this.#tellLevels(open);
    run.at = at - this.#start;
    run.state = state;
    run.depth = depth;
    const told = this.#places.kernel.run(run);
    const size = this.at - at;
    if (size === 0) {
      this.#pauseAfter(0);
      return -1;
    }
    if (told < TOLD_MAX) this.#pauseAfter(size);
    this.#takeLevels(open);
    return told;
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
    value.place = this.#places.placeAt(told[word + 2]! >> 3) ?? this.#root;
    return value;
  }

  /**
   * Another token takes the place of one that was told.
   *
   * @returns `false` when there is no room for more before `splice`.
   */
  edit({ start, end }: Readonly<ToldValue>, token: Uint8Array): boolean {
    return this.#places.kernel.edit(start - this.#start, end - this.#start, token);
  }

  /** @returns The window from `start` on to `end` with these changes, in memory of its own. */
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

  #pauseAfter(size: number): void {
    this.#lastPause = size < SHORT_RUN ? Math.min(2 * this.#lastPause + 1, PAUSE_MAX) : 0;
    this.#pause = this.#lastPause;
  }

  /** Tells the kernel what it does not know of the containers that are open. */
  #tellLevels(open: OpenContainers): void {
    const last = open.depth - 1;
    // The innermost of those that are still the same has gone on to another key or element.
    for (let depth = this.#isTold ? Math.max(0, open.lowest - 1) : 0; depth <= last; depth++) {
      const word = depth * WORDS;
      const { levels } = this.#places.kernel;
      const isArray = open.isArrayAt(depth);
      const frame = this.#isIdle ? undefined : this.#frames.at(depth);
      const place = frame?.place ?? this.#root;
      const index = frame?.index ?? 0;
      levels[word + LEVEL_PLACE / 4] = place.number;
      levels[word + LEVEL_IS_ARRAY / 4] = isArray ? 1 : 0;
      levels[word + LEVEL_NEXT / 4] = isArray ? index : (place.entries[index]?.number ?? 0);
      levels[word + LEVEL_NAME_END / 4] = frame !== undefined && frame.nameEnd > 0 ? ELSEWHERE : 0;
      levels[word + LEVEL_HAS_NAMES / 4] = frame?.names.length ?? 0;
    }
    this.#isTold = true;
  }

  /** Takes over what the run has left and entered. */
  #takeLevels(open: OpenContainers): void {
    const { lowest, depth, place } = this.#run;
    const { levels } = this.#places.kernel;
    if (lowest < open.depth) open.pop(lowest);
    for (let level = lowest; level < depth; level++)
      open.push(levels[level * WORDS + LEVEL_IS_ARRAY / 4] === 1);
    open.mark();
    if (this.#isIdle) return;
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
      frame.place = this.#places.placeAt(levels[word + LEVEL_PLACE / 4]!) ?? frame.place;
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
