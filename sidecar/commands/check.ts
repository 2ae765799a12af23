import { loadConfig } from '../config/load-config.ts';
import { formatProblem } from '../config/problem.ts';
import type { CommandDependencies, CommandIo } from './command-io.ts';
import { describeConfig, renderConfig } from './describe-config.ts';
import { EXIT } from './exit-codes.ts';

/** What `wiremask check` was asked for. */
export interface CheckOptions {
  readonly config: string;
  readonly isJson: boolean;
}

/**
 * Prints every problem of a configuration (standard error; `--json`: standard output), or what each
 * listener resolved to. Opens no socket.
 */
export async function checkCommand(
  options: CheckOptions,
  io: CommandIo,
  dependencies: CommandDependencies,
): Promise<number> {
  const { compileMasking } = dependencies;
  const loaded = await loadConfig(options.config, { env: io.env, compileMasking });
  if (options.isJson) {
    const result = loaded.ok ? { ok: true, ...describeConfig(loaded.config) } : loaded;
    io.stdout(JSON.stringify(result, null, 2) + '\n');
    return loaded.ok ? EXIT.ok : EXIT.invalidConfig;
  }
  if (loaded.ok) {
    io.stdout(renderConfig(loaded.config) + `${options.config}: ok\n`);
    return EXIT.ok;
  }
  const count = loaded.problems.length;
  io.stderr(loaded.problems.map(formatProblem).join('\n') + '\n');
  io.stderr(`${options.config}: ${count} ${count === 1 ? 'problem' : 'problems'}\n`);
  return EXIT.invalidConfig;
}
