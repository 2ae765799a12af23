import type { CommandDependencies, CommandIo } from './command-io.ts';

/** What `wiremask bench` was asked for. */
export interface BenchOptions {
  /** Configuration file. */
  readonly config: string;
  /** File with rows to replay; `undefined` = a built-in sample. */
  readonly sample: string | undefined;
  readonly isJson: boolean;
  /** Lowest accepted ratio to a copy of the same bytes, 0 to 1. */
  readonly floor: number | undefined;
  /** File with an earlier result to compare with. */
  readonly baseline: string | undefined;
  /** Seconds per measurement. */
  readonly seconds: number | undefined;
}

/** Measures what masking costs, as a ratio to a copy in the same run. Prints its own result. */
export function benchCommand(
  options: BenchOptions,
  io: CommandIo,
  dependencies: CommandDependencies,
): Promise<number> {
  return dependencies.runBench(options, io);
}
