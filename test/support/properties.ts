import { WiremaskError } from '../../src/errors.ts';

/** A stream as the chunks it arrives in. */
export type Chunks = readonly Uint8Array[];

/** Every way to cut `bytes` in two, the empty parts included. */
export function* everySplit(bytes: Uint8Array): Generator<Chunks> {
  for (let at = 0; at <= bytes.length; at++) yield [copyOf(bytes, 0, at), copyOf(bytes, at)];
}

/** `bytes` in chunks of one. */
export function oneByteAtATime(bytes: Uint8Array): Chunks {
  return Array.from(bytes, (byte) => Uint8Array.of(byte));
}

/** Every proper prefix of `bytes`. */
export function* everyTruncation(bytes: Uint8Array): Generator<Uint8Array> {
  for (let size = 0; size < bytes.length; size++) yield copyOf(bytes, 0, size);
}

/**
 * Calls `fn`; a foreign exception fails the test, one of ours does not.
 *
 * @returns The code that was thrown, or `undefined` when nothing was.
 */
export function expectOnlyWiremaskErrors(fn: () => unknown): string | undefined {
  try {
    fn();
    return undefined;
  } catch (error) {
    if (error instanceof WiremaskError && error.code.startsWith('WIREMASK_ERR_')) return error.code;
    throw new Error('an error without a WIREMASK_ERR_ code escaped', { cause: error });
  }
}

/**
 * `count` damaged copies of `bytes`: flipped bits, overwritten bytes, cut ends, doubled, removed and
 * inserted runs, and edited lengths (big-endian int32 and int16). The same seed gives the same copies.
 */
export function* mutations(bytes: Uint8Array, seed: number, count: number): Generator<Uint8Array> {
  const random = new SeededRandom(seed);
  for (let i = 0; i < count; i++) {
    let mutated = copyOf(bytes);
    for (let edits = 1 + random.below(3); edits > 0; edits--) mutated = mutateOnce(mutated, random);
    yield mutated;
  }
}

function mutateOnce(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.below(bytes.length + 1);
  const run = bytes.subarray(at, at + 1 + random.below(16));
  switch (random.below(8)) {
    case 0:
      return overwrite(bytes, at, [(bytes[at] ?? 0) ^ (1 << random.below(8))]);
    case 1:
      return overwrite(bytes, at, [random.below(256)]);
    case 2:
      return copyOf(bytes, 0, at);
    case 3:
      return join(bytes.subarray(0, at), run, bytes.subarray(at));
    case 4:
      return join(bytes.subarray(0, at), bytes.subarray(at + run.length));
    case 5: {
      const inserted = Uint8Array.from({ length: 1 + random.below(16) }, () => random.below(256));
      return join(bytes.subarray(0, at), inserted, bytes.subarray(at));
    }
    case 6:
      return overwrite(bytes, at, int32Edges[random.below(int32Edges.length)]!);
    default:
      return overwrite(bytes, at, int16Edges[random.below(int16Edges.length)]!);
  }
}

const int32Edges: readonly (readonly number[])[] = [
  [0, 0, 0, 0],
  [0, 0, 0, 1],
  [0, 0, 0, 4],
  [0, 0, 0, 5],
  [0, 0, 1, 0],
  [0x3f, 0xff, 0xff, 0xff],
  [0x7f, 0xff, 0xff, 0xff],
  [0x80, 0, 0, 0],
  [0xff, 0xff, 0xff, 0xfe],
  [0xff, 0xff, 0xff, 0xff],
];

const int16Edges: readonly (readonly number[])[] = [
  [0, 0],
  [0, 1],
  [0, 2],
  [0x7f, 0xff],
  [0x80, 0],
  [0xff, 0xff],
];

function overwrite(bytes: Uint8Array, at: number, values: readonly number[]): Uint8Array {
  const result = copyOf(bytes);
  for (const [index, value] of values.entries()) {
    if (at + index < result.length) result[at + index] = value;
  }
  return result;
}

// Not `slice`: that of a Buffer shares its memory.
function copyOf(bytes: Uint8Array, start = 0, end: number = bytes.length): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end));
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Mulberry32: the same numbers for the same seed, on every platform. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** @returns An integer in `[0, max)`; 0 when `max` is 0. */
  below(max: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * max);
  }
}
