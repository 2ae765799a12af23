import { parseArgs } from 'node:util';
import type { CommandDependencies, CommandIo } from './commands/command-io.ts';
import { EXIT } from './commands/exit-codes.ts';
import { COMMAND_HELP, GENERAL_HELP } from './commands/help.ts';
import { hint, suggest } from './config/suggest.ts';
import { SCAN_FORMATS, type ScanFormat } from './scan/scan-item.ts';

interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** May be given several times. */
  readonly isRepeatable?: boolean;
  /** The value is one of these. */
  readonly choices?: readonly string[];
  /** The value is a number within these bounds, both included. */
  readonly number?: { readonly min: number; readonly max: number; readonly isWhole?: boolean };
}

type OptionSpecs = Readonly<Record<string, OptionSpec>>;

const CONFIG: OptionSpecs = { config: { type: 'string', short: 'c' } };
const JSON_OUTPUT: OptionSpecs = { json: { type: 'boolean' } };
const HELP: OptionSpecs = { help: { type: 'boolean', short: 'h' } };

/** Options of each command, besides --help. */
const DETECTOR: OptionSpecs = {
  packs: { type: 'string' },
  countries: { type: 'string' },
  rules: { type: 'string', isRepeatable: true },
  threshold: { type: 'string', number: { min: 0, max: 1 } },
};

const COMMANDS: Readonly<Record<string, OptionSpecs>> = {
  run: CONFIG,
  check: { ...CONFIG, ...JSON_OUTPUT },
  demo: {
    once: { type: 'boolean' },
    port: { type: 'string', number: { min: 0, max: 65_535, isWhole: true } },
  },
  bench: {
    ...CONFIG,
    ...JSON_OUTPUT,
    sample: { type: 'string' },
    floor: { type: 'string', number: { min: 0, max: 1 } },
    baseline: { type: 'string' },
    seconds: { type: 'string', number: { min: 0.1, max: 3_600 } },
  },
  scan: { ...DETECTOR, ...JSON_OUTPUT, format: { type: 'string', choices: SCAN_FORMATS } },
  rules: { ...DETECTOR, ...JSON_OUTPUT },
  explain: { ...DETECTOR, ...JSON_OUTPUT, field: { type: 'string' } },
};

/** Most arguments that are no options; none for commands that are not named here. */
const ARGUMENTS_MAX: Readonly<Record<string, number>> = {
  scan: Number.POSITIVE_INFINITY,
  rules: Number.POSITIVE_INFINITY,
  explain: 1,
};

const DEFAULT_CONFIG = 'wiremask.yaml';

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
  const specs = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (specs === undefined) return refuse(unknownCommand(command), 'wiremask --help', io);
  const values = readOptions(rest, { ...specs, ...HELP }, ARGUMENTS_MAX[command] ?? 0);
  if (typeof values === 'string') return refuse(values, `wiremask ${command} --help`, io);
  if (values.has('help')) {
    io.stdout(COMMAND_HELP[command] ?? GENERAL_HELP);
    return EXIT.ok;
  }
  return dispatch(command, values, io, dependencies);
}

function refuse(message: string, help: string, io: CommandIo): number {
  io.stderr(`wiremask: ${message}\nSee ${help}\n`);
  return EXIT.usage;
}

function unknownCommand(command: string): string {
  const kind = command.startsWith('-') ? 'option' : 'command';
  return `unknown ${kind} "${command}": ${hint(command, Object.keys(COMMANDS))}`;
}

type Values = ReadonlyMap<string, string | true> & {
  readonly arguments: readonly string[];
  /** Values of the options that may be given several times. */
  readonly repeated: ReadonlyMap<string, readonly string[]>;
};

