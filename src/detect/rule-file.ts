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
import type { FieldKind } from './detector.ts';

/** The text of one rule file. */
export interface RulePackSource {
  /** The pack it is shipped in; the file's own `pack:` must say the same. */
  readonly pack: string;
  /** Name for messages: `pii/email.yaml`. */
  readonly file: string;
  readonly text: string;
}

/** A value with what a rule does or does not find in it. */
export interface RuleExample {
  readonly text: string;
  /** Name of the field; '' when the example does not say. */
  readonly field: string;
  readonly kind: FieldKind;
  /** The text the finding covers; `undefined` when the example does not say. */
  readonly finds: string | undefined;
}

/** A rule as its file states it: of the right shape, not yet compiled. */
export interface RuleDraft {
  readonly id: string;
  readonly entity: string;
  readonly kinds: readonly FieldKind[];
  readonly matcher: string | undefined;
  readonly pattern: string | undefined;
  readonly group: number;
  readonly keywords: readonly string[];
  readonly validate: readonly string[];
  readonly context: readonly string[];
  readonly exceptFields: readonly string[];
  readonly requires: readonly string[];
  readonly notBefore: string | undefined;
  readonly notAfter: string | undefined;
  readonly score: number;
  readonly scoreWithContext: number;
  readonly examples: readonly RuleExample[];
  readonly counterExamples: readonly RuleExample[];
  /** Adds a problem at the key of this rule, or at the rule itself. */
  readonly problem: (key: string, message: string) => void;
}

const FILE_KEYS: readonly string[] = ['pack', 'rules'];
const RULE_KEYS: readonly string[] = [
  ...[
    'id',
    'entity',
    'kinds',
    'matcher',
    'pattern',
    'group',
    'keywords',
    'validate',
    'context',
    'exceptFields',
  ],
  ...['requires', 'notBefore', 'notAfter', 'score', 'scoreWithContext', 'examples', 'counterExamples'],
];
const EXAMPLE_KEYS: readonly string[] = ['text', 'field', 'kind', 'finds'];
const KINDS: readonly FieldKind[] = ['text', 'number', 'network'];
const EXAMPLES_MIN = 2;

/** Reads a rule file. What is wrong is added to `problems`, all of it, with line and column. */
export function readRuleFile(source: RulePackSource, problems: PolicyProblem[]): readonly RuleDraft[] {
  const lines = new LineCounter();
  const document = parseDocument(source.text, {
    lineCounter: lines,
    uniqueKeys: true,
    strict: true,
    prettyErrors: false,
  });
  const reader = new Reader(source.file, lines, document, problems);
  for (const error of [...document.errors, ...document.warnings]) {
    reader.problemAt(error.pos[0], source.file, error.message.split('\n')[0] ?? 'not YAML');
  }
  if (document.errors.length > 0) return [];
  const root = document.contents;
  if (!isMap(root)) {
    reader.problem(root, source.file, 'must be a map with the keys pack and rules');
    return [];
  }
  reader.refuseUnknownKeys(root, FILE_KEYS, source.file);
  const pack = reader.text(root, 'pack', source.file, '');
  if (pack !== '' && pack !== source.pack) {
    reader.problem(
      reader.find(root, 'pack'),
      `${source.file}: pack`,
      `must be ${source.pack}, like its folder`,
    );
  }
  return reader
    .items(root, 'rules', source.file, true)
    .map((node, index) => readRule(reader, node, source.file, index))
    .filter((rule) => rule !== undefined);
}

function readRule(reader: Reader, node: unknown, file: string, index: number): RuleDraft | undefined {
  if (!isMap(node)) {
    reader.problem(node, `${file}: rules[${index}]`, 'must be a map');
    return undefined;
  }
  const rule = node as YAMLMap;
  const id = reader.text(rule, 'id', `${file}: rules[${index}]`, '');
  const path = `${file}: ${id === '' ? `rules[${index}]` : id}`;
  const problem = (key: string, message: string): void =>
    reader.problem(reader.find(rule, key) ?? rule, `${path}.${key}`, message);
  reader.refuseUnknownKeys(rule, RULE_KEYS, path);
  if (id !== '' && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))
    problem('id', 'must be lower-case words joined by -');
  const entity = reader.text(rule, 'entity', path, '');
  if (entity !== '' && !/^[A-Z][A-Z0-9_]*$/.test(entity))
    problem('entity', 'must be upper case: EMAIL_ADDRESS');
  const matcher = reader.optionalText(rule, 'matcher', path);
  const pattern = reader.optionalText(rule, 'pattern', path);
  if ((matcher === undefined) === (pattern === undefined))
    problem('matcher', 'write either matcher or pattern');
  const score = reader.number(rule, 'score', path, undefined, 1);
  const draft: RuleDraft = {
    ...{ id, entity, matcher, pattern, score, problem },
    kinds: reader.choices(rule, 'kinds', path, KINDS) ?? ['text'],
    group: reader.number(rule, 'group', path, 0, 99),
    keywords: reader.texts(rule, 'keywords', path),
    validate: reader.texts(rule, 'validate', path),
    context: reader.texts(rule, 'context', path),
    exceptFields: reader.texts(rule, 'exceptFields', path),
    requires: reader.texts(rule, 'requires', path),
    notBefore: reader.optionalText(rule, 'notBefore', path),
    notAfter: reader.optionalText(rule, 'notAfter', path),
    scoreWithContext: reader.number(rule, 'scoreWithContext', path, score, 1),
    examples: readExamples(reader, rule, 'examples', path),
    counterExamples: readExamples(reader, rule, 'counterExamples', path),
  };
  if (draft.scoreWithContext < score) problem('scoreWithContext', 'must not be below score');
  if (draft.context.length > 0 && !rule.has('scoreWithContext')) problem('context', 'needs scoreWithContext');
  if (draft.context.length === 0 && rule.has('scoreWithContext'))
    problem('scoreWithContext', 'needs context words');
  return draft;
}

