import { createRequire } from 'node:module';
import { createMasker, type MaskingOptions, PolicyError } from 'wiremask';
import type { CommandDependencies } from './command-io.ts';

/** What commands use beyond their own files; the larger parts are loaded when a command needs them. */
export function createDependencies(): CommandDependencies {
  return {
    version: readVersion(),
    startSidecar: async (options) => (await import('../sidecar.ts')).startSidecar(options),
    runBench: async (options, io) => (await import('../bench/run-bench.ts')).runBench(options, io),
    compileMasking: async ({ masking }) => {
      try {
        await createMasker({ masking });
        return [];
      } catch (error) {
        if (!(error instanceof PolicyError)) throw error;
        if (error.code === 'WIREMASK_ERR_POLICY')
          return error.problems.map(({ path, message }) => ({ path: ruleOf(path, masking), message }));
        const files = masking.detect?.rules?.map((rules) => rules.file) ?? [];
        return error.problems.map(({ file = '', line, column, path, message }) => ({
          path: `detect.rules[${Math.max(0, files.indexOf(file))}]`,
          message: `${file}:${line}:${column}: ${path.replace(`${file}: `, '')} ${message}`,
        }));
      }
    },
  };
}

/** @returns Where the rule stands; a JSON path that cannot be read is reported by its text alone. */
function ruleOf(path: string, masking: MaskingOptions): string {
  if (!path.startsWith('$')) return path;
  const index = (masking.fields ?? []).findIndex((rule) => [rule.path ?? []].flat().includes(path));
  return index < 0 ? path : `fields[${index}].path`;
}

function readVersion(): string {
  const content: unknown = createRequire(import.meta.url)('wiremask/package.json');
  const { version } = content as { readonly version: string };
  return version;
}
