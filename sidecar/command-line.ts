import { parseArgs } from 'node:util';
import { benchCommand } from './commands/bench.ts';
import { checkCommand } from './commands/check.ts';
import type { CommandDependencies, CommandIo } from './commands/command-io.ts';
import { demoCommand } from './commands/demo.ts';
import { EXIT } from './commands/exit-codes.ts';
import { COMMAND_HELP, GENERAL_HELP } from './commands/help.ts';
import { runCommand } from './commands/run.ts';
import { hint, suggest } from './config/suggest.ts';

interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
}

type OptionSpecs = Readonly<Record<string, OptionSpec>>;

const CONFIG: OptionSpecs = { config: { type: 'string', short: 'c' } };
const JSON_OUTPUT: OptionSpecs = { json: { type: 'boolean' } };
const HELP: OptionSpecs = { help: { type: 'boolean', short: 'h' } };

/** Options of each command, besides --help. */
const COMMANDS: Readonly<Record<string, OptionSpecs>> = {
  run: CONFIG,
  check: { ...CONFIG, ...JSON_OUTPUT },
  demo: { once: { type: 'boolean' }, port: { type: 'string' } },
  bench: {
    ...CONFIG,
    ...JSON_OUTPUT,
    sample: { type: 'string' },
    floor: { type: 'string' },
    baseline: { type: 'string' },
    seconds: { type: 'string' },
  },
};

const DEFAULT_CONFIG = 'wiremask.yaml';

/** The command line cannot be understood; the message says what to write instead. */
class UsageError extends Error {}

/**
 * Runs one command line.
 *
 * @param args - Arguments after the program's name.
 * @returns The exit code, see `EXIT`.
 */
export async function runCommandLine(
  args: readonly string[],
  io: CommandIo,
  dependencies: CommandDependencies,
): Promise<number> {
  const [command = '--help', ...rest] = args;
  if (command === '--help' || command === '-h' || command === 'help') {
    (args.length === 0 ? io.stderr : io.stdout)(GENERAL_HELP);
    return args.length === 0 ? EXIT.usage : EXIT.ok;
  }
  if (command === '--version' || command === '-v') {
    io.stdout(`wiremask ${dependencies.version}\n`);
    return EXIT.ok;
  }
  try {
    const specs = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
    if (specs === undefined) throw new UsageError(unknownCommand(command));
    const values = readOptions(rest, { ...specs, ...HELP });
    if (values.has('help')) {
      io.stdout(COMMAND_HELP[command] ?? GENERAL_HELP);
      return EXIT.ok;
    }
    return await dispatch(command, values, io, dependencies);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const help = Object.hasOwn(COMMANDS, command) ? `wiremask ${command} --help` : 'wiremask --help';
    io.stderr(`wiremask: ${error.message}\nSee ${help}\n`);
    return EXIT.usage;
  }
}

function unknownCommand(command: string): string {
  const kind = command.startsWith('-') ? 'option' : 'command';
  return `unknown ${kind} "${command}": ${hint(command, Object.keys(COMMANDS))}`;
}

type Values = ReadonlyMap<string, string | true>;

function dispatch(
  command: string,
  values: Values,
  io: CommandIo,
  dependencies: CommandDependencies,
): Promise<number> {
  const text = (name: string): string | undefined => {
    const value = values.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const config = text('config') ?? DEFAULT_CONFIG;
  const isJson = values.has('json');
  switch (command) {
    case 'run':
      return runCommand({ config }, io, dependencies);
    case 'check':
      return checkCommand({ config, isJson }, io, dependencies);
    case 'demo':
      return demoCommand(
        { isOnce: values.has('once'), port: integer(values, 'port', 0, 65_535) ?? 0 },
        io,
        dependencies,
      );
    default: {
      const floor = number(values, 'floor', 0, 1);
      const seconds = number(values, 'seconds', 0.1, 3_600);
      const files = { sample: text('sample'), baseline: text('baseline') };
      return benchCommand({ config, isJson, floor, seconds, ...files }, io, dependencies);
    }
  }
}

function number(values: Values, name: string, min: number, max: number): number | undefined {
  const text = values.get(name);
  if (typeof text !== 'string') return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= min && value <= max) return value;
  throw new UsageError(`--${name} must be a number from ${min} to ${max}`);
}

function integer(values: Values, name: string, min: number, max: number): number | undefined {
  const value = number(values, name, min, max);
  if (value === undefined || Number.isInteger(value)) return value;
  throw new UsageError(`--${name} must be a whole number from ${min} to ${max}`);
}

// Tokens instead of strict mode: its messages do not say what to write instead.
function readOptions(args: readonly string[], specs: OptionSpecs): Values {
  const { tokens } = parseArgs({ args: [...args], options: specs, strict: false, tokens: true });
  const values = new Map<string, string | true>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') throw new UsageError(`unexpected argument "${token.value}"`);
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (spec === undefined) throw new UsageError(unknownOption(token.rawName, specs));
    if (values.has(token.name)) throw new UsageError(`${token.rawName} is given twice`);
    if (spec.type === 'boolean') {
      if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`);
      values.set(token.name, true);
      continue;
    }
    const isNext =
      token.inlineValue === false && token.value?.startsWith('-') === true && token.value !== '-';
    if (token.value === undefined || token.value === '' || isNext) {
      throw new UsageError(`${token.rawName} needs a value`);
    }
    values.set(token.name, token.value);
  }
  return values;
}

function unknownOption(written: string, specs: OptionSpecs): string {
  const names = Object.keys(specs);
  const suggestion = suggest(written.replace(/^-+/, ''), names);
  const fix =
    suggestion === undefined
      ? `write one of: ${names.map((name) => `--${name}`).join(', ')}`
      : `did you mean --${suggestion}?`;
  return `unknown option ${written}: ${fix}`;
}
