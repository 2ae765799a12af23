import type { OutputBuilder } from '../../output-builder.ts';
import type { JsonPlace } from './json-places.ts';
import type { JsonScalar } from './json-scalars.ts';

/** A value whose name may still come: `{"value": "...", "name": "ssn"}`. */
export interface HeldValue {
  /** The token, in memory of its own. */
  readonly token: Uint8Array;
  readonly type: JsonScalar;
  /** Where it stands, should no name come. */
  readonly place: JsonPlace;
}

/** Values of one object that wait for their name, and all output behind the first of them. */
export class HeldValues {
  readonly #output: OutputBuilder;
  #queue: (Uint8Array | HeldValue)[] = [];
  #size = 0;
  // What has been decided.
  #ready: Uint8Array[] = [];

  /** @param output - Where everything that is not held is written to. */
  constructor(output: OutputBuilder) {
    this.#output = output;
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0;
  }

  /** Bytes that wait, as of the last `take`. */
  get size(): number {
    return this.#size;
  }

  /** Holds a value; all that was written before it is in the output. */
  hold(value: HeldValue): void {
    if (this.isEmpty) this.#ready.push(...this.#output.take());
    else this.#keepOutput();
    this.#queue.push(value);
    this.#size += value.token.length;
  }

  /** @param mask - The token that is written instead of a value, or `undefined`. */
  resolve(mask: (value: HeldValue) => Uint8Array | undefined): void {
    if (this.isEmpty) return;
    const decided = this.#queue.map((part) =>
      part instanceof Uint8Array ? part : (mask(part) ?? part.token),
    );
    this.#ready.push(...decided, ...this.#output.take());
    this.#queue = [];
    this.#size = 0;
  }

  /** @returns What may leave. What waits is copied: the chunks it lies in are used again. */
  take(): readonly Uint8Array[] {
    const ready = this.#ready;
    if (ready.length > 0) this.#ready = [];
    if (!this.isEmpty) {
      this.#keepOutput();
      return ready;
    }
    const rest = this.#output.take();
    return ready.length === 0 ? rest : [...ready, ...rest];
  }

  #keepOutput(): void {
    for (const part of this.#output.take()) {
      this.#queue.push(part.slice());
      this.#size += part.length;
    }
  }
}
