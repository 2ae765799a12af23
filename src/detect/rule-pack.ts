import { PolicyError, type PolicyProblem } from '../errors.ts';
import { ShapeFlag } from '../scan/shape.ts';
import type { ShapeCondition } from '../scan/shape-condition.ts';
import { BOUNDARY_NAMES, boundaryAfter, boundaryBefore } from './boundary.ts';
import type { CompiledPattern, CompiledRule, NamedValidator, PatternMatcher } from './compiled-rule.ts';
import type { RuleFacts } from './detector.ts';
import { wordsOf } from './field-words.ts';
import { LinearMatcher } from './linear-matcher.ts';
import { readLinearPattern } from './linear-pattern.ts';
import type { Matcher } from './matchers/matcher.ts';
import { matchers } from './matchers/registry.ts';
import { factsOfPattern, type PatternFacts } from './pattern-facts.ts';
import { type AnchoredPattern, PatternSpan, type Re2Engine, type Re2Pattern } from './re2.ts';
import { re2RewriteOf } from './re2-rewrite.ts';
import type { PatternDraft, RuleDraft, RulePackSource } from './rule-draft.ts';
import { readRuleFile } from './rule-file.ts';
import { readStoredDrafts } from './stored-drafts.ts';
import type { Validator } from './validators/verdict.ts';

// Shorter texts occur so often that looking for a shape is cheaper.
const DERIVED_LITERAL_MIN = 3;

/** What rule files are compiled with. */
export interface CompileOptions {
  readonly re2: Re2Engine;
  readonly validators: ReadonlyMap<string, Validator>;
  /**
   * Compile every pattern now, not when it is first needed, so that what is wrong with one shows. Files of
   * users are always compiled so. Default `false`.
   */
  readonly isEager?: boolean;
}

/**
 * Compiles rule files, in order; a rule's position in the result is its index in findings.
 *
 * @throws PolicyError with every problem of every file, as `WIREMASK_ERR_RULE_FILE`.
 */
export function compileRulePacks(
  sources: readonly RulePackSource[],
  options: CompileOptions,
): readonly CompiledRule[] {
  const problems: PolicyProblem[] = [];
  const seen = new Set<string>();
  const rules: CompiledRule[] = [];
  for (const source of sources) {
    const isEager = options.isEager === true || source.pack === 'user';
    const read = source.isStored === true ? readStoredDrafts : readRuleFile;
    for (const draft of read(source, problems)) {
      if (seen.has(draft.id)) draft.problem('id', 'is used by another rule');
      seen.add(draft.id);
      const rule = new RuleCompiler(draft, { ...options, isEager }).compile(source.pack);
      if (rule !== undefined) rules.push(rule);
    }
  }
  if (problems.length > 0) throw new PolicyError(problems, 'WIREMASK_ERR_RULE_FILE');
  return rules;
}

class RuleCompiler {
  readonly #draft: RuleDraft;
  readonly #options: CompileOptions;

  constructor(draft: RuleDraft, options: CompileOptions) {
    this.#draft = draft;
    this.#options = options;
  }

  compile(pack: string): CompiledRule | undefined {
    const draft = this.#draft;
    const contextPhrases = this.#phrases('context');
    const patterns = this.#patterns();
    if (patterns.some(({ matcher }) => matcher.how === 'whole') && contextPhrases.length === 0) {
      draft.problem(
        'context',
        `matcher ${draft.matcher} masks whole fields by their name: it needs context words`,
      );
    }
    const { id, entity, title, country, kinds, mask, scoreValidated, scoreWithContext } = draft;
    const { minDigits, minEntropy, examples, counterExamples } = draft;
    const rule: CompiledRule = {
      ...{ id, entity, pack, title, country, kinds, mask, patterns, contextPhrases },
      ...{ scoreValidated, scoreWithContext, minDigits, minEntropy, examples, counterExamples },
      facts: factsOf(draft),
      validators: this.#validators('validate'),
      invalidators: this.#validators('invalidate'),
      isBarredBefore: this.#boundary('notBefore', boundaryBefore),
      isBarredAfter: this.#boundary('notAfter', boundaryAfter),
      exceptFieldPhrases: this.#phrases('exceptFields'),
      ignoreIfContains: draft.ignoreIfContains.map((text) => text.toLowerCase()),
    };
    return patterns.length === 0 ? undefined : rule;
  }

