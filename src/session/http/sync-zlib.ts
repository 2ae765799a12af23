import assert from 'node:assert/strict';
import * as zlib from 'node:zlib';

/** What zlib gave for a chunk. */
export interface ZlibOutput {
  /** Memory of its own. */
  readonly bytes: Uint8Array;
  /** How much of the chunk was taken; less than all of it when the compressed stream ends before. */
  readonly consumed: number;
}

/** The three ways to hand over a chunk, in the numbers of one format. */
export interface FlushFlags {
  readonly process: number;
  readonly flush: number;
  readonly finish: number;
}

// Of Node's streams: what no type declares. `_processChunk` is what `gunzipSync` and its kind call, kept "for
// backwards compatibility" and relied upon by npm itself (minizlib). Without a callback it works at once, and
// closes the stream afterwards.
interface ZlibInternals {
  _handle: { close(): void } | null;
  bytesWritten: number;
  _processChunk(chunk: Uint8Array, flushFlag: number): Uint8Array;
  on(event: 'error', listener: () => void): unknown;
  removeAllListeners(event: 'error'): unknown;
  destroy(): unknown;
}

/**
 * A zlib stream of Node that works synchronously, chunk by chunk. Everything that is not public interface of
 * Node is in this file; `survivesRoundTrip` tells whether it holds in this runtime.
 */
export class SyncZlib {
  readonly #stream: ZlibInternals;
  readonly #handle: { close(): void };
  #isClosed = false;

  /** @param stream - A stream as `zlib.createGunzip` makes it; it belongs to this object from now on. */
  constructor(stream: object) {
    this.#stream = stream as ZlibInternals;
    const handle = this.#stream._handle;
    if (handle === null || typeof this.#stream._processChunk !== 'function') {
      throw new TypeError('zlib has no _processChunk in this runtime');
    }
    this.#handle = handle;
    // The stream closes its handle after each synchronous chunk: it gets that back in `close` only.
    handle.close = doNothing;
    this.#stream.on('error', doNothing);
  }

  /**
   * @param flushFlag - One of the stream's `FlushFlags`.
   * @throws What Node throws: `ERR_BUFFER_TOO_LARGE` beyond the stream's `maxOutputLength`, else its opinion
   *   of the data. Close it then.
   */
  run(chunk: Uint8Array, flushFlag: number): ZlibOutput {
    const stream = this.#stream;
    // A closed handle would end the process.
    assert(!this.#isClosed, 'zlib stream used after close');
    try {
      // Copied, since the stream writes its next output to the same place.
      const bytes = Buffer.from(stream._processChunk(chunk, flushFlag));
      return { bytes, consumed: stream.bytesWritten };
    } finally {
      stream._handle = this.#handle;
      // Each call adds a listener. One stays: after bad data the stream also emits what it has thrown.
      stream.removeAllListeners('error');
      stream.on('error', doNothing);
    }
  }

  /** Frees its memory now rather than when it is collected. Does nothing the second time. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    Reflect.deleteProperty(this.#handle, 'close');
    this.#handle.close();
    this.#stream._handle = null;
    this.#stream.destroy();
  }
}

// For the error event: `run` throws the same error.
function doNothing(): void {}

/**
 * @returns Whether what `createEncoder` makes gives the same text again by what `createDecoder` makes, each
 *   cut in two; `false` as well when anything throws.
 */
export function survivesRoundTrip(
  createEncoder: () => object,
  createDecoder: (first: Uint8Array) => object,
  flags: FlushFlags,
): boolean {
  try {
    const text = Buffer.from('a sentence in two halves, a sentence in two halves');
    const parts = [text.subarray(0, 20), text.subarray(20)];
    const encoder = new SyncZlib(createEncoder());
    const encoded = parts.map((part) => encoder.run(part, flags.flush).bytes);
    encoded.push(encoder.run(new Uint8Array(0), flags.finish).bytes);
    encoder.close();
    const decoder = new SyncZlib(createDecoder(encoded[0]!));
    const decoded = encoded.map((part) => decoder.run(part, flags.process).bytes);
    decoder.run(new Uint8Array(0), flags.finish);
    decoder.close();
    // What was flushed must be readable before the next part.
    return Buffer.concat(decoded).equals(text) && parts[0]!.equals(decoded[0]!);
  } catch {
    // Fails closed: whatever it is, the coding counts as unknown.
    return false;
  }
}

/** `zlib` with what this runtime has more than the oldest supported one: zstd, from Node 22.15 on. */
export const zlibOfRuntime: typeof zlib & {
  readonly createZstdCompress?: (options?: object) => object;
  readonly createZstdDecompress?: (options?: object) => object;
} = zlib;
