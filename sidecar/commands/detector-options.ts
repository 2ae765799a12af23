import { readFile } from 'node:fs/promises';
import { createDetector, type Detector, type DetectorOptions, PolicyError } from 'wiremask';
import type { CommandIo } from './command-io.ts';
import { EXIT } from './exit-codes.ts';

/** Which rules a command is to use, as written on the command line. */
export interface DetectorArguments {
  readonly packs: string | undefined;
  readonly countries: string | undefined;
  /** Rule files. */
  readonly rules: readonly string[];
  readonly threshold: number | undefined;
}

/** A detector, or the exit code after what is wrong has been printed. */
export type OpenedDetector = { readonly detector: Detector } | { readonly exitCode: number };

/** Compiles the rules the command line asks for. */
export async function openDetector(chosen: DetectorArguments, io: CommandIo): Promise<OpenedDetector> {
  const list = (text: string | undefined): readonly string[] | undefined =>
    text
      ?.split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  const [packs, countries] = [list(chosen.packs), list(chosen.countries)];
  try {
    const rules = await Promise.all(chosen.rules.map(readRuleFile));
    const options: DetectorOptions = {
      ...(packs !== undefined && { packs }),
      ...(countries !== undefined && { countries }),
      ...(rules.length > 0 && { rules }),
      ...(chosen.threshold !== undefined && { threshold: chosen.threshold }),
    };
    return { detector: await createDetector(options) };
  } catch (error) {
    const problems = error instanceof PolicyError ? error.problems.map(formatProblem) : undefined;
    const { code, path = '' } = error as NodeJS.ErrnoException;
    if (problems === undefined && typeof code !== 'string') throw error;
    io.stderr((problems ?? [`${path} cannot be read (${code ?? ''})`]).join('\n') + '\n');
    return { exitCode: EXIT.invalidConfig };
  }
}

function formatProblem({ file, line, column, path, message }: PolicyError['problems'][number]): string {
  if (file === undefined) return `${path} ${message}`;
  // A problem of a file already names it.
  const within = path.replace(`${file}: `, '');
  return `${file}:${line ?? 0}:${column ?? 0}: ${within} ${message}`;
}

async function readRuleFile(file: string): Promise<{ readonly file: string; readonly text: string }> {
  return { file, text: await readFile(file, 'utf8') };
}
