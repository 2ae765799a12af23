import { ByteWriter } from '../bytes/byte-writer.ts';

// Shorter runs are copied next to rewritten bytes: one slice more costs about as much as copying this much.
const copiedRunMax = 4096;

/**
 * Collects what goes to one side, in order: runs of the input as slices, rewritten messages through a
 * writer. Neighbouring runs of one chunk become one slice.
 */
export class OutputBuilder {
  readonly writer: ByteWriter = new ByteWriter(65_536);
  #slices: Uint8Array[] = [];
  #run: Uint8Array | undefined;
  #runStart = 0;
  #runEnd = 0;

  /** Adds `bytes[start, end)` as it is. */
  forward(bytes: Uint8Array, start: number, end: number): void {
    if (start === end) return;
    if (this.#run === bytes && this.#runEnd === start) {
      this.#runEnd = end;
      return;
    }
    this.#endRun();
    this.#run = bytes;
    this.#runStart = start;
    this.#runEnd = end;
  }

  /** Adds whole bytes that do not alias a chunk. */
  add(bytes: Uint8Array): void {
    this.forward(bytes, 0, bytes.length);
  }

  /** @returns The writer, ready for the next rewritten message. */
  beginWriting(): ByteWriter {
    this.#endRun();
    return this.writer;
  }

  /** @returns Everything so far, and starts over. */
  take(): readonly Uint8Array[] {
    this.#endRun();
    this.#endWriting();
    const slices = this.#slices;
    if (slices.length > 0) this.#slices = [];
    return slices;
  }

  #endRun(): void {
    const run = this.#run;
    if (run === undefined) return;
    this.#run = undefined;
    const size = this.#runEnd - this.#runStart;
    if (size <= copiedRunMax && this.writer.length > 0) {
      this.writer.bytes(run, this.#runStart, this.#runEnd);
      return;
    }
    this.#endWriting();
    this.#slices.push(size === run.length ? run : run.subarray(this.#runStart, this.#runEnd));
  }

  #endWriting(): void {
    if (this.writer.length > 0) this.#slices.push(this.writer.take());
  }
}
