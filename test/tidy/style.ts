import type { SourceFile } from './source-files.ts';

const fileLinesMax = 400;
const functionLinesMax = 70;
const lineWidthMax = 110;

interface BannedWord {
  readonly pattern: RegExp;
  readonly reason: string;
  /** Looked for in comments as well. */
  readonly inComments?: boolean;
  readonly only?: string;
  /** Where it is allowed all the same. */
  readonly but?: string;
}

const banned: readonly BannedWord[] = [
  { pattern: /\b(TODO|FIXME|XXX)\b/, reason: 'open work belongs in an issue', inComments: true },
  { pattern: /catch (\(\w+\) )?\{\s*\}/, reason: 'a catch needs a decision' },
  {
    pattern: /(: |<|\bas |\| )any\b(?=\[\]|[;,)>\]= ]|$)/,
    reason: 'any switches the checks off; use unknown',
  },
  { pattern: /\/(work|home|Users)\/|\/tmp\/bash/, reason: 'a path of one machine', inComments: true },
  {
    pattern: /\b(describe|it|test)\.(skip|only|todo|skipIf|runIf)\b/,
    reason: 'every test runs',
    only: 'test/',
  },
  {
    pattern: /\bMath\.random\(/,
    reason: 'a test that fails must fail again: use SeededRandom',
    only: 'test/',
  },
  { pattern: /\bMath\.random\(/, reason: 'results of the library are the same every time', only: 'src/' },
  {
    pattern: /\b(setTimeout|setInterval|setImmediate|fetch)\(/,
    reason: 'src/ starts no timer and opens no connection',
    only: 'src/',
    // Lets go of events that are kept back: the streams are the place for what the core has no clock for.
    but: 'src/stream/body-pump.ts',
  },
  { pattern: /^export default\b/, reason: 'exports have names' },
  {
    pattern: /\bconsole\.\w+\(/,
    reason: 'the library and the sidecar do not write to the console',
    only: 'src/',
  },
  { pattern: /@ts-(ignore|nocheck|expect-error)/, reason: 'types are not switched off', inComments: true },
];

// A string, pattern or link is not made clearer by cutting it up.
function withoutStrings(line: string): string {
  if (/^ *(\*|\/[/*])/.test(line)) return line.replace(/\bhttps?:\/\/\S+/, '');
  return line
    .replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g, "''")
    .replace(/(?<=^|[ (:,])\/(?:[^/\\]|\\.)+\/[a-z]*/g, '//');
}

/** Sentences on sizes: files, functions, lines. */
export function sizeProblems(file: SourceFile): readonly string[] {
  const problems = file.lines.flatMap((line, index) =>
    withoutStrings(line).length > lineWidthMax
      ? [`${file.path}:${index + 1} is ${line.length} wide: ${lineWidthMax} at most`]
      : [],
  );
  if (file.lines.length > fileLinesMax) {
    problems.push(
      `${file.path} has ${file.lines.length} lines: ${fileLinesMax} at most, one concept per file`,
    );
  }
  return [...problems, ...longFunctions(file)];
}

// The formatter puts the closing brace of a block at the indentation of the line that opened it.
function longFunctions({ path, lines }: SourceFile): readonly string[] {
  return lines.flatMap((line, start) => {
    if (!opensFunction(line)) return [];
    const indent = /^ */.exec(line)?.[0] ?? '';
    const size = lines.slice(start).findIndex((other) => other.startsWith(`${indent}}`)) + 1;
    if (size <= functionLinesMax) return [];
    return [`${path}:${start + 1} begins a function of ${size} lines: ${functionLinesMax} at most`];
  });
}

function opensFunction(line: string): boolean {
  if (!/(\)(: .+)?|=>) \{$/.test(line)) return false;
  // describe is a heading, not a function.
  return !/^ *(if|for|while|switch|\} else if|\} catch|describe)\b/.test(line) && !/^ *\} catch/.test(line);
}

/** Sentences on words that must not stand in code. */
export function wordProblems(file: SourceFile): readonly string[] {
  return banned
    .filter(({ only, but }) => (only === undefined || file.path.startsWith(only)) && file.path !== but)
    .flatMap(({ pattern, reason, inComments }) =>
      (inComments ? file.lines : file.code.map(withoutStrings)).flatMap((line, index) =>
        pattern.test(line)
          ? [`${file.path}:${index + 1} has "${pattern.exec(line)?.[0].trim()}": ${reason}`]
          : [],
      ),
    );
}

/** Sentences on exported names nobody has described. */
export function commentProblems({ path, lines }: SourceFile): readonly string[] {
  return lines.flatMap((line, index) => {
    const name =
      /^export (?:abstract |async |declare )*(?:const|class|function\*?|interface|type) (\w+)/.exec(
        line,
      )?.[1];
    if (name === undefined || lines[index - 1]?.trimEnd().endsWith('*/')) return [];
    return [`${path}:${index + 1} exports ${name} without a doc comment`];
  });
}
