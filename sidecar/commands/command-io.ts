import type { CompileMasking } from '../config/load-config.ts';
import type { StartSidecar } from '../sidecar-types.ts';
import type { BenchOptions } from './bench.ts';

/** Signals that stop a command. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

/** The process, as far as commands see it. */
export interface CommandIo {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Width of the terminal in characters; `undefined` when output goes elsewhere. */
  readonly columns: number | undefined;
  /** @returns A function that takes the handler off again. */
  readonly onSignal: (signal: StopSignal, handler: () => void) => () => void;
}

/** A pattern engine and the rest of the product, loaded only by the command that needs it. */
export interface CommandDependencies {
  readonly version: string;
  readonly startSidecar: StartSidecar;
  readonly compileMasking: CompileMasking;
  readonly runBench: (options: BenchOptions, io: CommandIo) => Promise<number>;
}

/** Stop signals in the order in which they arrive. */
export interface StopSignals {
  /** Fulfilled by the first signal. */
  readonly first: Promise<StopSignal>;
  /** Fulfilled by the second signal, of whichever kind. */
  readonly second: Promise<StopSignal>;
  /** Gives the signals back to the process. */
  release(): void;
}

/** Takes SIGINT and SIGTERM over until `release`. */
export function takeStopSignals(io: CommandIo): StopSignals {
  const fulfil: ((signal: StopSignal) => void)[] = [];
  const first = new Promise<StopSignal>((resolve) => fulfil.push(resolve));
  const second = new Promise<StopSignal>((resolve) => fulfil.push(resolve));
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const releases = signals.map((signal) => io.onSignal(signal, () => fulfil.shift()?.(signal)));
  return {
    first,
    second,
    release: () => {
      for (const release of releases) release();
    },
  };
}
