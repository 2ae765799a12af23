import { kernelCode } from './kernel-code.ts';
import * as at from './layout.ts';

interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  run(): void;
  nextKeyText(): number;
  addKey(place: number, child: number, size: number): number;
  splice(start: number, end: number, count: number): number;
}

const QUOTE = 0x22;
const VECTOR_SIZE = 16;

// Compiled when the first kernel is made; `null`: the runtime cannot.
let kernelModule: WebAssembly.Module | null | undefined;

function compiledModule(): WebAssembly.Module | null {
  if (kernelModule !== undefined) return kernelModule;
  try {
    kernelModule = new WebAssembly.Module(Buffer.from(kernelCode, 'base64'));
  } catch {
    // No WebAssembly (a runtime without a compiler), or no vector instructions: all is read token by token.
    kernelModule = null;
  }
  return kernelModule;
}

/**
 * Compiles the WebAssembly that reads JSON, which otherwise the first masker does: for programs that set
 * flags of V8 which are not meant for it.
 *
 * @returns Whether the runtime can. Where it cannot, JSON is read at a fifth of the speed.
 */
export function loadJsonKernel(): boolean {
  const exports = newInstance();
  // Functions are compiled when they are first called.
  exports?.run();
  return exports !== undefined;
}

function newInstance(): KernelExports | undefined {
  const module = compiledModule();
  if (module === null) return undefined;
  try {
    return new WebAssembly.Instance(module).exports as unknown as KernelExports;
  } catch {
    // Each one takes gigabytes of addresses, which a process may run out of.
    return undefined;
  }
}

/** Where a run begins, and where it has come to. */
export interface KernelRun {
  /** In what was given to `load`. */
  at: number;
  /** One of `JsonState`. */
  state: number;
  /** Open containers, at least one. */
  depth: number;
  /** The place of the value that comes next. */
  place: number;
  /** Smallest depth on the way. */
  lowest: number;
  /** How many containers are not to be left. */
  floor: number;
  /** Whether cells of rows have names: rows are left to the caller. */
  namesCells: boolean;
}

/** Limits of a run. */
export interface KernelLimits {
  readonly depthMax: number;
  readonly valueSizeMax: number;
  /** Elements of an array before this one have places of their own. */
  readonly elementsApart: number;
}

/** Strings that are told at places that look into strings. */
export interface KernelStrings {
  /** By first byte, a byte each: 1 where they are told. */
  readonly firsts: Uint8Array;
  /** By the first two bytes, a bit each, for strings of this size and more; the first byte is the low one. */
  readonly pairs: Uint8Array;
  readonly pairSizeMin: number;
}

/**
 * Reads JSON in WebAssembly with vector instructions, 16 bytes at a time. It knows places of documents by
 * number: which keys lead where, and at which places somebody wants to be told a value. Everything else it
 * checks and passes over. What it does not know, a token that is not all there, and what is no JSON it leaves
 * to the caller: it stops before it.
 *
 * One kernel reads one piece of one document at a time; what it knows of documents it keeps.
 */
export class JsonKernel {
  /** Values that were told by the last run, see `TOLD_VALUES`. */
  readonly told: Int32Array;
  /** Open containers, see `LEVELS`. */
  readonly levels: Int32Array;
  readonly #exports: KernelExports;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #elementsApart: number;
  #places = 0;
  #elements = 0;
  #inputSize = 0;
  #edits = 0;
  #editTexts = 0;
  #lastText: Uint8Array | undefined;
  #lastTextAt = 0;

  private constructor(exports: KernelExports, limits: KernelLimits, strings: KernelStrings) {
    const { buffer } = exports.memory;
    this.#exports = exports;
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
    this.told = new Int32Array(buffer, at.TOLD_VALUES, (at.TOLD_MAX * at.TOLD_SIZE) / 4);
    this.levels = new Int32Array(buffer, at.LEVELS, (at.LEVELS_MAX * at.LEVEL_SIZE) / 4);
    this.#set(at.DEPTH_MAX, Math.min(limits.depthMax, at.LEVELS_MAX));
    this.#set(at.VALUE_SIZE_MAX, Math.min(limits.valueSizeMax, at.INPUT_SIZE));
    this.#elementsApart = limits.elementsApart;
    this.#set(at.ELEMENTS_APART, Math.min(limits.elementsApart, at.ELEMENTS_MAX));
    this.#set(at.PAIR_SIZE_MIN, strings.pairSizeMin);
    this.#bytes.set(strings.firsts, at.FIRSTS);
    this.#bytes.set(strings.pairs, at.PAIRS);
    this.addPlace(at.LEAVES_VALUES | at.LEAVES_CONTAINERS);
  }

  /** @returns `undefined` where the runtime has no WebAssembly with vector instructions, or no room. */
  static create(limits: KernelLimits, strings: KernelStrings): JsonKernel | undefined {
    const exports = newInstance();
    return exports === undefined ? undefined : new JsonKernel(exports, limits, strings);
  }