  #validators(key: 'validate' | 'invalidate'): readonly NamedValidator[] {
    const { validators } = this.#options;
    return this.#draft[key].flatMap((name) => {
      const validate = validators.get(name);
      if (validate !== undefined) return [{ name, validate }];
      this.#draft.problem(
        key,
        `there is no validator "${name}"; known: ${[...validators.keys()].join(', ')}`,
      );
      return [];
    });
  }

  #phrases(key: 'context' | 'exceptFields'): readonly string[] {
    return this.#draft[key].map((phrase) => {
      const words = wordsOf(phrase);
      if (words === '') this.#draft.problem(key, 'has an entry without a letter or digit');
      return words;
    });
  }

  #boundary<B>(key: 'notBefore' | 'notAfter', make: (name: string) => B | undefined): B | undefined {
    const name = this.#draft[key];
    if (name === undefined) return undefined;
    const boundary = make(name);
    if (boundary === undefined) this.#draft.problem(key, `must be one of ${BOUNDARY_NAMES.join(', ')}`);
    return boundary;
  }

  #patterns(): readonly CompiledPattern[] {
    const draft = this.#draft;
    if (draft.matcher !== undefined) {
      const matcher = this.#matcher(draft.matcher);
      return matcher === undefined ? [] : [{ name: '', matcher, score: draft.score }];
    }
    if (!this.#areKeywordsSound(false)) return [];
    if (draft.denyList.length > 0) return this.#denyList();
    return draft.patterns.flatMap((pattern) => {
      const matcher = this.#pattern(pattern, draft.keywords);
      return matcher === undefined ? [] : [{ name: pattern.name, matcher, score: pattern.score }];
    });
  }

  #denyList(): readonly CompiledPattern[] {
    const { denyList, score } = this.#draft;
    const alternatives = denyList.map((text) => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'));
    const pattern = `(?:^|[^\\pL\\pN_])(${alternatives.join('|')})(?:[^\\pL\\pN_]|$)`;
    const problem = (message: string): void => this.#draft.problem('denyList', message);
    const isAscii = denyList.every((text) => /^[ -~]+$/.test(text));
    const matcher = this.#pattern({ name: '', pattern, score, problem }, isAscii ? denyList : [], 1);
    return matcher === undefined ? [] : [{ name: '', matcher, score }];
  }

  #matcher(name: string): Matcher | undefined {
    const draft = this.#draft;
    const entry = matchers.get(name);
    if (draft.group !== 0) draft.problem('group', 'belongs to a pattern');
    if (draft.requires.length > 0) draft.problem('requires', 'belongs to a pattern');
    if (entry === undefined) {
      draft.problem('matcher', `must be one of ${[...matchers.keys()].join(', ')}`);
      return undefined;
    }
    if (!entry.needsKeywords) {
      if (draft.keywords.length > 0) draft.problem('keywords', `matcher ${name} brings its own`);
      return entry.matcher;
    }
    return this.#areKeywordsSound(true) ? entry.create(draft.keywords) : undefined;
  }

  #areKeywordsSound(isRequired: boolean): boolean {
    const { keywords, matcher, problem } = this.#draft;
    if (isRequired && keywords.length === 0) problem('keywords', `matcher ${matcher} needs keywords`);
    const isAscii = keywords.every((keyword) => /^[ -~]+$/.test(keyword));
    if (!isAscii) problem('keywords', 'must be printable ASCII');
    return isAscii && (!isRequired || keywords.length > 0);
  }

  #pattern(
    draft: PatternDraft,
    literals: readonly string[],
    group: number = this.#draft.group,
  ): PatternMatcher | undefined {
    const { re2, isEager } = this.#options;
    const pattern = lazily(() => linearMatcherOf(draft.pattern) ?? re2.compile(draft.pattern));
    if (isEager === true && !this.#isSound(draft, group, pattern)) return undefined;
    const facts = draft.facts ?? factsOfPattern(draft.pattern);
    const isDerived =
      literals.length === 0 &&
      facts.isFindable &&
      facts.oneOf.every((text) => text.length >= DERIVED_LITERAL_MIN);
    const wanted = isDerived ? facts.oneOf : literals.map((literal) => literal.toLowerCase());
    const condition = conditionOf(facts, this.#requiredFlags());
    const { lengthMax } = facts;
    const anchored = lazily(() => anchoredBy(pattern(), wanted));
    return { how: 'pattern', condition, literals: wanted, pattern, anchored, group, lengthMax };
  }

  #isSound(draft: PatternDraft, group: number, compile: () => Re2Pattern): boolean {
    let pattern: Re2Pattern;
    try {
      pattern = compile();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'unknown reason';
      draft.problem(`is no RE2 syntax: ${re2RewriteOf(draft.pattern) ?? reason}`);
      return false;
    }
    if (group > pattern.groupCount || !Number.isInteger(group)) {
      this.#draft.problem('group', `the pattern has ${pattern.groupCount} groups`);
      return false;
    }
    if (pattern.find(new Uint8Array(0), 0, 0, new PatternSpan())) {
      draft.problem('matches the empty text');
      return false;
    }
    return true;
  }

  #requiredFlags(): number {
    const known = new Map(Object.entries(ShapeFlag));
    return this.#draft.requires.reduce((flags, name) => {
      const flag = known.get(name);
      if (flag === undefined)
        this.#draft.problem('requires', `must be some of ${[...known.keys()].join(', ')}`);
      return flags | (flag ?? 0);
    }, 0);
  }
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function anchoredBy(pattern: Re2Pattern, literals: readonly string[]): AnchoredPattern | undefined {
  return pattern instanceof LinearMatcher && pattern.beginsWith(literals) ? pattern : undefined;
}

