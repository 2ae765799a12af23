#!/usr/bin/env node
import { runCommandLine } from './command-line.ts';
import type { CommandIo } from './commands/command-io.ts';
import { createDependencies } from './commands/dependencies.ts';
import { EXIT } from './commands/exit-codes.ts';
import { createLog } from './log.ts';

const io: CommandIo = {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  env: process.env,
  columns: process.stdout.columns,
  onSignal: (signal, handler) => {
    process.on(signal, handler);
    return () => void process.off(signal, handler);
  },
};

// Node would print the message of an exception, and a foreign message may quote data: the log leaves
// it out. Fails closed: after an exception nobody expected, no connection goes on.
process.on('uncaughtException', (error) => {
  createLog({ write: io.stderr }).error('internal-error', { error });
  process.exit(EXIT.failed);
});

// The reader of a pipe has seen enough (`wiremask check | head`): no reason to fail.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// Ends the process explicitly: after a second signal, sockets that still drain would keep it alive.
const exitCode = await runCommandLine(process.argv.slice(2), io, createDependencies());
// What was printed may still be on its way into a pipe.
await Promise.all([process.stdout, process.stderr].map(flush));
process.exit(exitCode);

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