  /**
   * @param flags - What is done with values there, see `layout.ts`.
   * @returns The number of the place; 0, the unknown one, when there is no room.
   */
  addPlace(flags: number): number {
    if (this.#places === at.PLACES_MAX) return 0;
    const place = this.#places++;
    this.#set(at.PLACES + place * at.PLACE_SIZE + at.PLACE_FLAGS, flags);
    return place;
  }

  /** Says which place elements of an array have: the one at `index`, or all from `elementsApart` on. */
  setElement(place: number, index: number, child: number): void {
    const list = at.PLACES + place * at.PLACE_SIZE + at.PLACE_ELEMENTS;
    const size = this.#elementsApart + 1;
    if (this.#words[list >> 2] === 0) {
      if (this.#elements + size > at.ELEMENTS_MAX) return;
      this.#set(list, at.ELEMENTS + this.#elements * 4);
      this.#elements += size;
    }
    this.#set(this.#words[list >> 2]! + Math.min(index, this.#elementsApart) * 4, child);
  }

  /**
   * @param text - The key as it is spelt, without quotes.
   * @returns The key, as `LEVEL_NEXT` has it; 0 when it is too long or there is no room.
   */
  addKey(place: number, child: number, text: Uint8Array): number {
    if (text.length > at.KEY_TEXT_MAX) return 0;
    const start = this.#exports.nextKeyText();
    this.#bytes.set(text, start);
    this.#bytes[start + text.length] = QUOTE;
    return this.#exports.addKey(place, child, text.length);
  }

  /**
   * Takes bytes to read.
   *
   * @returns How many of them have found room.
   */
  load(bytes: Uint8Array, start: number, end: number): number {
    this.#forgetEdits();
    this.#inputSize = Math.min(end - start, at.INPUT_SIZE);
    const isAll = start === 0 && this.#inputSize === bytes.length;
    this.#bytes.set(isAll ? bytes : bytes.subarray(start, start + this.#inputSize), at.INPUT);
    // No token goes on in what was there before.
    this.#bytes.fill(0, at.INPUT + this.#inputSize, at.INPUT + this.#inputSize + VECTOR_SIZE);
    return this.#inputSize;
  }

  /**
   * Reads on in what is loaded; `levels` says what is open.
   *
   * @returns How many values are told; when `TOLD_MAX`, it goes on from where `run` has come to.
   */
  run(run: KernelRun): number {
    const words = this.#words;
    words[at.AT >> 2] = at.INPUT + run.at;
    words[at.END >> 2] = at.INPUT + this.#inputSize;
    words[at.STATE >> 2] = run.state;
    words[at.DEPTH >> 2] = run.depth;
    words[at.PLACE >> 2] = run.place;
    words[at.FLOOR >> 2] = run.floor;
    words[at.NAMES_CELLS >> 2] = run.namesCells ? 1 : 0;
    this.#exports.run();
    run.at = words[at.AT >> 2]! - at.INPUT;
    run.state = words[at.STATE >> 2]!;
    run.depth = words[at.DEPTH >> 2]!;
    run.place = words[at.PLACE >> 2]!;
    run.lowest = words[at.LOWEST >> 2]!;
    return words[at.TOLD >> 2]!;
  }

  /**
   * Something else takes the place of `[start, end)`; edits come in order.
   *
   * @param text - The same object again costs no copy.
   * @returns `false` when there is no room for more before `splice`.
   */
  edit(start: number, end: number, text: Uint8Array): boolean {
    const { length } = text;
    if (this.#edits === at.EDITS_MAX || this.#editTexts + length > at.EDIT_TEXTS_MAX) return false;
    if (text !== this.#lastText) {
      this.#lastText = text;
      this.#lastTextAt = at.EDIT_TEXTS + this.#editTexts;
      this.#bytes.set(text, this.#lastTextAt);
    }
    const words = this.#words;
    const word = (at.EDITS + this.#edits * at.EDIT_SIZE) >> 2;
    words[word] = at.INPUT + start;
    words[word + 1] = at.INPUT + end;
    words[word + 2] = this.#lastTextAt;
    words[word + 3] = length;
    this.#edits++;
    this.#editTexts += length;
    return true;
  }

  /** @returns `[start, end)` of what is loaded with all edits made, until the next call; forgets them. */
  splice(start: number, end: number): Uint8Array {
    const size = this.#exports.splice(at.INPUT + start, at.INPUT + end, this.#edits);
    this.#forgetEdits();
    return new Uint8Array(this.#bytes.buffer, at.OUTPUT, size);
  }

  #forgetEdits(): void {
    this.#edits = 0;
    this.#editTexts = 0;
    this.#lastText = undefined;
  }

  #set(address: number, value: number): void {
    this.#words[address >> 2] = value;
  }
}
