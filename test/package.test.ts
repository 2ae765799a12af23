import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { listFiles, readText, root } from './tidy/source-files.ts';

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly files: readonly string[];
  readonly bin: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readText('package.json')) as Manifest;
const exported = Object.entries(manifest.exports).flatMap(([name, target]) =>
  typeof target === 'string' ? [] : [{ name: name.replace('.', 'wiremask'), target }],
);

/** Where the build puts a source file. */
function built(source: string | undefined, ending: '.js' | '.d.ts'): string {
  return (source ?? '').replace('./', './dist/').replace(/\.ts$/, ending);
}

describe('package.json', () => {
  test.each(exported)('$name is its source file during development', async ({ name, target }) => {
    const source = target['wiremask-source'] as string;
    const byName = await import(name);
    expect(await import(join(root, source))).toBe(byName);
  });

  test.each(exported)('$name is the built source file once published', ({ target }) => {
    expect(target).toEqual({
      'wiremask-source': target['wiremask-source'],
      types: built(target['wiremask-source'], '.d.ts'),
      default: built(target['wiremask-source'], '.js'),
    });
    // Conditions are tried in order: types must come before what runs.
    expect(Object.keys(target)).toEqual(['wiremask-source', 'types', 'default']);
  });

  test('the front page of the library and its streams have the names they promise', async () => {
    const library = await import('wiremask');
    const streams = await import('wiremask/stream');
    expect(library.createMasker).toBeTypeOf('function');
    expect(Object.keys(streams).toSorted()).toEqual([
      'SocketReads',
      'connectStreams',
      'createBodyTransform',
      'createBodyWebTransform',
      'createMaskingInterceptor',
      'createMaskingMiddleware',
      'createMaskingTransforms',
      'createWebStreams',
      'maskResponse',
    ]);
  });

  test('every command is a program', () => {
    for (const path of Object.values(manifest.bin)) {
      const source = path.replace('./dist/', '').replace(/\.js$/, '.ts');
      expect(readText(source).split('\n')[0]).toBe('#!/usr/bin/env node');
    }
  });

  test('what is to be published is there', () => {
    const written = manifest.files.filter((path) => !path.startsWith('dist/'));
    expect(written.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('documents', () => {
  test('README.md is there and has code to check', () => {
    expect(existsSync(join(root, 'README.md')), 'README.md does not exist').toBe(true);
    expect(codeBlocks('README.md').length, 'README.md has no block marked ts').toBeGreaterThan(0);
  });

  test('every TypeScript block of the documents, and every example, passes the type check', async () => {
    const documents = ['README.md', ...listFiles('docs', '.md')].filter((path) =>
      existsSync(join(root, path)),
    );
    const blocks = documents.flatMap(codeBlocks);
    const examples = listFiles('examples', '.ts').map((path) => ({ name: path, text: readText(path) }));
    expect(await typeErrors([...blocks, ...examples])).toBe('');
  }, 120_000);

  test('the type check notices an error', async () => {
    const wrong = "import { createMasker } from 'wiremask';\nawait createMasker({ maskin: {} });\n";
    expect(await typeErrors([{ name: 'wrong', text: wrong }])).toContain("'maskin'");
  }, 120_000);

  test('every link of the documents leads to a file', () => {
    const documents = [
      'README.md',
      'ARCHITECTURE.md',
      'SECURITY.md',
      'CONTRIBUTING.md',
      ...listFiles('docs', '.md'),
    ];
    const broken = documents
      .filter((path) => existsSync(join(root, path)))
      .flatMap((path) => linksOf(path).filter((link) => !existsSync(join(root, path, '..', link))));
    expect(broken).toEqual([]);
  });
});

interface CodeBlock {
  /** Where it stands. */
  readonly name: string;
  readonly text: string;
}

function codeBlocks(path: string): readonly CodeBlock[] {
  const text = readText(path);
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => {
    const line = text.slice(0, match.index).split('\n').length;
    return { name: `${path}-${line}`, text: match[1] ?? '' };
  });
}

function linksOf(path: string): readonly string[] {
  return [...readText(path).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map((match) => match[1] as string)
    .filter((link) => !link.includes(':'));
}

let checkCount = 0;

/** What the compiler says of these texts, with the settings of the project. */
async function typeErrors(blocks: readonly CodeBlock[]): Promise<string> {
  // Inside the project, so that it may import itself by name, and out of sight of git.
  const folder = join(root, '.cache', `type-check-${process.pid}-${checkCount++}`);
  await mkdir(folder, { recursive: true });
  try {
    for (const { name, text } of blocks)
      await writeFile(join(folder, `${name.replaceAll(/\W/g, '-')}.ts`), text);
    const settings = { extends: '../../tsconfig.json', include: ['*.ts', '../../src/**/*.d.ts'] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings));
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    return await promisify(execFile)(process.execPath, [compiler, '--noEmit', '-p', folder], {
      cwd: root,
    }).then(
      ({ stdout }) => stdout,
      (error: { readonly stdout?: string; readonly message: string }) => error.stdout || error.message,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
