import assert from 'node:assert';
import { WireError } from '../../errors.ts';
import { ExtensionState, mayEndExtension, nextExtensionState } from './chunk-extension.ts';
import { decodeTrailers, encodeTrailers, type HeaderField } from './head.ts';
import { SectionReader } from './section-reader.ts';

/** Told about a body in the chunked coding, in order. */
export interface ChunkedHandler {
  /** Bytes of the body: `bytes[start, end)`, never none. Chunk borders mean nothing. */
  data(bytes: Uint8Array, start: number, end: number): void;
  /** The body is complete. */
  end(trailers: readonly HeaderField[]): void;
}

/** Which byte comes next. */
const State = {
  size: 0,
  extension: 1,
  sizeLf: 2,
  data: 3,
  dataCr: 4,
  dataLf: 5,
  trailers: 6,
  done: 7,
} as const;
type State = (typeof State)[keyof typeof State];

const [CR, LF, SEMICOLON] = [0x0d, 0x0a, 0x3b];
// 4 PiB: below the largest number that counts exactly.
const SIZE_DIGITS_MAX = 13;
// Real ones take a few dozen bytes. Readers that took any number of them were kept busy by that.
const EXTENSION_SIZE_MAX = 4096;

/**
 * Reads the chunked transfer coding (RFC 9112 section 7.1) as it arrives. Chunk extensions are dropped, as
 * that section asks of who decodes. Unusable after a throw.
 */
export class ChunkedDecoder {
  readonly #handler: ChunkedHandler;
  readonly #trailerSizeMax: number;
  #state: State = State.size;
  #extension: ExtensionState = ExtensionState.nameStart;
  #extensionSize = 0;
  #sizeDigits = 0;
  // The size of the chunk at hand, then what is still to come of it.
  #remaining = 0;
  // Made for the trailer section.
  #trailers: SectionReader | undefined;

  /** @param trailerSizeMax - Bytes of the trailer section. */
  constructor(handler: ChunkedHandler, trailerSizeMax: number) {
    this.#handler = handler;
    this.#trailerSizeMax = trailerSizeMax;
  }

  get isDone(): boolean {
    return this.#state === State.done;
  }

  /**
   * @returns Where it stopped: `end`, or after the last byte of the body.
   * @throws {WireError} WIREMASK_ERR_HTTP_FRAMING for a malformed chunk; WIREMASK_ERR_HTTP_HEAD for a
   *   malformed trailer.
   * @throws {LimitError} WIREMASK_ERR_HTTP_HEAD_SIZE
   */
  push(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && this.#state !== State.done) {
      if (this.#state === State.data) {
        const to = Math.min(end, at + this.#remaining);
        this.#remaining -= to - at;
        if (this.#remaining === 0) this.#state = State.dataCr;
        this.#handler.data(bytes, at, to);
        at = to;
      } else if (this.#state === State.trailers) at = this.#readTrailers(bytes, at, end);
      else this.#take(bytes[at++]!);
    }
    return at;
  }

  /** Takes a byte between data and data. */
  #take(byte: number): void {
    switch (this.#state) {
      case State.size:
        this.#takeSize(byte);
        return;
      case State.extension:
        this.#takeExtension(byte);
        return;
      case State.sizeLf:
        if (byte !== LF) throw malformed('chunk size with CR without LF');
        this.#state = this.#remaining === 0 ? State.trailers : State.data;
        return;
      case State.dataCr:
        if (byte !== CR) throw malformed('chunk data that does not end in CR LF');
        this.#state = State.dataLf;
        return;
      default:
        if (byte !== LF) throw malformed('chunk data that does not end in CR LF');
        this.#state = State.size;
        this.#sizeDigits = 0;
    }
  }

  #takeSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      if (++this.#sizeDigits > SIZE_DIGITS_MAX)
        throw malformed(`chunk size of more than ${SIZE_DIGITS_MAX} digits`);
      this.#remaining = this.#remaining * 16 + digit;
    } else if (this.#sizeDigits > 0 && byte === CR) {
      this.#state = State.sizeLf;
    } else if (this.#sizeDigits > 0 && byte === SEMICOLON) {
      this.#state = State.extension;
      this.#extension = ExtensionState.nameStart;
      this.#extensionSize = 0;
    } else throw malformed('chunk size that is not a hexadecimal number');
  }

  #takeExtension(byte: number): void {
    if (byte === CR && mayEndExtension(this.#extension)) {
      this.#state = State.sizeLf;
      return;
    }
    this.#extension = nextExtensionState(this.#extension, byte);
    if (this.#extension === ExtensionState.malformed) throw malformed('malformed chunk extension');
    if (++this.#extensionSize > EXTENSION_SIZE_MAX)
      throw malformed(`chunk extensions of more than ${EXTENSION_SIZE_MAX} bytes`);
  }

  #readTrailers(bytes: Uint8Array, start: number, end: number): number {
    this.#trailers ??= new SectionReader('trailer section', this.#trailerSizeMax);
    const at = this.#trailers.push(bytes, start, end);
    const section = this.#trailers.take();
    if (section !== undefined) {
      const trailers = decodeTrailers(section);
      this.#state = State.done;
      this.#handler.end(trailers);
    }
    return at;
  }
}

/** @returns -1 for what is not a digit. */
function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  // Lower case; nothing but letters gets to a letter by it.
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}

function malformed(problem: string): WireError {
  return new WireError('WIREMASK_ERR_HTTP_FRAMING', problem);
}

const CHUNK_END: Uint8Array = Buffer.from('\r\n');

/** @returns What comes before and after the data of a chunk. @param size - Above 0: none ends the body. */
export function chunkAround(size: number): readonly [Uint8Array, Uint8Array] {
  assert(size > 0, 'a chunk of 0 bytes ends the body');
  return [Buffer.from(`${size.toString(16)}\r\n`, 'latin1'), CHUNK_END];
}

/** @returns The last chunk and the trailer section. */
export function encodeLastChunk(trailers: readonly HeaderField[]): Uint8Array {
  return Buffer.concat([Buffer.from('0\r\n'), encodeTrailers(trailers)]);
}
