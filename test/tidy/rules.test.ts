import { describe, expect, test } from 'vitest';
import { layerProblems } from './layers.ts';
import { parseSource } from './source-files.ts';
import { commentProblems, sizeProblems, wordProblems } from './style.ts';

function problemsOf(path: string, text: string): readonly string[] {
  const file = parseSource(path, text);
  return [...layerProblems(file), ...sizeProblems(file), ...wordProblems(file), ...commentProblems(file)];
}

describe('the rules of test/tidy.test.ts', () => {
  test.each([
    ['src/wire/postgres/a.ts', "import { a } from '../../session/limits.ts';", 'may not import src/session'],
    ['src/wire/postgres/a.ts', "import {\n  a,\n} from '../json/index.ts';", 'may not import src/wire/json'],
    ['src/detect/a.ts', "export { a } from '../mask/masker.ts';", 'may not import src/mask'],
    ['src/mask/a.ts', "import '../masker.ts';", 'nobody but the top'],
    ['src/new/a.ts', "import '../errors.ts';\nimport '../mask/masker.ts';", 'belongs to no layer'],
    ['src/stream/a.ts', "import { a } from '../session/postgres/session.ts';", 'by their interface only'],
    ['src/sql/a.ts', "import { readFile } from 'node:fs/promises';", 'opens no socket'],
    ['src/sql/a.ts', "import { createMasker } from 'wiremask';", 'by relative path'],
    ['src/sql/a.ts', "const a = await import('../mask/masker.ts');", 'may not import src/mask'],
    ['sidecar/a.ts', "import { createMasker } from '../src/index.ts';", 'by its package name only'],
    ['src/sql/a.ts', 'const a: any = 1;', 'switches the checks off'],
    ['src/sql/a.ts', 'const a = b as any;', 'switches the checks off'],
    ['src/sql/a.ts', '} catch {}', 'needs a decision'],
    ['src/sql/a.ts', 'setTimeout(run, 5);', 'starts no timer'],
    ['src/sql/a.ts', '// TO' + 'DO: later', 'belongs in an issue'],
    ['test/a.test.ts', 'test.only(name, run);', 'every test runs'],
    ['test/a.test.ts', 'const a = Math.random();', 'SeededRandom'],
    ['src/sql/a.ts', 'export default 1;', 'exports have names'],
    [
      'src/sql/a.ts',
      '/** A. */\nexport const a = 1;\nexport const b = 2;',
      'exports b without a doc comment',
    ],
    ['src/sql/a.ts', `const a = b${' + b'.repeat(40)};`, 'wide'],
    ['src/sql/a.ts', `// ${'word '.repeat(30)}`, 'wide'],
    ['src/sql/a.ts', 'x;\n'.repeat(401), '401 lines'],
    ['src/sql/a.ts', `function a(): void {\n${'  x;\n'.repeat(70)}}`, 'a function of 72 lines'],
  ])('%s: %s', (path, text, sentence) => {
    expect(problemsOf(path, text).join('\n')).toContain(sentence);
  });

  test.each([
    ['src/session/postgres/a.ts', "import type { A } from '../../wire/postgres/index.ts';"],
    ['src/stream/a.ts', "import { Duplex } from 'node:stream';"],
    ['src/sql/a.ts', "const text = 'as any: word';"],
    ['src/sql/a.ts', `const text = '${'x'.repeat(200)}';`],
    ['src/sql/a.ts', `// https://example.com/${'x'.repeat(200)}`],
    ['src/sql/a.ts', '/** Any chunk. */\nexport const a = 1;'],
    ['sidecar/a.ts', "import { createMasker } from 'wiremask';"],
    ['bench/a.ts', "import { walkJson } from '../src/wire/json/tokenizer.ts';"],
  ])('%s may have: %s', (path, text) => {
    expect(problemsOf(path, text)).toEqual([]);
  });
});
