import { ByteWriter } from '../bytes/byte-writer.ts';

// Shorter runs are copied next to rewritten bytes: one slice more costs about as much as copying this much.
const copiedRunMax = 4096;

/**
 * Collects what goes to one side, in order: runs of the input as slices, rewritten messages through a
 * writer. Neighbouring runs of one chunk become one slice.
 */
export class OutputBuilder {
  readonly writer: ByteWriter;
  #slices: Uint8Array[] = [];
  #run: Uint8Array | undefined;
  #runStart = 0;
  #runEnd = 0;
  // Bytes of the writer that come before the run; what was written after `beginWriting` follows it.
  #writtenBefore = 0;

  /** @param writerSize - Bytes of the buffers for what is written anew. */
  constructor(writerSize = 65_536) {
    this.writer = new ByteWriter(writerSize);
  }

  /** Adds `bytes[start, end)` as it is. */
  forward(bytes: Uint8Array, start: number, end: number): void {
    if (start === end) return;
    if (this.#run !== undefined) {
      if (this.writer.length > this.#writtenBefore) this.#endRun();
      else if (this.#run === bytes && this.#runEnd === start) {
        this.#runEnd = end;
        return;
      }
    }
    this.#endRun();
    this.#run = bytes;
    this.#runStart = start;
    this.#runEnd = end;
    this.#writtenBefore = this.writer.length;
  }

  /** Adds whole bytes that do not alias a chunk. */
  add(bytes: Uint8Array): void {
    this.forward(bytes, 0, bytes.length);
  }

  /**
   * The run before stays open: most messages that are looked into do not change, and it then goes on. One
   * slice per unchanged row instead halves the throughput of detectors that find nothing.
   *
   * @returns The writer, ready for the next rewritten message.
   */
  beginWriting(): ByteWriter {
    if (this.writer.length > this.#writtenBefore) this.#endRun();
    return this.writer;
  }

  /** @returns Everything so far, and starts over. */
  take(): readonly Uint8Array[] {
    this.#endRun();
    this.#endWriting(this.writer.length);
    const slices = this.#slices;
    if (slices.length > 0) this.#slices = [];
    return slices;
  }

  // The run stands between what was written before it began and what was written since.
  #endRun(): void {
    const run = this.#run;
    if (run === undefined) return;
    this.#run = undefined;
    const size = this.#runEnd - this.#runStart;
    if (size <= copiedRunMax && this.writer.length > 0) {
      this.writer.insert(this.#writtenBefore, run, this.#runStart, this.#runEnd);
    } else {
      this.#endWriting(this.#writtenBefore);
      this.#slices.push(size === run.length ? run : run.subarray(this.#runStart, this.#runEnd));
    }
  }

  #endWriting(size: number): void {
    if (size > 0) this.#slices.push(this.writer.take(size));
  }
}
