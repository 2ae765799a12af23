import { EventEmitter } from 'node:events';
import type { CommandDependencies, CommandIo, StopSignal } from '../../sidecar/commands/command-io.ts';

/** A process as commands see it, without a process. */
export interface FakeProcess {
  readonly io: CommandIo;
  readonly output: { stdout: string; stderr: string };
  send(signal: StopSignal): void;
  /** Handlers of signals still in place. */
  handlerCount(): number;
  /** Waits until standard output holds the text. */
  prints(text: string): Promise<void>;
}

/** Makes a process with this environment. */
export function fakeProcess(env: Record<string, string> = {}): FakeProcess {
  const output = { stdout: '', stderr: '' };
  const signals = new EventEmitter();
  const printed = new EventEmitter();
  return {
    io: {
      stdout: (text) => {
        output.stdout += text;
        printed.emit('text');
      },
      stderr: (text) => {
        output.stderr += text;
      },
      env,
      columns: 110,
      onSignal: (signal, handler) => {
        signals.on(signal, handler);
        return () => signals.off(signal, handler);
      },
    },
    output,
    send: (signal) => void signals.emit(signal),
    handlerCount: () => signals.listenerCount('SIGINT') + signals.listenerCount('SIGTERM'),
    prints: async (text) => {
      while (!output.stdout.includes(text)) await new Promise((resolve) => printed.once('text', resolve));
    },
  };
}

/** Dependencies that must not be used, except for those given. */
export function fakeDependencies(given: Partial<CommandDependencies> = {}): CommandDependencies {
  const unused = async (): Promise<never> => {
    throw new Error('this command must not need this');
  };
  return {
    version: '1.2.3',
    startSidecar: unused,
    runBench: unused,
    compileMasking: async () => [],
    ...given,
  };
}
