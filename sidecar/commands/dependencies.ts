import { createRequire } from 'node:module';
import { createMasker, PolicyError } from 'wiremask';
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
        // A rule file that does not compile came with the package: not a problem of the configuration.
        if (!(error instanceof PolicyError) || error.code !== 'WIREMASK_ERR_POLICY') throw error;
        return error.problems;
      }
    },
  };
}

function readVersion(): string {
  const content: unknown = createRequire(import.meta.url)('wiremask/package.json');
  const { version } = content as { readonly version: string };
  return version;
}
