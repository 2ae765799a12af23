import type { JsonPlace } from './json-places.ts';

const [OPEN_BRACKET, CLOSE_BRACKET] = [0x5b, 0x5d];
const BRACKET: readonly [Uint8Array, Uint8Array] = [
  Uint8Array.of(OPEN_BRACKET),
  Uint8Array.of(CLOSE_BRACKET),
];

/** Rows whose columns may still come: `{"rows": [[1, "..."]], "columns": ["id", "ssn"]}`. */
export class CapturedRows {
  /** Of the array of rows. */
  readonly place: JsonPlace;
  /** Containers open inside the array. */
  depth = 1;
  /** Whether there are too many to keep: they are withheld. */
  isWithheld = false;
  #parts: Uint8Array[] = [];
  #size = 0;

  constructor(place: JsonPlace) {
    this.place = place;
  }

  /** In bytes. */
  get size(): number {
    return this.#size;
  }

  /** Adds a copy of `bytes[start, end)`. */
  add(bytes: Uint8Array, start: number, end: number): void {
    if (this.isWithheld || end <= start) return;
    // Not `slice`: that of a Buffer shares its memory.
    this.#parts.push(new Uint8Array(bytes.subarray(start, end)));
    this.#size += end - start;
  }

  withhold(): void {
    this.isWithheld = true;
    this.#parts = [];
    this.#size = 0;
  }

  /** @returns The array, with its brackets. */
  take(): Uint8Array {
    return Buffer.concat([BRACKET[0], ...this.#parts, BRACKET[1]]);
  }
}