function linearMatcherOf(pattern: string): Re2Pattern | undefined {
  const linear = readLinearPattern(pattern);
  return linear === undefined ? undefined : new LinearMatcher(linear);
}

function factsOf(draft: RuleDraft): RuleFacts {
  const { matcher, patterns, validate, invalidate, scoreValidated, scoreWithContext } = draft;
  const facts: Record<string, string | number | readonly string[] | undefined> = {
    matcher,
    patterns: patterns.map(({ pattern }) => pattern),
    score: matcher === undefined ? (patterns[0]?.score ?? draft.score) : draft.score,
    scoreValidated: validate.length > 0 ? scoreValidated : undefined,
    scoreWithContext,
    ...{ validate, invalidate, kinds: draft.kinds, keywords: draft.keywords, denyList: draft.denyList },
    ...{ context: draft.context, exceptFields: draft.exceptFields, notBefore: draft.notBefore },
    ...{ notAfter: draft.notAfter, ignoreIfContains: draft.ignoreIfContains },
    minDigits: draft.minDigits === 0 ? undefined : draft.minDigits,
    minEntropy: draft.minEntropy === 0 ? undefined : draft.minEntropy,
  };
  const isSaid = ([, value]: [string, unknown]): boolean =>
    value !== undefined && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(facts).filter(isSaid)) as RuleFacts;
}

function conditionOf({ lengthMin, digitsMin, flags }: PatternFacts, required: number): ShapeCondition {
  return { lengthMin: Math.max(1, lengthMin), digitsMin, all: flags | required };
}
