import { CleanValues } from './clean-values.ts';
import type { FieldScanner, FindingList, WorkBudget } from './detector.ts';

// Where few values come again, remembering costs more than it saves: after so many it pauses for a while.
const TRIAL = 256;
const HITS_MIN = 32;
const PAUSE = 8192;

/** The scanner of one field, which does not look twice at a short value in which there was nothing. */
export class RememberingScanner implements FieldScanner {
  readonly #scanner: FieldScanner;
  readonly #clean = new CleanValues();
  #asked = 0;
  #hits = 0;
  #paused = 0;

  constructor(scanner: FieldScanner) {
    this.#scanner = scanner;
  }

  scan(bytes: Uint8Array, start: number, end: number, findings: FindingList, budget: WorkBudget): boolean {
    if (this.#paused > 0) {
      this.#paused--;
      return this.#scanner.scan(bytes, start, end, findings, budget);
    }
    this.#count();
    const cost = this.#clean.costOf(bytes, start, end);
    // With less left it ends where it would end without memory.
    if (cost >= 0 && cost <= budget.remaining) {
      this.#hits++;
      budget.remaining -= cost;
      return true;
    }
    const { length } = findings;
    const { remaining } = budget;
    const isComplete = this.#scanner.scan(bytes, start, end, findings, budget);
    if (isComplete && findings.length === length)
      this.#clean.note(bytes, start, end, remaining - budget.remaining);
    return isComplete;
  }

  #count(): void {
    if (++this.#asked < TRIAL) return;
    if (this.#hits < HITS_MIN) this.#paused = PAUSE;
    this.#asked = this.#hits = 0;
  }
}
