import { readFile } from 'node:fs/promises';
import type { ListenerConfig, SidecarConfig } from '../sidecar-types.ts';
import { baseDirectoryOf } from './address.ts';
import { checkLimits } from './check-limits.ts';
import { checkListeners } from './check-listeners.ts';
import { isBlock } from './check-masking.ts';
import { checkMaskingBlocks } from './check-protocols.ts';
import type { ConfigFile } from './config-file.ts';
import { explainIssue } from './explain-issue.ts';
import { type ConfigProblem, type Finding, formatPath, parsePath, type Report } from './problem.ts';
import { type References, readReferences } from './read-references.ts';
import { resolveConfig } from './resolve-config.ts';
import { configJsonSchema, configSchema } from './schema.ts';
import { NOT_REPLACED, parseYaml, type YamlSource } from './yaml-source.ts';

/** The configuration, or everything that is wrong with it. */
export type LoadedConfig =
  | { readonly ok: true; readonly config: SidecarConfig }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/**
 * Compiles the masking rules of one listener, as far as the library has an opinion. Paths of the
 * problems start at the masking block: `columns[2].mask`.
 */
export type CompileMasking = (
  listener: ListenerConfig,
) => Promise<readonly { readonly path: string; readonly message: string }[]>;

/** Options of `loadConfig` and `loadConfigText`. */
export interface LoadConfigOptions {
  /** Default: the environment of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Left out: only the file itself is checked. */
  readonly compileMasking?: CompileMasking;
}

/** A configuration is written by hand: more than this is another file. */
const CONFIG_SIZE_MAX = 1_048_576;

/**
 * Loads and checks a configuration file, and reads what it refers to.
 *
 * @param file - Path of the YAML file; relative paths inside start from its directory.
 * @returns The configuration, or every problem at once, in the order of the file.
 */
export async function loadConfig(file: string, options: LoadConfigOptions = {}): Promise<LoadedConfig> {
  const text = await readText(file);
  if (typeof text !== 'string') return { ok: false, problems: [text] };
  return loadConfigText(text, file, options);
}

/** The same for text already read; `file` is for messages and relative paths. */
export async function loadConfigText(
  text: string,
  file: string,
  options: LoadConfigOptions = {},
): Promise<LoadedConfig> {
  const source = parseYaml(text);
  const problems: ConfigProblem[] = source.problems.map((problem) => ({ path: '', file, ...problem }));
  const report: Report = (finding) => void problems.push(positioned(finding, source, file));
  if (source.isEmpty) {
    report({ at: [], message: 'the configuration is empty: write listeners: and masking:' });
  }
  if (source.isEmpty || source.data === undefined) return { ok: false, problems: inOrder(problems) };
  const checked = await check(source, baseDirectoryOf(file), options.env ?? process.env, report);
  if (problems.length > 0 || checked === undefined) return { ok: false, problems: inOrder(problems) };
  const config = resolveConfig(checked.data, checked.references, baseDirectoryOf(file));
  if (options.compileMasking !== undefined)
    await compile(config, checked.data, options.compileMasking, report);
  return problems.length > 0 ? { ok: false, problems: inOrder(problems) } : { ok: true, config };
}

interface Checked {
  readonly data: ConfigFile;
  readonly references: References;
}

async function check(
  source: YamlSource,
  baseDirectory: string,
  env: Readonly<Record<string, string | undefined>>,
  report: Report,
): Promise<Checked | undefined> {
  const { data } = source;
  const shape = configSchema.safeParse(data);
  if (!shape.success) {
    const schema = configJsonSchema();
    for (const issue of shape.error.issues) explainIssue(issue, data, schema).forEach(report);
  }
  checkListeners(data, baseDirectory, report);
  if (isBlock(data)) {
    checkLimits(data, report);
    checkMaskingBlocks(data, report);
  }
  source.eachText((text, at) => {
    if (!/\$\{\w/.test(text) || at.at(-1) === 'value' || at.at(-1) === 'label') return;
    report({ at, message: NOT_REPLACED });
  });
  const references = await readReferences(data, { baseDirectory, env }, report);
  return shape.success ? { data: shape.data, references } : undefined;
}

async function compile(
  config: SidecarConfig,
  file: ConfigFile,
  compileMasking: CompileMasking,
  report: Report,
): Promise<void> {
  const seen = new Set<string>();
  for (const [index, listener] of config.listeners.entries()) {
    const hasOwn = file.listeners[index]?.masking !== undefined;
    const base = hasOwn ? ['listeners', index, 'masking'] : ['masking'];
    for (const { path, message } of await compileMasking(listener)) {
      const at = [...base, ...parsePath(path)];
      // A block at the top is compiled for every listener that uses it, and reported once.
      const same = `${formatPath(at)}\n${message}`;
      if (!seen.has(same)) report({ at, message });
      seen.add(same);
    }
  }
}

function positioned(finding: Finding, source: YamlSource, file: string): ConfigProblem {
  const { line, column } = source.locate(finding.at, finding.on);
  return { path: formatPath(finding.at), message: finding.message, file, line, column };
}

function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  return problems.toSorted((left, right) => left.line - right.line || left.column - right.column);
}

async function readText(file: string): Promise<string | ConfigProblem> {
  const problem = (message: string): ConfigProblem => ({ path: '', message, file, line: 1, column: 1 });
  let content: Buffer;
  try {
    content = await readFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return problem(
      code === 'ENOENT' ? 'no such file: name one with -c' : `cannot be read (${code ?? 'unknown error'})`,
    );
  }
  if (content.length > CONFIG_SIZE_MAX) {
    return problem(`${content.length} bytes, at most ${CONFIG_SIZE_MAX} are read: this is no configuration`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return problem('not UTF-8: save the file in that encoding');
  }
}
