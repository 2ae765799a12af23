import { LimitError, WireError } from '../../errors.ts';
import {
  type Coding,
  type CodingMethods,
  type CodingStream,
  methodsFor,
  SLICE_DECODED_MAX,
} from './coding-methods.ts';
import { SyncZlib, type ZlibOutput } from './sync-zlib.ts';

/** What a decoder gives out at most. */
export interface DecoderLimits {
  /** Bytes of a body, decoded; with stacked codings after each of them. */
  readonly decodedSizeMax: number;
  /** Decoded bytes per received byte, once more than 1 MiB is decoded. */
  readonly decodedRatioMax: number;
}

const RATIO_FLOOR = 1 << 20;
// What is decoded at once.
const SLICE_SIZE = 4096;
const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * Undoes codings. Bytes behind the end of a compressed stream are refused; further members of gzip and frames
 * of zstd are not. `deflate` may lack its zlib header (RFC 9110 section 8.4.1.2 knows of such servers). A
 * body without any byte stays empty, whatever its coding.
 *
 * @param codings - As `parseCodings` returns them; without any, chunks come back as they are.
 * @throws By `push` and `end`:
 *   {WireError} WIREMASK_ERR_HTTP_CODING for what is corrupt or truncated;
 *   {LimitError} WIREMASK_ERR_DECODED_SIZE beyond a limit, or when 4 KiB become more than 8 MiB.
 */
export function createDecoder(codings: readonly Coding[], limits: DecoderLimits): CodingStream {
  return new Decoder(codings.toReversed(), limits);
}

class Decoder implements CodingStream {
  readonly #stages: readonly DecoderStage[];
  #failure: unknown;

  constructor(codings: readonly Coding[], limits: DecoderLimits) {
    const budget = { ...limits, received: 0 };
    this.#stages = codings.map((coding) => new DecoderStage(coding, budget));
  }

  push(chunk: Uint8Array): Uint8Array[] {
    return this.#guard((output) => this.#feed(0, chunk, output));
  }

  end(): Uint8Array[] {
    const output = this.#guard((ended) => {
      for (const [index, stage] of this.#stages.entries()) {
        stage.end((bytes) => this.#feed(index + 1, bytes, ended));
      }
    });
    this.close();
    return output;
  }

  close(): void {
    for (const stage of this.#stages) stage.close();
  }

  #feed(index: number, bytes: Uint8Array, output: Uint8Array[]): void {
    const stage = this.#stages[index];
    if (stage === undefined) output.push(bytes);
    else stage.push(bytes, index === 0, (decoded) => this.#feed(index + 1, decoded, output));
  }

  #guard(work: (output: Uint8Array[]) => void): Uint8Array[] {
    if (this.#failure !== undefined) throw this.#failure;
    const output: Uint8Array[] = [];
    try {
      work(output);
    } catch (error) {
      this.close();
      this.#failure = error;
      throw error;
    }
    return output;
  }
}

interface DecoderBudget extends DecoderLimits {
  /** Bytes of the body as they were received, for all stages. */
  received: number;
}

class DecoderStage {
  readonly #coding: Coding;
  readonly #methods: CodingMethods;
  readonly #budget: DecoderBudget;
  #zlib: SyncZlib | undefined;
  // The first byte of `deflate`: two tell whether there is a zlib header.
  #first: Uint8Array = NO_BYTES;
  #decoded = 0;

  constructor(coding: Coding, budget: DecoderBudget) {
    this.#coding = coding;
    this.#methods = methodsFor(coding);
    this.#budget = budget;
  }

  push(chunk: Uint8Array, isReceived: boolean, sink: (bytes: Uint8Array) => void): void {
    for (let at = 0; at < chunk.length; at += SLICE_SIZE) {
      const slice = chunk.subarray(at, at + SLICE_SIZE);
      if (isReceived) this.#budget.received += slice.length;
      this.#decode(slice, sink);
    }
  }

  end(sink: (bytes: Uint8Array) => void): void {
    if (this.#zlib === undefined) {
      if (this.#first.length > 0) throw this.#corrupt();
      return;
    }
    this.#run(this.#zlib, NO_BYTES, this.#methods.flags.finish, sink);
  }

  close(): void {
    this.#zlib?.close();
  }

  #decode(slice: Uint8Array, sink: (bytes: Uint8Array) => void): void {
    let rest = slice;
    if (this.#zlib === undefined) {
      if (this.#coding === 'deflate') {
        rest = Buffer.concat([this.#first, slice]);
        this.#first = rest;
        if (rest.length < 2) return;
      }
      this.#zlib = new SyncZlib(this.#methods.createDecoder(rest));
    }
    while (rest.length > 0) {
      const consumed = this.#run(this.#zlib, rest, this.#methods.flags.process, sink);
      // Not a further member: bytes nobody can read.
      if (consumed === 0) throw this.#corrupt();
      rest = rest.subarray(consumed);
    }
  }

  #run(stage: SyncZlib, bytes: Uint8Array, flag: number, sink: (bytes: Uint8Array) => void): number {
    let output: ZlibOutput;
    try {
      output = stage.run(bytes, flag);
    } catch (error) {
      throw isTooLarge(error)
        ? this.#tooMuch('decodedSliceMax', SLICE_DECODED_MAX + 1)
        : this.#corrupt(error);
    }
    if (output.bytes.length > 0) {
      this.#decoded += output.bytes.length;
      this.#checkBudget();
      sink(output.bytes);
    }
    return output.consumed;
  }

  #checkBudget(): void {
    const { decodedSizeMax, decodedRatioMax, received } = this.#budget;
    if (this.#decoded > decodedSizeMax) throw this.#tooMuch('decodedSizeMax', this.#decoded);
    if (this.#decoded > RATIO_FLOOR && this.#decoded > decodedRatioMax * received) {
      throw this.#tooMuch('decodedRatioMax', Math.ceil(this.#decoded / received));
    }
  }

  #tooMuch(limit: 'decodedSizeMax' | 'decodedRatioMax' | 'decodedSliceMax', size: number): LimitError {
    const max = limit === 'decodedSliceMax' ? SLICE_DECODED_MAX : this.#budget[limit];
    return new LimitError('WIREMASK_ERR_DECODED_SIZE', `content coding ${this.#coding}`, {
      limit,
      size,
      max,
    });
  }

  #corrupt(cause?: unknown): WireError {
    const options = cause === undefined ? undefined : { cause };
    return new WireError(
      'WIREMASK_ERR_HTTP_CODING',
      `content coding ${this.#coding}: corrupt or truncated`,
      options,
    );
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
