import type { Document, Node, Pair, YAMLError } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { ConfigPath } from './problem.ts';

/** A 1-based place in the file. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Something that is wrong with the file as YAML. */
export interface YamlProblem extends Position {
  readonly message: string;
}

/** A YAML file with its positions. */
export interface YamlSource {
  /** Plain data; `undefined` when the file cannot be read as YAML at all. */
  readonly data: unknown;
  /** `true` when there is nothing in the file. */
  readonly isEmpty: boolean;
  readonly problems: readonly YamlProblem[];
  /** Position of what stands at the path, or of the nearest thing around it. */
  locate(path: ConfigPath, on?: 'key' | 'value'): Position;
  /** Calls back for every text in the file that is a value, not a key. */
  eachText(visitor: (text: string, path: ConfigPath) => void): void;
}

const PLACEHOLDER = '$' + '{...}';

/** What is wrong with text that expects the environment to be filled in. */
export const NOT_REPLACED: string =
  `${PLACEHOLDER} is not replaced: ` + 'write the value, or { env: NAME } for a secret';

// Billion-laughs guard: a configuration has no use for more aliases.
const ALIASES_MAX = 100;

/** Reads YAML 1.2, keeping positions. Never throws: what is wrong is in `problems`. */
export function parseYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems: YamlProblem[] = [];
  const add = (error: YAMLError): void => {
    const position = positionOf(error.pos[0]);
    // One slip makes the parser stumble several times in a line; the first one names it.
    if (error.code !== 'DUPLICATE_KEY' && problems.some((other) => other.line === position.line)) return;
    problems.push({ ...position, message: explain(error, text) });
  };
  document.errors.forEach(add);
  document.warnings.forEach(add);
  const hasBrokenAlias = addBrokenAliases(document, positionOf, problems);
  // Duplicate keys and odd tags leave the rest readable; after any other error it would be guesswork.
  const isReadable = !hasBrokenAlias && document.errors.every((error) => error.code === 'DUPLICATE_KEY');
  const data = isReadable ? toData(document, problems) : undefined;
  return {
    data,
    isEmpty: document.errors.length === 0 && isNull(document.contents),
    problems,
    locate: (path, on = 'value') => positionOf(offsetOf(document, path, on)),
    eachText: (visitor) => eachText(document.contents, [], visitor),
  };
}

function toData(document: Document.Parsed, problems: YamlProblem[]): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    // The only failure left: aliases that multiply without end.
    if (!(error instanceof ReferenceError)) throw error;
    problems.push({ line: 1, column: 1, message: `aliases expand to too much data: write the values out` });
    return undefined;
  }
}

function addBrokenAliases(
  document: Document.Parsed,
  positionOf: (offset: number) => Position,
  problems: YamlProblem[],
): boolean {
  let isBroken = false;
  visit(document, {
    Alias: (_key, alias) => {
      if (alias.resolve(document) !== undefined) return;
      isBroken = true;
      problems.push({
        ...positionOf(alias.range?.[0] ?? 0),
        message: `a value that begins with * must be in quotes: write "*${alias.source}"`,
      });
    },
  });
  return isBroken;
}

function explain(error: YAMLError, text: string): string {
  switch (error.code) {
    case 'DUPLICATE_KEY': {
      const key = /^["']?([\w-]{1,64})/.exec(text.slice(error.pos[0]))?.[1];
      return `duplicate key${key === undefined ? '' : ` "${key}"`}: keep one of them`;
    }
    case 'MULTIPLE_DOCS':
      return 'a second YAML document begins here: a configuration is one document, remove the ---';
    case 'TAB_AS_INDENT':
      return 'a tab is used as indentation: use spaces';
    case 'TAG_RESOLVE_FAILED':
      return 'YAML tags are not supported: remove the !tag';
    default:
      if (text[error.pos[0]] === '{' && text[error.pos[0] - 1] === '$') return NOT_REPLACED;
      return `not valid YAML: ${error.message}`;
  }
}

function isNull(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

/** Nothing written at all, as in `key:`. */
function isNullScalar(node: unknown): boolean {
  return isScalar(node) && node.value === null && (node.source ?? '') === '';
}

function offsetOf(document: Document.Parsed, path: ConfigPath, on: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, segment] of path.entries()) {
    const holder = isAlias(node) ? node.resolve(document) : node;
    if (isSeq(holder) && typeof segment === 'number') {
      node = holder.items[segment];
    } else if (isMap(holder)) {
      const pair = holder.items.find((item) => isKey(item, segment));
      if (pair === undefined) return offset;
      const keyOffset = startOf(pair.key) ?? offset;
      if (on === 'key' && depth === path.length - 1) return keyOffset;
      node = pair.value;
      // `key:` with nothing after it: the key is the best place to point at.
      if (node === null || isNullScalar(node)) return keyOffset;
    } else return offset;
    const start = startOf(node);
    if (start === undefined) return offset;
    offset = start;
  }
  return offset;
}

function isKey(pair: Pair, segment: string | number): boolean {
  return isScalar(pair.key) && String(pair.key.value) === String(segment);
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function eachText(node: unknown, path: ConfigPath, visitor: (text: string, path: ConfigPath) => void): void {
  if (isMap(node)) {
    for (const pair of node.items) {
      const key = isScalar(pair.key) ? String(pair.key.value) : '';
      eachText(pair.value, [...path, key], visitor);
    }
  } else if (isSeq(node)) {
    node.items.forEach((item, index) => {
      eachText(item, [...path, index], visitor);
    });
  } else if (isScalar(node) && typeof node.value === 'string') visitor(node.value, path);
}