function readExamples(reader: Reader, rule: YAMLMap, key: string, path: string): readonly RuleExample[] {
  const nodes = reader.items(rule, key, path, true);
  if (nodes.length < EXAMPLES_MIN && rule.has(key)) {
    reader.problem(reader.find(rule, key), `${path}.${key}`, `needs at least ${EXAMPLES_MIN} entries`);
  }
  return nodes.flatMap((node, index) => {
    const at = `${path}.${key}[${index}]`;
    if (isScalar(node) && typeof node.value === 'string') {
      return [{ text: node.value, field: '', kind: 'text' as const, finds: undefined }];
    }
    if (!isMap(node)) {
      reader.problem(node, at, 'must be text in quotes, or a map with text and field');
      return [];
    }
    const example = node as YAMLMap;
    reader.refuseUnknownKeys(example, EXAMPLE_KEYS, at);
    const kind = reader.optionalText(example, 'kind', at) ?? 'text';
    if (!KINDS.includes(kind as FieldKind))
      reader.problem(example, `${at}.kind`, `must be one of ${KINDS.join(', ')}`);
    return [
      {
        text: reader.text(example, 'text', at, ''),
        field: reader.optionalText(example, 'field', at) ?? '',
        kind: kind as FieldKind,
        finds: reader.optionalText(example, 'finds', at),
      },
    ];
  });
}

/** Typed access to YAML nodes; every mismatch becomes a problem with its position. */
class Reader {
  readonly #file: string;
  readonly #lines: LineCounter;
  readonly #document: Document.Parsed;
  readonly #problems: PolicyProblem[];

  constructor(file: string, lines: LineCounter, document: Document.Parsed, problems: PolicyProblem[]) {
    this.#file = file;
    this.#lines = lines;
    this.#document = document;
    this.#problems = problems;
  }

  problemAt(offset: number, path: string, message: string): void {
    const { line, col } = this.#lines.linePos(offset);
    this.#problems.push({ path, message, file: this.#file, line, column: col });
  }

  problem(node: unknown, path: string, message: string): void {
    const range = (node as Partial<ParsedNode> | null | undefined)?.range;
    this.problemAt(range?.[0] ?? 0, path, message);
  }

  find(map: YAMLMap, key: string): unknown {
    const node: unknown = map.get(key, true);
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  refuseUnknownKeys(map: YAMLMap, known: readonly string[], path: string): void {
    for (const pair of map.items as Pair<unknown, unknown>[]) {
      const key = isScalar(pair.key) ? String((pair.key as Scalar).value) : '(a key that is no text)';
      if (!known.includes(key))
        this.problem(pair.key, `${path}.${key}`, `unknown key; known: ${known.join(', ')}`);
    }
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
    if (!map.has(key)) this.problem(map, `${path}.${key}`, 'is missing');
    return this.optionalText(map, key, path) ?? otherwise;
  }

  number(map: YAMLMap, key: string, path: string, otherwise: number | undefined, max: number): number {
    const node = this.find(map, key);
    if (node === undefined && otherwise !== undefined) return otherwise;
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === 'number' && value >= 0 && value <= max) return value;
    this.problem(
      node ?? map,
      `${path}.${key}`,
      node === undefined ? 'is missing' : `must be a number from 0 to ${max}`,
    );
    return 0;
  }

  items(map: YAMLMap, key: string, path: string, isRequired: boolean): readonly unknown[] {
    const node = this.find(map, key);
    if (node === undefined && !isRequired) return [];
    if (isSeq(node)) return (node as YAMLSeq).items;
    this.problem(node ?? map, `${path}.${key}`, node === undefined ? 'is missing' : 'must be a list');
    return [];
  }

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
    if (!map.has(key)) return undefined;
    const chosen = this.texts(map, key, path);
    for (const value of chosen) {
      if (known.includes(value as T)) continue;
      this.problem(this.find(map, key), `${path}.${key}`, `${value} is not one of ${known.join(', ')}`);
    }
    return chosen as readonly T[];
  }
}
