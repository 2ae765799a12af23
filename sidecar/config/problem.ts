/** A place in the configuration: keys and list indices, from the top. */
export type ConfigPath = readonly (string | number)[];

/** One thing that is wrong with a configuration. Never holds a secret. */
export interface ConfigProblem {
  /** `listeners[0].upstream.tls.ca`; '' is the file itself. */
  readonly path: string;
  /** What is wrong and what to write instead. */
  readonly message: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in characters. */
  readonly column: number;
}

/** A problem before its path became a position. `on` chooses what to point at. */
export interface Finding {
  readonly at: ConfigPath;
  readonly message: string;
  /** `key`: the key itself is wrong; `value` (default): what it holds. */
  readonly on?: 'key' | 'value';
}

/** Takes findings while a configuration is checked. */
export type Report = (finding: Finding) => void;

/** `['listeners', 0, 'tls']` as `listeners[0].tls`; keys that are not words are quoted. */
export function formatPath(path: ConfigPath): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(segment)) text += (text === '' ? '' : '.') + segment;
    else text += `[${JSON.stringify(segment)}]`;
  }
  return text;
}

/** The inverse of `formatPath`; what it cannot read ends the path there. */
export function parsePath(text: string): ConfigPath {
  const path: (string | number)[] = [];
  const segment = /\.?([A-Za-z_][\w-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  for (let match = segment.exec(text); match !== null; match = segment.exec(text)) {
    if (match[1] !== undefined) path.push(match[1]);
    else if (match[2] !== undefined) path.push(Number(match[2]));
    else path.push(JSON.parse(match[3] ?? '""') as string);
  }
  return path;
}

/** `file:line:column: path: message`, the form editors turn into a link. */
export function formatProblem(problem: ConfigProblem): string {
  const path = problem.path === '' ? '' : `${problem.path}: `;
  return `${problem.file}:${problem.line}:${problem.column}: ${path}${problem.message}`;
}
