/** What an automaton is made of, for loops that step through it themselves. */
export interface LiteralTables {
  /** Class of each byte. */
  readonly classOf: Uint8Array;
  /** Target of (state, class), at `state + class`: states are pre-multiplied by the number of classes. */
  readonly next: Int32Array;
  /** This state and those after it have literals that end there. */
  readonly firstAccepting: number;
}

const HITS_MAX = 1024;

/** Where literals end in a value: the accepting states that were reached, in order. */
export class LiteralHits {
  readonly states: Int32Array = new Int32Array(HITS_MAX);
  readonly ends: Int32Array = new Int32Array(HITS_MAX);
  count = 0;

  /** There were more than fit: the value has to be gone through again. */
  get hasOverflown(): boolean {
    return this.count > HITS_MAX;
  }

  clear(): void {
    this.count = 0;
  }

  add(state: number, end: number): void {
    if (this.count < HITS_MAX) {
      this.states[this.count] = state;
      this.ends[this.count] = end;
    }
    this.count++;
  }
}
