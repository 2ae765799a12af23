import { JsonKernel, type KernelLimits, type KernelStrings } from '../../../wire/json/kernel/json-kernel.ts';
import * as layout from '../../../wire/json/kernel/layout.ts';
import { BASE64_LENGTH_MIN, mayBeginBase64 } from '../base64-text.ts';
import type { JsonPlace, PlaceEntry } from './json-places.ts';

const [SPACE, OPEN_BRACE, OPEN_BRACKET, LETTER_D, LETTER_A] = [0x20, 0x7b, 0x5b, 0x64, 0x61];
const SCALARS = layout.TELLS_STRINGS | layout.TELLS_NUMBERS | layout.TELLS_LITERALS;

// Strings that rules or detectors may find something in, wherever they stand: JSON, and base64 of a text.
let strings: KernelStrings | undefined;

function firstsOf(): Uint8Array {
  // Blanks may stand before either.
  return Uint8Array.from({ length: 256 }, (_, byte) =>
    byte <= SPACE || byte === OPEN_BRACE || byte === OPEN_BRACKET ? 1 : 0,
  );
}

function pairsOf(): Uint8Array {
  const pairs = new Uint8Array(65_536 / 8);
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      const isDataUrl = (first | 0x20) === LETTER_D && (second | 0x20) === LETTER_A;
      const pair = first | (second << 8);
      if (isDataUrl || mayBeginBase64(first, second)) pairs[pair >> 3]! |= 1 << (pair & 7);
    }
  }
  return pairs;
}

/** The places of all documents of one listener, as its kernel knows them. */
export class PlaceKernel {
  readonly kernel: JsonKernel;
  /** Who has loaded something last. */
  user: object | undefined = undefined;
  /** Whether that is still looking at what it was told. */
  isBusy = false;
  /** The place of whatever nobody looks at. */
  readonly idle: number;
  readonly #places: (JsonPlace | undefined)[] = [undefined];
  // By number of the key: its index among those of its place.
  readonly #indexes: number[] = [];

  private constructor(kernel: JsonKernel) {
    this.kernel = kernel;
    this.idle = kernel.addPlace(layout.IS_IDLE);
    this.#places[this.idle] = undefined;
  }

  /** @returns `undefined` where the runtime has nothing to run it. */
  static create(limits: KernelLimits): PlaceKernel | undefined {
    strings ??= { firsts: firstsOf(), pairs: pairsOf(), pairSizeMin: BASE64_LENGTH_MIN };
    const kernel = JsonKernel.create(limits, strings);
    return kernel === undefined ? undefined : new PlaceKernel(kernel);
  }

  placeAt(number: number): JsonPlace | undefined {
    return this.#places[number];
  }

  /** @returns The index of the key with this number; 0: of none that is known. */
  indexOf(number: number, owner: JsonPlace): number {
    return number === 0 ? owner.entries.length : (this.#indexes[indexOfKey(number)] ?? 0);
  }

  /** Makes a place known that is kept. */
  learn(place: JsonPlace): void {
    place.number = this.kernel.addPlace(flagsOf(place));
    if (place.number !== 0) this.#places[place.number] = place;
  }

  /** Makes a key of a place known. */
  learnKey(owner: JsonPlace, entry: PlaceEntry): void {
    entry.isLearnt = true;
    if (owner.number === 0 || owner.entries[entry.index] !== entry) return;
    if (entry.place.number === 0) this.learn(entry.place);
    if (entry.place.number === 0) return;
    entry.number = this.kernel.addKey(owner.number, entry.place.number, entry.key.bytes);
    if (entry.number !== 0) this.#indexes[indexOfKey(entry.number)] = entry.index;
  }

  /** Makes the place of an element known. */
  learnElement(owner: JsonPlace, index: number, element: JsonPlace): void {
    if (owner.number === 0) return;
    this.learn(element);
    if (element.number !== 0) this.kernel.setElement(owner.number, index, element.number);
  }
}

// Keys have numbers far apart.
function indexOfKey(number: number): number {
  return (number - layout.KEYS) / layout.KEY_SIZE;
}

function flagsOf({ plan, role }: JsonPlace): number {
  return plansFlags(plan) | rolesFlags(role, plan.action === 'mask');
}

function plansFlags(plan: JsonPlace['plan']): number {
  switch (plan.action) {
    case 'mask':
      return SCALARS | layout.LEAVES_CONTAINERS;
    case 'scan': {
      const text = plan.text === undefined ? layout.LOOKS_INTO_STRINGS : layout.TELLS_STRINGS;
      return text | (plan.number === undefined ? 0 : layout.TELLS_NUMBERS);
    }
    case 'forward':
      return layout.LOOKS_INTO_STRINGS;
    default:
      return plan satisfies never;
  }
}

function rolesFlags(role: JsonPlace['role'], isMasked: boolean): number {
  switch (role) {
    case 'none':
      return 0;
    case 'name':
      return layout.IS_NAME;
    case 'named':
      // A rule for the place goes before one for the name.
      return isMasked ? 0 : layout.IS_NAMED;
    case 'rows':
      return layout.LEAVES_VALUES | layout.HAS_ROWS;
    case 'row':
    case 'column':
    case 'column-name':
      return layout.LEAVES_VALUES;
    default:
      return role satisfies never;
  }
}
