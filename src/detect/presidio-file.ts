import { isScalar, type YAMLMap } from 'yaml';
import {
  areKnownFlags,
  asciiFlag,
  defaultRegexFlags,
  isAnyCase,
  toRe2,
  wordsPattern,
} from './presidio-pattern.ts';
import { needsModel, predefinedRecognizers } from './presidio-recognizers.ts';
import { re2RewriteOf } from './re2-rewrite.ts';
import { readPattern } from './read-pattern.ts';
import type { PatternDraft, RuleDraft, RulePackSource } from './rule-draft.ts';
import type { YamlReader } from './yaml-reader.ts';

// The form is that of
// https://microsoft.github.io/presidio/analyzer/recognizer_registry_provider/ and of the example files beside
// Presidio's own registry. Rules have no language, so recognizers of every language of the file are read.

const FILE_KEYS: readonly string[] = ['supportedLanguages', 'globalRegexFlags', 'recognizers'];
/** Keys of a recognizer that Presidio knows; in its spelling, or in ours. */
const RECOGNIZER_KEYS: readonly string[] = [
  ...['name', 'className', 'type', 'enabled', 'version', 'country', 'countryCode'],
  ...['supportedLanguage', 'supportedLanguages', 'supportedEntity', 'supportedEntities'],
  ...['patterns', 'denyList', 'denyListScore', 'context', 'globalRegexFlags'],
];
/** Keys of our rules that a recognizer may have as well: what a refused pattern is rewritten with. */
const RULE_KEYS: readonly string[] = [
  ...['keywords', 'group', 'notBefore', 'notAfter', 'validate', 'invalidate', 'minDigits', 'minEntropy'],
  ...['ignoreIfContains', 'exceptFields', 'scoreValidated', 'scoreWithContext'],
];
const FLAGS_MAX = 0x1ffff;

/** Whether the map at the top of a file is a recognizer registry. */
export function isPresidioFile(reader: YamlReader, root: YAMLMap): boolean {
  return reader.has(root, 'recognizers');
}

/** Reads the recognizers of a registry as rules. */
export function readPresidioFile(
  reader: YamlReader,
  root: YAMLMap,
  { file, countries }: RulePackSource,
): readonly RuleDraft[] {
  reader.refuseUnknownKeys(root, FILE_KEYS, file);
  return new RegistryReader(reader, root, file, countries).read();
}

class RegistryReader {
  readonly #reader: YamlReader;
  readonly #root: YAMLMap;
  readonly #file: string;
  readonly #flags: number;
  /** Languages of the registry; `undefined`: of every recognizer. */
  readonly #languages: readonly string[] | undefined;
  readonly #ids = new Set<string>();
  /** Countries whose rules are on; `undefined`: nobody knows. */
  readonly #countries: readonly string[] | undefined;

  constructor(reader: YamlReader, root: YAMLMap, file: string, countries: readonly string[] | undefined) {
    this.#countries = countries;
    this.#reader = reader;
    this.#root = root;
    this.#file = file;
    this.#flags = this.#readFlags();
    const languages = this.#isGiven(root, 'supportedLanguages')
      ? reader.texts(root, 'supportedLanguages', file)
      : [];
    this.#languages = languages.length === 0 ? undefined : languages;
  }

