import { isScalar, type YAMLMap } from 'yaml';
import type { PolicyProblem } from '../errors.ts';
import type { FieldKind } from './detector.ts';
import { isPresidioFile, readPresidioFile } from './presidio-file.ts';
import { readPattern } from './read-pattern.ts';
import type { PatternDraft, RuleDraft, RuleExample, RuleMask, RulePackSource } from './rule-draft.ts';
import { YamlReader } from './yaml-reader.ts';

const FILE_KEYS: readonly string[] = ['pack', 'country', 'rules'];

/** Keys of a rule, in the order of the documentation. */
export const RULE_KEYS: readonly string[] = [
  ...['id', 'entity', 'title', 'kinds', 'matcher', 'pattern', 'patterns', 'denyList', 'group', 'keywords'],
  ...['requires', 'notBefore', 'notAfter', 'validate', 'invalidate', 'minDigits', 'minEntropy'],
  ...['ignoreIfContains', 'context', 'exceptFields', 'score', 'scoreValidated', 'scoreWithContext', 'mask'],
  ...['examples', 'counterExamples'],
];
const EXAMPLE_KEYS: readonly string[] = ['text', 'field', 'kind', 'finds'];
const MASK_KEYS: readonly string[] = ['mask', 'keepFirst', 'keepLast', 'label', 'value'];
/** Kinds of fields a rule can look into. */
export const RULE_KINDS: readonly FieldKind[] = ['text', 'number', 'network'];
const MASKS: readonly RuleMask['mask'][] = ['redact', 'partial', 'nullify', 'replace'];
const EXAMPLES_MIN = 2;

/**
 * Reads a rule file: of our own form, or of Presidio's recognizer registry. What is wrong is added to
 * `problems`, all of it, with line and column.
 */
export function readRuleFile(source: RulePackSource, problems: PolicyProblem[]): readonly RuleDraft[] {
  const reader = new YamlReader(source.file, source.text, problems);
  const { root } = reader;
  if (root === undefined) return [];
  if (isPresidioFile(reader, root)) return readPresidioFile(reader, root, source);
  reader.refuseUnknownKeys(root, FILE_KEYS, source.file);
  const isShipped = source.pack !== 'user';
  const pack = isShipped ? reader.text(root, 'pack', source.file, '') : '';
  if (pack !== '' && pack !== source.pack) {
    reader.problem(
      reader.find(root, 'pack'),
      `${source.file}: pack`,
      `must be ${source.pack}, like its folder`,
    );
  }
  const country = reader.optionalText(root, 'country', source.file) ?? '';
  if (country !== '' && !/^[a-z]{2}$/.test(country))
    reader.problem(reader.find(root, 'country'), `${source.file}: country`, 'must be two lower-case letters');
  return reader
    .items(root, 'rules', source.file, true)
    .map((node, index) => new RuleReader(reader, source, country).read(node, index))
    .filter((rule) => rule !== undefined);
}

class RuleReader {
  readonly #reader: YamlReader;
  readonly #source: RulePackSource;
  readonly #country: string;

  constructor(reader: YamlReader, source: RulePackSource, country: string) {
    this.#reader = reader;
    this.#source = source;
    this.#country = country;
  }

  read(node: unknown, index: number): RuleDraft | undefined {
    const reader = this.#reader;
    const { file } = this.#source;
    const rule = reader.map(node, `${file}: rules[${index}]`);
    if (rule === undefined) return undefined;
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
    const score = reader.optionalNumber(rule, 'score', path, 1);
    const patterns = this.#patterns(rule, path, score);
    const denyList = reader.texts(rule, 'denyList', path);
    const ways = [matcher !== undefined, patterns.length > 0, denyList.length > 0].filter(Boolean).length;
    const saysHow = ['matcher', 'pattern', 'patterns', 'denyList'].some((key) => reader.has(rule, key));
    if (ways > 1 || !saysHow) problem('matcher', 'write one of matcher, pattern, patterns and denyList');
    const draft: RuleDraft = {
      ...{ id, entity, matcher, patterns, denyList, problem, country: this.#country },
      ...this.#conditions(rule, path),
      title: reader.optionalText(rule, 'title', path) ?? '',
      kinds: reader.choices(rule, 'kinds', path, RULE_KINDS) ?? ['text'],
      score: score ?? this.#missingScore(rule, path, patterns),
      mask: this.#mask(rule, path),
      examples: this.#examples(rule, 'examples', path),
      counterExamples: this.#examples(rule, 'counterExamples', path),
    };
    if (draft.context.length === 0 && draft.scoreWithContext !== undefined)
      problem('scoreWithContext', 'needs context words');
    return draft;
  }

  // With patterns that carry scores of their own there is nothing to be missing.
  #missingScore(rule: YAMLMap, path: string, patterns: readonly PatternDraft[]): number {
    const isNeeded = !this.#reader.has(rule, 'patterns') && !this.#reader.has(rule, 'score');
    if (isNeeded) this.#reader.problem(rule, `${path}.score`, 'is missing');
    return patterns[0]?.score ?? 0;
  }

