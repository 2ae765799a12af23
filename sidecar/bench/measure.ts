import type { MaskingSession } from 'wiremask';
import { expectNoFailure } from '../scripted-login.ts';
import { CHUNK_SIZE, type RowStream } from './row-stream.ts';

/** One path that rows can take, ready to run. */
export interface MeasuredPath {
  readonly name: string;
  /** Sessions in the middle of a resultset; `undefined` = the bytes are only copied. */
  readonly session: MaskingSession | undefined;
}

/** What one path did. */
export interface PathResult {
  readonly name: string;
  /** Million bytes of rows taken in per second: the median of the rounds. */
  readonly megabytesPerSecond: number;
  readonly rowsPerSecond: number;
  /** Microseconds for one row that arrives alone. */
  readonly messageP50Us: number;
  readonly messageP99Us: number;
  /** Throughput as a share of the copy's in the same round: the median of the rounds. */
  readonly ratio: number;
}

const ROUNDS = 7;

/**
 * Runs every path over the same rows, in turns, so that a noisy machine disturbs all of them alike. The
 * first path is what the others are compared with.
 *
 * @param options - `seconds`: time per path, all rounds together.
 */
export function measurePaths(
  paths: readonly MeasuredPath[],
  stream: RowStream,
  options: { readonly seconds: number },
): PathResult[] {
  const roundMs = (options.seconds * 1000) / ROUNDS;
  // Compiled code, not the interpreter, is what is measured.
  for (const path of paths) runFor(path, stream, roundMs / 2);
  const speeds = paths.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, path] of paths.entries()) speeds[index]?.push(runFor(path, stream, roundMs));
  }
  const reference = speeds[0] ?? [];
  return paths.map((path, index) => {
    const own = speeds[index] ?? [];
    const bytesPerSecond = median(own);
    const latencies = measureMessages(path, stream);
    return {
      name: path.name,
      megabytesPerSecond: bytesPerSecond / 1e6,
      rowsPerSecond: (bytesPerSecond * stream.rowCount) / stream.size,
      messageP50Us: quantile(latencies, 0.5),
      messageP99Us: quantile(latencies, 0.99),
      ratio: median(own.map((speed, round) => speed / (reference[round] ?? speed))),
    };
  });
}

/** @returns The middle of the values; `NaN` without any. */
export function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((left, right) => left - right),
    0.5,
  );
}

/** @returns The value below which this share of the sorted values lies. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** @returns Bytes per second. Passes are whole: a pass ends where a row ends. */
function runFor(path: MeasuredPath, stream: RowStream, milliseconds: number): number {
  const start = performance.now();
  let passes = 0;
  let elapsed = 0;
  do {
    for (const chunk of stream.chunks) takeChunk(path, chunk);
    passes++;
    elapsed = performance.now() - start;
  } while (elapsed < milliseconds);
  return (passes * stream.size * 1000) / elapsed;
}

const copied = new Uint8Array(CHUNK_SIZE);

/**
 * What ratios are to: a copy of a chunk, byte by byte. That runs at the speed of this processor on code like
 * ours, about 1 to 2 GB/s, which is also what a bare pipe between sockets reaches. A block copy is up to 40
 * times as fast, depending on which cache holds the data, and differs by a factor of two from run to run.
 */
export function copyBytes(chunk: Uint8Array): void {
  for (let at = 0; at < chunk.length; at++) copied[at] = chunk[at] as number;
}

function takeChunk({ session }: MeasuredPath, chunk: Uint8Array): void {
  if (session === undefined) copyBytes(chunk);
  else expectNoFailure(session.fromUpstream(chunk));
}

/** @returns Microseconds per message, sorted. Includes about 0.05 us for reading the clock. */
function measureMessages(path: MeasuredPath, stream: RowStream): Float64Array {
  const { messages } = stream;
  const latencies = new Float64Array(messages.length);
  for (const message of messages) takeChunk(path, message);
  for (const [index, message] of messages.entries()) {
    const start = performance.now();
    takeChunk(path, message);
    latencies[index] = (performance.now() - start) * 1000;
  }
  return latencies.sort();
}
