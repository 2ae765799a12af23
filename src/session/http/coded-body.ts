import type { BodyMasker } from './body-masker.ts';
import {
  type Coding,
  type CodingStream,
  createDecoder,
  createEncoder,
  type DecoderLimits,
  type EncodingStream,
} from './content-codings.ts';

/** Masks a body inside its content codings: decoded, masked, and encoded the same way again. */
export class CodedBody implements BodyMasker {
  readonly #decoder: CodingStream;
  readonly #masker: BodyMasker;
  readonly #encoder: EncodingStream;
  #isEmpty = true;

  constructor(codings: readonly Coding[], masker: BodyMasker, limits: DecoderLimits) {
    this.#decoder = createDecoder(codings, limits);
    this.#masker = masker;
    this.#encoder = createEncoder(codings);
  }

  push(chunk: Uint8Array): readonly Uint8Array[] {
    return this.#encoder.pushAll(this.#mask(this.#decoder.push(chunk)));
  }

  end(): readonly Uint8Array[] {
    const decoded = this.#mask(this.#decoder.end());
    // Nothing at all is no JSON, but an ordinary answer.
    const rest = this.#isEmpty ? decoded : [...decoded, ...this.#masker.end()];
    return [...this.#encoder.pushAll(rest), ...this.#encoder.end()];
  }

  get isHolding(): boolean {
    return this.#masker.isHolding === true;
  }

  flushHeld(): readonly Uint8Array[] {
    return this.#encoder.pushAll(this.#masker.flushHeld?.() ?? []);
  }

  close(): void {
    this.#decoder.close();
    this.#encoder.close();
  }

  #mask(decoded: readonly Uint8Array[]): readonly Uint8Array[] {
    if (decoded.some(({ length }) => length > 0)) this.#isEmpty = false;
    return decoded.flatMap((chunk) => this.#masker.push(chunk));
  }
}