  #conditions(
    rule: YAMLMap,
    path: string,
  ): Omit<
    RuleDraft,
    | ('id' | 'entity' | 'title' | 'country' | 'kinds' | 'matcher' | 'score' | 'patterns' | 'denyList')
    | ('mask' | 'examples' | 'counterExamples' | 'problem')
  > {
    const reader = this.#reader;
    return {
      group: reader.optionalNumber(rule, 'group', path, 99) ?? 0,
      keywords: reader.texts(rule, 'keywords', path),
      validate: reader.texts(rule, 'validate', path),
      invalidate: reader.texts(rule, 'invalidate', path),
      context: reader.texts(rule, 'context', path),
      exceptFields: reader.texts(rule, 'exceptFields', path),
      requires: reader.texts(rule, 'requires', path),
      notBefore: reader.optionalText(rule, 'notBefore', path),
      notAfter: reader.optionalText(rule, 'notAfter', path),
      scoreValidated: reader.optionalNumber(rule, 'scoreValidated', path, 1) ?? 1,
      scoreWithContext: reader.optionalNumber(rule, 'scoreWithContext', path, 1),
      minDigits: reader.optionalNumber(rule, 'minDigits', path, 1_000) ?? 0,
      minEntropy: reader.optionalNumber(rule, 'minEntropy', path, 8) ?? 0,
      ignoreIfContains: reader.texts(rule, 'ignoreIfContains', path),
    };
  }

  #patterns(rule: YAMLMap, path: string, ruleScore: number | undefined): readonly PatternDraft[] {
    const reader = this.#reader;
    const only = reader.optionalText(rule, 'pattern', path);
    if (only !== undefined) {
      const problem = (message: string): void =>
        reader.problem(reader.find(rule, 'pattern'), `${path}.pattern`, message);
      return [{ name: '', pattern: only, score: ruleScore ?? 0, problem }];
    }
    return reader.items(rule, 'patterns', path, false).flatMap((node, index) => {
      const draft = readPattern(reader, node, `${path}.patterns[${index}]`, ruleScore);
      return draft === undefined ? [] : [draft];
    });
  }

  #mask(rule: YAMLMap, path: string): RuleMask | undefined {
    const reader = this.#reader;
    if (!reader.has(rule, 'mask')) return undefined;
    const map = reader.map(reader.find(rule, 'mask'), `${path}.mask`);
    if (map === undefined) return undefined;
    reader.refuseUnknownKeys(map, MASK_KEYS, `${path}.mask`);
    const mask = reader.text(map, 'mask', `${path}.mask`, 'redact') as RuleMask['mask'];
    if (!MASKS.includes(mask)) reader.problem(map, `${path}.mask`, `must be one of ${MASKS.join(', ')}`);
    const count = (key: string): number | undefined => reader.optionalNumber(map, key, `${path}.mask`, 1_000);
    const [keepFirst, keepLast] = [count('keepFirst'), count('keepLast')];
    const label = reader.optionalText(map, 'label', `${path}.mask`);
    const value = reader.optionalText(map, 'value', `${path}.mask`);
    return {
      mask,
      ...(keepFirst !== undefined && { keepFirst }),
      ...(keepLast !== undefined && { keepLast }),
      ...(label !== undefined && { label }),
      ...(value !== undefined && { value }),
    };
  }

  #examples(rule: YAMLMap, key: string, path: string): readonly RuleExample[] {
    const reader = this.#reader;
    // A user's rule may come without; a shipped one has both.
    const nodes = reader.items(rule, key, path, this.#source.pack !== 'user');
    if (this.#source.pack !== 'user' && nodes.length < EXAMPLES_MIN && reader.has(rule, key)) {
      reader.problem(reader.find(rule, key), `${path}.${key}`, `needs at least ${EXAMPLES_MIN} entries`);
    }
    return nodes.flatMap((node, index) => readExample(reader, node, `${path}.${key}[${index}]`));
  }
}

function readExample(reader: YamlReader, node: unknown, path: string): readonly RuleExample[] {
  if (isScalar(node)) {
    if (typeof node.value === 'string') {
      return [{ text: node.value, field: '', kind: 'text' as const, finds: undefined }];
    }
    reader.problem(node, path, 'must be text in quotes, or a map with text and field');
    return [];
  }
  const example = reader.map(node, path);
  if (example === undefined) return [];
  reader.refuseUnknownKeys(example, EXAMPLE_KEYS, path);
  const kind = reader.optionalText(example, 'kind', path) ?? 'text';
  if (!(RULE_KINDS as readonly string[]).includes(kind))
    reader.problem(example, `${path}.kind`, `must be one of ${RULE_KINDS.join(', ')}`);
  return [
    {
      text: reader.text(example, 'text', path, ''),
      field: reader.optionalText(example, 'field', path) ?? '',
      kind: kind as FieldKind,
      finds: reader.optionalText(example, 'finds', path),
    },
  ];
}
