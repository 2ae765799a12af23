import { UnsupportedError, WireError } from '../../errors.ts';
import type { BodyMasker } from './body-masker.ts';
import { sniffContent } from './content-sniffing.ts';

// gzip, zlib at its usual levels, zstd, and what archives are made of.
const COMPRESSED_BEGINS: readonly (readonly number[])[] = [
  [0x1f, 0x8b],
  [0x78, 0x01],
  [0x78, 0x9c],
  [0x78, 0xda],
  [0x28, 0xb5, 0x2f, 0xfd],
  [0x50, 0x4b, 0x03, 0x04],
];
const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * A body in which no coding is left, by what its head says. One that begins like compressed data is refused:
 * a client that looks at the bytes could read what nobody has looked into.
 */
export class UndecodedGuard implements BodyMasker {
  readonly #masker: BodyMasker;
  #first: Uint8Array | undefined = NO_BYTES;

  constructor(masker: BodyMasker) {
    this.#masker = masker;
  }

  push(chunk: Uint8Array): readonly Uint8Array[] {
    if (this.#first === undefined) return this.#masker.push(chunk);
    const first = this.#first.length === 0 ? chunk : Buffer.concat([this.#first, chunk]);
    if (first.length < 2) {
      this.#first = new Uint8Array(first);
      return [];
    }
    const begins = COMPRESSED_BEGINS.filter((begin) => agree(begin, first));
    if (begins.some((begin) => begin.length <= first.length)) {
      throw new WireError('WIREMASK_ERR_HTTP_CODING', 'a compressed body under a head that does not say so');
    }
    if (begins.length === 0 && sniffContent(first) === 'foreign') {
      throw new UnsupportedError(
        'WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE',
        'a body that begins like UTF-16, UTF-32 or binary data cannot be masked',
      );
    }
    // A copy: the chunk is not ours to keep.
    this.#first = begins.length > 0 ? new Uint8Array(first) : undefined;
    return begins.length > 0 ? [] : this.#masker.push(first);
  }

  end(): readonly Uint8Array[] {
    const first = this.#first ?? NO_BYTES;
    this.#first = undefined;
    return [...(first.length > 0 ? this.#masker.push(first) : []), ...this.#masker.end()];
  }

  get isHolding(): boolean {
    return this.#masker.isHolding === true;
  }

  flushHeld(): readonly Uint8Array[] {
    return this.#masker.flushHeld?.() ?? [];
  }

  close(): void {
    this.#masker.close?.();
  }
}

function agree(begin: readonly number[], bytes: Uint8Array): boolean {
  return begin.every((byte, at) => at >= bytes.length || bytes[at] === byte);
}