// Loads the one command that runs: what the others need is memory a sidecar would keep for good.
async function dispatch(
  command: string,
  values: Values,
  io: CommandIo,
  dependencies: CommandDependencies,
): Promise<number> {
  const text = (name: string): string | undefined => {
    const value = values.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const number = (name: string): number | undefined => {
    const value = text(name);
    return value === undefined ? undefined : Number(value);
  };
  const config = text('config') ?? DEFAULT_CONFIG;
  const isJson = values.has('json');
  const rules = {
    ...{ packs: text('packs'), countries: text('countries'), rules: values.repeated.get('rules') ?? [] },
    ...{ threshold: number('threshold'), isJson },
  };
  switch (command) {
    case 'run': {
      const { runCommand } = await import('./commands/run.ts');
      return runCommand({ config }, io, dependencies);
    }
    case 'check': {
      const { checkCommand } = await import('./commands/check.ts');
      return checkCommand({ config, isJson }, io, dependencies);
    }
    case 'demo': {
      const { demoCommand } = await import('./commands/demo.ts');
      return demoCommand({ isOnce: values.has('once'), port: number('port') ?? 0 }, io, dependencies);
    }
    case 'scan': {
      const { scanCommand } = await import('./commands/scan.ts');
      return scanCommand({ ...rules, files: values.arguments, format: text('format') as ScanFormat }, io);
    }
    case 'rules': {
      const [action = '', ...ids] = values.arguments;
      if (action !== 'list' && action !== 'show' && action !== 'test')
        return refuse('write rules list, rules show ID or rules test', 'wiremask rules --help', io);
      const { rulesCommand } = await import('./commands/rules.ts');
      return rulesCommand({ ...rules, action, ids }, io);
    }
    case 'explain': {
      const { explainCommand } = await import('./commands/explain.ts');
      return explainCommand({ ...rules, text: values.arguments[0], field: text('field') }, io);
    }
    default: {
      const { benchCommand } = await import('./commands/bench.ts');
      const [floor, seconds] = [number('floor'), number('seconds')];
      const files = { sample: text('sample'), baseline: text('baseline') };
      return benchCommand({ config, isJson, floor, seconds, ...files }, io, dependencies);
    }
  }
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];

/**
 * Reads options from tokens: the messages of parseArgs' strict mode do not say what to write instead.
 *
 * @returns Values by option name, or what is wrong.
 */
function readOptions(args: readonly string[], specs: OptionSpecs, argumentsMax: number): Values | string {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type, short }]) => [
      name,
      short === undefined ? { type } : { type, short },
    ]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const values = new Map<string, string | true>();
  const repeated = new Map<string, readonly string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional' && positionals.length < argumentsMax) {
      positionals.push(token.value);
      continue;
    }
    const problem = tokenProblem(token, specs, values);
    if (problem !== undefined) return problem;
    if (token.kind !== 'option') continue;
    const { name, value } = token;
    if (specs[name]?.isRepeatable !== true) values.set(name, value ?? true);
    else if (value !== undefined) repeated.set(name, [...(repeated.get(name) ?? []), value]);
  }
  return Object.assign(values, { arguments: positionals, repeated });
}

function tokenProblem(
  token: Token,
  specs: OptionSpecs,
  values: ReadonlyMap<string, string | true>,
): string | undefined {
  if (token.kind === 'option-terminator') return undefined;
  if (token.kind === 'positional') return `unexpected argument "${token.value}"`;
  const { name, rawName, value } = token;
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
  if (spec === undefined) return unknownOption(rawName, specs);
  if (values.has(name)) return `${rawName} is given twice`;
  if (spec.type === 'boolean') return value === undefined ? undefined : `${rawName} takes no value`;
  const isNextOption = token.inlineValue === false && value?.startsWith('-') === true && value !== '-';
  if (value === undefined || value === '' || isNextOption) return `${rawName} needs a value`;
  if (spec.choices?.includes(value) === false) return `${rawName} must be one of: ${spec.choices.join(', ')}`;
  if (spec.number === undefined) return undefined;
  const { min, max, isWhole = false } = spec.number;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (number >= min && number <= max && (!isWhole || Number.isInteger(number))) return undefined;
  return `${rawName} must be a ${isWhole ? 'whole ' : ''}number from ${min} to ${max}`;
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
