import { UnsupportedError } from '../../errors.ts';
import { type FlushFlags, survivesRoundTrip, zlibOfRuntime as zlib } from './sync-zlib.ts';

/** A content coding by its registered name; `x-gzip` is `gzip`. */
export type Coding = 'gzip' | 'deflate' | 'br' | 'zstd';

/** A body on its way through codings. Synchronous; what it returns is memory of its own. */
export interface CodingStream {
  /** @returns What is ready now. */
  push(chunk: Uint8Array): Uint8Array[];
  /** The body is complete. @returns What was left. */
  end(): Uint8Array[];
  /** Frees the memory of zlib before the end; `end` and errors do so themselves. */
  close(): void;
}

/** How a coding is done by zlib. */
export interface CodingMethods {
  readonly createEncoder: (level: number) => object;
  /** @param first - The first two bytes at least, where there are as many. */
  readonly createDecoder: (first: Uint8Array) => object;
  readonly flags: FlushFlags;
}

/**
 * What 4 KiB may become: gzip comes to 4 MiB (1032 : 1), brotli and zstd could fill all memory from a few
 * bytes.
 */
export const SLICE_DECODED_MAX: number = 8 << 20;
/** The level for encoders: the lowest. */
export const LEVEL_DEFAULT = 1;

const { constants } = zlib;
// RFC 9659: a window beyond 8 MiB is not for HTTP.
const ZSTD_WINDOW_LOG_MAX = 23;

const zlibFlags: FlushFlags = {
  process: constants.Z_NO_FLUSH,
  flush: constants.Z_SYNC_FLUSH,
  finish: constants.Z_FINISH,
};
const brotliFlags: FlushFlags = {
  process: constants.BROTLI_OPERATION_PROCESS,
  flush: constants.BROTLI_OPERATION_FLUSH,
  finish: constants.BROTLI_OPERATION_FINISH,
};
// zstd.h; no constants in the oldest supported runtime.
const zstdFlags: FlushFlags = { process: 0, flush: 1, finish: 2 };
const ZSTD_COMPRESSION_LEVEL = 100;
const ZSTD_WINDOW_LOG = 100;

const decoderOptions = { maxOutputLength: SLICE_DECODED_MAX };

const methodsOf: ReadonlyMap<Coding, CodingMethods> = new Map(
  candidates().filter(([, { createEncoder, createDecoder, flags }]) =>
    survivesRoundTrip(() => createEncoder(LEVEL_DEFAULT), createDecoder, flags),
  ),
);

function candidates(): readonly (readonly [Coding, CodingMethods])[] {
  const { createZstdCompress, createZstdDecompress } = zlib;
  const all: [Coding, CodingMethods][] = [
    [
      'gzip',
      {
        createEncoder: (level) => zlib.createGzip({ level }),
        createDecoder: () => zlib.createGunzip(decoderOptions),
        flags: zlibFlags,
      },
    ],
    [
      'deflate',
      {
        createEncoder: (level) => zlib.createDeflate({ level }),
        // RFC 9110 section 8.4.1.2: some servers leave the zlib header out.
        createDecoder: (first) =>
          hasZlibHeader(first) ? zlib.createInflate(decoderOptions) : zlib.createInflateRaw(decoderOptions),
        flags: zlibFlags,
      },
    ],
    [
      'br',
      {
        createEncoder: (level) =>
          zlib.createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: level } }),
        createDecoder: () => zlib.createBrotliDecompress(decoderOptions),
        flags: brotliFlags,
      },
    ],
  ];
  if (createZstdCompress === undefined || createZstdDecompress === undefined) return all;
  const zstdOptions = { ...decoderOptions, params: { [ZSTD_WINDOW_LOG]: ZSTD_WINDOW_LOG_MAX } };
  const zstd: CodingMethods = {
    createEncoder: (level) => createZstdCompress({ params: { [ZSTD_COMPRESSION_LEVEL]: level } }),
    createDecoder: () => createZstdDecompress(zstdOptions),
    flags: zstdFlags,
  };
  return [...all, ['zstd', zstd]];
}

/** The codings this runtime can decode and encode, by their registered names. */
export const supportedCodings: readonly Coding[] = [...methodsOf.keys()];

/** @returns The coding of that name in lower case, if it is supported. */
export function codingOf(name: string): Coding | undefined {
  const coding = name === 'x-gzip' ? 'gzip' : name;
  return supportedCodings.find((supported) => supported === coding);
}

/** @throws {UnsupportedError} WIREMASK_ERR_UNSUPPORTED_CODING where this runtime lacks it. */
export function methodsFor(coding: Coding): CodingMethods {
  const methods = methodsOf.get(coding);
  if (methods !== undefined) return methods;
  throw new UnsupportedError('WIREMASK_ERR_UNSUPPORTED_CODING', `content coding ${coding} in this runtime`);
}

// RFC 1950: method 8, and a check that makes both bytes a multiple of 31.
function hasZlibHeader(bytes: Uint8Array): boolean {
  return (bytes[0]! & 0x0f) === 8 && ((bytes[0]! << 8) | (bytes[1] ?? 0)) % 31 === 0;
}
