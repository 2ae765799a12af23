import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  type ParsedNode,
  parseDocument,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { PolicyProblem } from '../errors.ts';

/** Typed access to YAML nodes; every mismatch becomes a problem with its position. */
export class YamlReader {
  readonly #file: string;
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed;
  readonly #problems: PolicyProblem[];

  /** @param problems - Receives what is wrong with the text and, later, with its nodes. */
  constructor(file: string, text: string, problems: PolicyProblem[]) {
    this.#file = file;
    this.#problems = problems;
    this.#document = parseDocument(text, {
      lineCounter: this.#lines,
      uniqueKeys: true,
      strict: true,
      prettyErrors: false,
    });
    for (const error of [...this.#document.errors, ...this.#document.warnings]) {
      this.problemAt(error.pos[0], file, error.message.split('\n')[0] ?? 'not YAML');
    }
  }

  /** The map at the top, or `undefined` when there is none to read. */
  get root(): YAMLMap | undefined {
    if (this.#document.errors.length > 0) return undefined;
    const root: unknown = this.#document.contents;
    if (isMap(root)) return root as YAMLMap;
    this.problem(root, this.#file, 'must be a map');
    return undefined;
  }

  problemAt(offset: number, path: string, message: string): void {
    const { line, col } = this.#lines.linePos(offset);
    this.#problems.push({ path, message, file: this.#file, line, column: col });
  }

  problem(node: unknown, path: string, message: string): void {
    const range = (node as Partial<ParsedNode> | null | undefined)?.range;
    this.problemAt(range?.[0] ?? 0, path, message);
  }

  /** The node under a key, in camelCase or in snake_case; aliases resolved. */
  find(map: YAMLMap, key: string): unknown {
    const node: unknown = map.get(map.has(key) ? key : snakeCase(key), true);
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  has(map: YAMLMap, key: string): boolean {
    return map.has(key) || map.has(snakeCase(key));
  }

  refuseUnknownKeys(map: YAMLMap, known: readonly string[], path: string): void {
    for (const pair of map.items as Pair<unknown, unknown>[]) {
      const key = isScalar(pair.key) ? String((pair.key as Scalar).value) : '(a key that is no text)';
      if (!known.some((name) => name === key || snakeCase(name) === key))
        this.problem(pair.key, `${path}.${key}`, `unknown key; known: ${known.join(', ')}`);
    }
  }

  /** A map under a key, or as an item of a list. */
  map(node: unknown, path: string): YAMLMap | undefined {
    const resolved: unknown = isAlias(node) ? node.resolve(this.#document) : node;
    if (isMap(resolved)) return resolved as YAMLMap;
    this.problem(node, path, 'must be a map');
    return undefined;
  }

  optionalText(map: YAMLMap, key: string, path: string): string | undefined {
    const node = this.find(map, key);
    if (node === undefined) return undefined;
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === 'string' && value !== '') return value;
    this.problem(node, `${path}.${key}`, 'must be text');
    return undefined;
  }

  text(map: YAMLMap, key: string, path: string, otherwise: string): string {
    if (!this.has(map, key)) this.problem(map, `${path}.${key}`, 'is missing');
    return this.optionalText(map, key, path) ?? otherwise;
  }

  boolean(map: YAMLMap, key: string, path: string, otherwise: boolean): boolean {
    const node = this.find(map, key);
    if (node === undefined) return otherwise;
    if (isScalar(node) && typeof node.value === 'boolean') return node.value;
    this.problem(node, `${path}.${key}`, 'must be true or false');
    return otherwise;
  }

  optionalNumber(map: YAMLMap, key: string, path: string, max: number): number | undefined {
    const node = this.find(map, key);
    if (node === undefined) return undefined;
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === 'number' && value >= 0 && value <= max) return value;
    this.problem(node, `${path}.${key}`, `must be a number from 0 to ${max}`);
    return undefined;
  }

  items(map: YAMLMap, key: string, path: string, isRequired: boolean): readonly unknown[] {
    const node = this.find(map, key);
    if (node === undefined && !isRequired) return [];
    if (isSeq(node)) return (node as YAMLSeq).items;
    this.problem(node ?? map, `${path}.${key}`, node === undefined ? 'is missing' : 'must be a list');
    return [];
  }

  /** A list of texts; numbers are taken as they are written. */
  texts(map: YAMLMap, key: string, path: string): readonly string[] {
    return this.items(map, key, path, false).flatMap((node, index) => {
      const value = isScalar(node) ? node.value : undefined;
      if (typeof value === 'string' && value !== '') return [value];
      this.problem(node, `${path}.${key}[${index}]`, 'must be text');
      return [];
    });
  }

  choices<T extends string>(
    map: YAMLMap,
    key: string,
    path: string,
    known: readonly T[],
  ): readonly T[] | undefined {
    if (!this.has(map, key)) return undefined;
    const chosen = this.texts(map, key, path);
    for (const value of chosen) {
      if ((known as readonly string[]).includes(value)) continue;
      this.problem(this.find(map, key), `${path}.${key}`, `${value} is not one of ${known.join(', ')}`);
    }
    return chosen as readonly T[];
  }
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
