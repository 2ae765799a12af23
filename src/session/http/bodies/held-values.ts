import type { OutputBuilder } from '../../output-builder.ts';
import type { JsonPlace } from './json-places.ts';
import type { JsonScalar } from './json-scalars.ts';

/** A value whose name may still come (`{"value": "...", "name": "ssn"}`), or rows whose columns may. */
export interface HeldValue {
  /** The token, in memory of its own. */
  readonly token: Uint8Array;
  readonly type: JsonScalar | 'rows';
  /** How many containers are open around it. */
  readonly depth: number;
  /** Where it stands, should no name come. */
  readonly place: JsonPlace;
}

/** Values that wait for their name, and all output behind the first of them. */
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

  /**
   * @param isDecided - Whether a value waits no longer.
   * @param mask - What is written instead of a value that does not.
   */
  resolve(isDecided: (value: HeldValue) => boolean, mask: (value: HeldValue) => Uint8Array): void {
    if (this.isEmpty) return;
    this.#keepOutput();
    const parts = this.#queue.map((part) =>
      part instanceof Uint8Array || !isDecided(part) ? part : mask(part),
    );
    const waiting = parts.findIndex((part) => !(part instanceof Uint8Array));
    const free = waiting < 0 ? parts : parts.slice(0, waiting);
    // Not spread: there may be more parts than arguments.
    this.#ready = this.#ready.concat(free as Uint8Array[]);
    this.#queue = waiting < 0 ? [] : parts.slice(waiting);
    this.#size = this.#queue.reduce((sum, part) => sum + sizeOf(part), 0);
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
      // Not `slice`: that of a Buffer shares its memory.
      this.#queue.push(new Uint8Array(part));
      this.#size += part.length;
    }
  }
}

function sizeOf(part: Uint8Array | HeldValue): number {
  return part instanceof Uint8Array ? part.length : part.token.length;
}