  read(): readonly RuleDraft[] {
    return this.#reader.items(this.#root, 'recognizers', this.#file, true).flatMap((node, index) => {
      const path = `${this.#file}: recognizers[${index}]`;
      if (!isScalar(node)) return this.#recognizer(node, path);
      if (typeof node.value === 'string') this.#predefined(node, node.value, path);
      else this.#reader.problem(node, path, 'must be a map, or the name of a recognizer');
      return [];
    });
  }

  #readFlags(): number {
    const reader = this.#reader;
    const key = 'globalRegexFlags';
    if (!this.#isGiven(this.#root, key)) return defaultRegexFlags;
    const flags = reader.optionalNumber(this.#root, key, this.#file, FLAGS_MAX) ?? defaultRegexFlags;
    if (areKnownFlags(flags)) return flags;
    reader.problem(
      reader.find(this.#root, key),
      `${this.#file}: global_regex_flags`,
      'has flags RE2 has not: write the sum of IGNORECASE 2, MULTILINE 8 and DOTALL 16, as wanted',
    );
    return defaultRegexFlags;
  }

  /** A key that is there and not null: Presidio takes null for absent. */
  #isGiven(map: YAMLMap, key: string): boolean {
    const node = this.#reader.find(map, key);
    return node !== undefined && !(isScalar(node) && node.value === null);
  }

  #text(map: YAMLMap, key: string, path: string): string | undefined {
    return this.#isGiven(map, key) ? this.#reader.optionalText(map, key, path) : undefined;
  }

  #texts(map: YAMLMap, key: string, path: string): readonly string[] {
    return this.#isGiven(map, key) ? this.#reader.texts(map, key, path) : [];
  }

  #recognizer(node: unknown, at: string): readonly RuleDraft[] {
    const reader = this.#reader;
    const map = reader.map(node, at);
    if (map === undefined) return [];
    const name = reader.text(map, 'name', at, '');
    const path = name === '' ? at : `${this.#file}: ${name}`;
    if (this.#isGiven(map, 'enabled') && !reader.boolean(map, 'enabled', path, true)) return [];
    const hasOwn = this.#isGiven(map, 'patterns') || this.#isGiven(map, 'denyList');
    const type = this.#text(map, 'type', path) ?? (hasOwn ? 'custom' : 'predefined');
    if (type === 'predefined') {
      if (name !== '') this.#predefined(map, this.#text(map, 'className', path) ?? name, path, map);
      return [];
    }
    if (type !== 'custom') {
      reader.problem(reader.find(map, 'type'), `${path}.type`, 'must be custom or predefined');
      return [];
    }
    reader.refuseUnknownKeys(map, [...RECOGNIZER_KEYS, ...RULE_KEYS], path);
    const context = this.#context(map, path);
    if (context === undefined) return [];
    const draft = this.#draft(map, name, path, context);
    if (!hasOwn) reader.problem(map, path, 'needs patterns or deny_list');
    return [draft];
  }

  #predefined(node: unknown, name: string, path: string, map?: YAMLMap): void {
    const reader = this.#reader;
    const known = predefinedRecognizers.get(name);
    if (known === undefined) {
      const reason = needsModel(name)
        ? 'needs a language model or a service, which no rule can stand for: switch it off (enabled: false)'
        : 'is no recognizer that rules of this package stand for: switch it off, or write its patterns here';
      reader.problem(node, path, `${name} ${reason}`);
      return;
    }
    // Fails closed: who lists it counts on it.
    if (known.country !== '' && this.#countries?.includes(known.country) === false) {
      const missing = `the rules that stand for ${name} are off: add ${known.country} to the countries`;
      reader.problem(node, path, missing);
    }
    if (map === undefined) return;
    for (const key of ['patterns', 'denyList']) {
      if (this.#isGiven(map, key))
        reader.problem(reader.find(map, key), `${path}.${key}`, 'belongs to type: custom');
    }
    const entity = this.#entityOf(map, path);
    if (entity === undefined || entity === known.entity) return;
    reader.problem(
      reader.find(map, 'supportedEntity') ?? reader.find(map, 'supportedEntities'),
      `${path}.supported_entity`,
      `must be ${known.entity}, or left out: the rules that stand for ${name} find that`,
    );
  }

  #entityOf(map: YAMLMap, path: string): string | undefined {
    return this.#text(map, 'supportedEntity', path) ?? this.#texts(map, 'supportedEntities', path)[0];
  }

  /**
   * @returns Context words of all languages of the registry; `undefined` when the recognizer is for none of
   *   them.
   */
  #context(map: YAMLMap, path: string): readonly string[] | undefined {
    const reader = this.#reader;
    const isWanted = (language: string): boolean => this.#languages?.includes(language) ?? true;
    const words = [...this.#texts(map, 'context', path)];
    const one = this.#text(map, 'supportedLanguage', path);
    if (one !== undefined) return isWanted(one) ? words : undefined;
    if (!this.#isGiven(map, 'supportedLanguages')) return words;
    let isAnyWanted = false;
    reader.items(map, 'supportedLanguages', path, false).forEach((node, index) => {
      const at = `${path}.supported_languages[${index}]`;
      const entry = isScalar(node) ? undefined : reader.map(node, at);
      const language = isScalar(node) ? String(node.value) : entry && reader.text(entry, 'language', at, '');
      if (language === undefined || !isWanted(language)) return;
      isAnyWanted = true;
      if (entry !== undefined) words.push(...this.#texts(entry, 'context', at));
    });
    return isAnyWanted ? [...new Set(words)] : undefined;
  }

  #draft(map: YAMLMap, name: string, path: string, context: readonly string[]): RuleDraft {
    const reader = this.#reader;
    const problem = (key: string, message: string): void =>
      reader.problem(reader.find(map, key) ?? map, `${path}.${key}`, message);
    const entity = this.#entityOf(map, path);
    if (entity === undefined) problem('supportedEntity', 'is missing');
    const patterns = this.#patterns(map, path);
    const words = this.#texts(map, 'denyList', path);
    const country = (
      this.#text(map, 'countryCode', path) ??
      this.#text(map, 'country', path) ??
      ''
    ).toLowerCase();
    const keywords = reader.texts(map, 'keywords', path);
    const areOnlyWords =
      words.length > 0 && patterns.length === 0 && words.every((word) => /^[ -~]+$/.test(word));
    return {
      ...{ id: this.#idOf(name), title: name, problem, ...this.#conditions(map, path) },
      // Presidio compares words; what has neither letter nor digit is none.
      context: context.filter((word) => /[\p{L}\p{N}]/u.test(word)),
      entity: (entity ?? '').toUpperCase().replace(/[^A-Z0-9]+/g, '_'),
      // Presidio says uk where ISO 3166 says gb.
      country: country === 'uk' ? 'gb' : country,
      kinds: ['text'],
      matcher: undefined,
      score: patterns[0]?.score ?? 0,
      patterns: words.length === 0 ? patterns : [...patterns, this.#wordsPattern(map, words, path)],
      denyList: [],
      keywords: keywords.length === 0 && areOnlyWords ? words : keywords,
      requires: [],
      mask: undefined,
      examples: [],
      counterExamples: [],
    };
  }

  #idOf(name: string): string {
    const words = name
      .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter((word) => word !== '');
    const base = words.length === 0 ? 'recognizer' : words.join('-');
    let id = base;
    for (let count = 2; this.#ids.has(id); count++) id = `${base}-${count}`;
    this.#ids.add(id);
    return id;
  }

  #patterns(map: YAMLMap, path: string): readonly PatternDraft[] {
    if (!this.#isGiven(map, 'patterns')) return [];
    return this.#reader.items(map, 'patterns', path, false).flatMap((node, index) => {
      const draft = readPattern(this.#reader, node, `${path}.patterns[${index}]`, undefined);
      if (draft === undefined) return [];
      const refusal = re2RewriteOf(toRe2(draft.pattern, asciiFlag), isAnyCase(this.#flags));
      if (refusal !== undefined) {
        draft.problem(`is no RE2 syntax: ${refusal}`);
        return [];
      }
      return [{ ...draft, pattern: toRe2(draft.pattern, this.#flags) }];
    });
  }

  #wordsPattern(map: YAMLMap, words: readonly string[], path: string): PatternDraft {
    const reader = this.#reader;
    const given = this.#isGiven(map, 'denyListScore')
      ? reader.optionalNumber(map, 'denyListScore', path, 1)
      : undefined;
    return {
      name: 'deny list',
      pattern: wordsPattern(words, this.#flags),
      score: given ?? 1,
      problem: (message) => reader.problem(reader.find(map, 'denyList'), `${path}.deny_list`, message),
    };
  }

  #conditions(
    map: YAMLMap,
    path: string,
  ): Pick<
    RuleDraft,
    | ('group' | 'validate' | 'invalidate' | 'exceptFields' | 'notBefore' | 'notAfter' | 'scoreValidated')
    | ('scoreWithContext' | 'minDigits' | 'minEntropy' | 'ignoreIfContains')
  > {
    const reader = this.#reader;
    return {
      group: reader.optionalNumber(map, 'group', path, 99) ?? 0,
      validate: reader.texts(map, 'validate', path),
      invalidate: reader.texts(map, 'invalidate', path),
      exceptFields: reader.texts(map, 'exceptFields', path),
      notBefore: reader.optionalText(map, 'notBefore', path),
      notAfter: reader.optionalText(map, 'notAfter', path),
      scoreValidated: reader.optionalNumber(map, 'scoreValidated', path, 1) ?? 1,
      scoreWithContext: reader.optionalNumber(map, 'scoreWithContext', path, 1),
      minDigits: reader.optionalNumber(map, 'minDigits', path, 1_000) ?? 0,
      minEntropy: reader.optionalNumber(map, 'minEntropy', path, 8) ?? 0,
      ignoreIfContains: reader.texts(map, 'ignoreIfContains', path),
    };
  }
}
