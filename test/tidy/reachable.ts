import { readText, type SourceFile } from './source-files.ts';

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

/** Where programs, tests and users of the package come in. */
function isEntryPoint(path: string, exported: ReadonlySet<string>): boolean {
  if (exported.has(path) || path === 'sidecar/main.ts') return true;
  // What is compiled by itself, to WebAssembly.
  if (path.endsWith('/assembly/index.ts')) return true;
  if (path === 'bench/run.ts' || path === 'test/setup.ts') return true;
  return path.endsWith('.test.ts') || path.endsWith('.d.ts') || path.startsWith('examples/');
}

/**
 * Files that no entry point leads to. What only tests import is not part of the library or the sidecar,
 * so tests do not count for them.
 */
export function unreachableFiles(files: readonly SourceFile[]): readonly string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const exported = exportedPaths();
  const reached = new Set<string>();
  const visit = (path: string, from: string): void => {
    const file = byPath.get(path);
    if (!file || reached.has(path) || (isTest(from) && !isTest(path))) return;
    reached.add(path);
    for (const target of file.imports) {
      if (target.path === undefined) continue;
      visit(target.path, path);
      // AssemblyScript names files without their ending.
      visit(`${target.path}.ts`, path);
    }
    for (const script of scriptsOf(file)) visit(script, path);
  };
  for (const { path } of files) if (isEntryPoint(path, exported)) visit(path, path);
  return files.map(({ path }) => path).filter((path) => !reached.has(path));
}

// Scripts that run as processes of their own are named as they are called after the build.
function scriptsOf({ path, text }: SourceFile): readonly string[] {
  return [...text.matchAll(/'\.\/([\w-]+)\.js'/g)].map(
    (match) => `${path.replace(/[^/]*$/, '')}${match[1]}.ts`,
  );
}

function isTest(path: string): boolean {
  return path.startsWith('test/');
}

function exportedPaths(): ReadonlySet<string> {
  const { exports } = JSON.parse(readText('package.json')) as Manifest;
  const sources = Object.values(exports).map((target) =>
    typeof target === 'string' ? target : target['wiremask-source'],
  );
  return new Set(sources.flatMap((path) => (path === undefined ? [] : [path.replace('./', '')])));
}
