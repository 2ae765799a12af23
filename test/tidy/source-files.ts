import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

/** Root of the project. */
export const root: string = normalize(join(import.meta.dirname, '..', '..'));

const folders = ['src', 'sidecar', 'bench', 'test', 'examples'];

/** One TypeScript file of the project. */
export interface SourceFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  /** `lines` without comments. */
  readonly code: readonly string[];
  readonly imports: readonly Import[];
}

/** One import or re-export. */
export interface Import {
  /** As written. */
  readonly specifier: string;
  /** Path from the root of a relative import. */
  readonly path: string | undefined;
}

/** Every TypeScript file of the project. */
export function readSourceFiles(): readonly SourceFile[] {
  return folders
    .flatMap((folder) => listFiles(folder, '.ts'))
    .map((path) => parseSource(path, readText(path)));
}

/** Paths of the files with this ending, from the root; what is not there is empty. */
export function listFiles(folder: string, ending: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .toSorted();
}

/** The text of a file, by its path from the root. */
export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Reads a text as the file it would be at this path. */
export function parseSource(path: string, text: string): SourceFile {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return { path, text, lines, code: withoutComments(lines), imports: importsOf(path, text) };
}

// Comments of this project stand on lines of their own, or behind code.
function withoutComments(lines: readonly string[]): readonly string[] {
  let isInComment = false;
  return lines.map((line) => {
    const trimmed = line.trimStart();
    if (isInComment || trimmed.startsWith('/*')) {
      isInComment = !trimmed.includes('*/');
      return '';
    }
    return trimmed.startsWith('//') ? '' : line.replace(/ \/\/ .*$/, '');
  });
}

function importsOf(path: string, text: string): readonly Import[] {
  const pattern =
    /^(?:import|export|\}) ?[^'"\n]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\(\s*'([^']+)'/gm;
  return [...text.matchAll(pattern)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const isRelative = specifier.startsWith('.');
    const target = isRelative ? normalize(join(dirname(path), specifier)).replaceAll('\\', '/') : undefined;
    return { specifier, path: target };
  });
}
