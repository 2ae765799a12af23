import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { layerProblems } from './tidy/layers.ts';
import { unreachableFiles } from './tidy/reachable.ts';
import { listFiles, readSourceFiles, readText, root } from './tidy/source-files.ts';
import { commentProblems, sizeProblems, wordProblems } from './tidy/style.ts';

const files = readSourceFiles();
const codePattern = /WIREMASK_ERR_[A-Z_]*[A-Z]/g;

// What checks for words has to spell them; data for a test is a list, not a concept.
const rulesOfWords = new Set(['test/tidy/style.ts', 'test/tidy/rules.test.ts']);
const isData = (path: string): boolean => /-corpus\.ts$/.test(path);

describe('imports', () => {
  test('imports point down', () => {
    expect(files.flatMap(layerProblems)).toEqual([]);
  });

  test('every file is reached from an entry point', () => {
    expect(unreachableFiles(files)).toEqual([]);
  });

  test('what src/ and sidecar/ import is a declared dependency', () => {
    const declared = declaredDependencies();
    const names = files
      .filter(({ path }) => /^(src|sidecar)\//.test(path))
      .flatMap(({ imports }) => imports.filter(({ path }) => path === undefined))
      .map(({ specifier }) => packageName(specifier))
      .filter((name) => !name.startsWith('node:') && name !== 'wiremask');
    expect(names.filter((name) => !declared.all.has(name))).toEqual([]);
  });

  test('runtime dependencies are those ARCHITECTURE.md gives a reason for', () => {
    const section = readText('ARCHITECTURE.md')
      .split(/^## /m)
      .find((s) => s.startsWith('Runtime dependencies'));
    const rows = section?.split('\n').filter((line) => line.startsWith('| `')) ?? [];
    const named = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map((match) => match[1]));
    expect(named.toSorted()).toEqual([...declaredDependencies().runtime].toSorted());
  });
});

describe('style', () => {
  test('files, functions and lines stay small', () => {
    expect(files.filter(({ path }) => !isData(path)).flatMap(sizeProblems)).toEqual([]);
  });

  test('no banned word stands in code', () => {
    expect(files.filter(({ path }) => !rulesOfWords.has(path)).flatMap(wordProblems)).toEqual([]);
  });

  test('every exported name of src/ and sidecar/ has a doc comment', () => {
    const checked = files.filter(({ path }) => /^(src|sidecar)\//.test(path));
    expect(checked.flatMap(commentProblems)).toEqual([]);
  });

  test('no document names a path of one machine', () => {
    const documents = ['docs', 'rules', 'sidecar', 'src', 'test', 'bench', 'examples'].flatMap((folder) =>
      listFiles(folder, '.md'),
    );
    const found = [...documents, ...rootDocuments()].filter((path) =>
      /\/(work|home|Users)\/|\/tmp\/bash/.test(readText(path)),
    );
    expect(found).toEqual([]);
  });
});

describe('error codes', () => {
  const defined = new Set(readText('src/errors.ts').match(codePattern));

  test('every code is used in src/', () => {
    // The list of codes and the table of SQLSTATEs have all of them, so they prove nothing.
    const isEntry = (line: string): boolean => /^ +(\| 'WIREMASK|WIREMASK)_ERR/.test(line);
    const used = new Set(
      files
        .filter(({ path }) => path.startsWith('src/'))
        .flatMap(
          ({ code }) =>
            code
              .filter((line) => !isEntry(line))
              .join('\n')
              .match(codePattern) ?? [],
        ),
    );
    expect([...defined].filter((code) => !used.has(code))).toEqual([]);
  });

  test('every code anybody mentions is defined', () => {
    const mentioned = files
      .filter(({ path }) => path !== 'test/tidy.test.ts')
      .flatMap(({ path, text }) => (text.match(codePattern) ?? []).map((code) => ({ path, code })));
    expect(mentioned.filter(({ code }) => !defined.has(code))).toEqual([]);
  });

  test('docs/error-codes.md has every code once, and no other', () => {
    const rows = readText('docs/error-codes.md').match(/^\| `WIREMASK_ERR_[A-Z_]+`/gm) ?? [];
    expect(rows.map((row) => row.slice(3, -1)).toSorted()).toEqual([...defined].toSorted());
  });
});

function rootDocuments(): readonly string[] {
  return readdirSync(root).filter((name) => name.endsWith('.md'));
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function declaredDependencies(): {
  readonly runtime: ReadonlySet<string>;
  readonly all: ReadonlySet<string>;
} {
  const manifest = JSON.parse(readText('package.json')) as Readonly<
    Partial<Record<string, Readonly<Record<string, string>>>>
  >;
  const namesOf = (key: string): readonly string[] => Object.keys(manifest[key] ?? {});
  const runtime = new Set([...namesOf('dependencies'), ...namesOf('optionalDependencies')]);
  return { runtime, all: new Set([...runtime, ...namesOf('peerDependencies')]) };
}
