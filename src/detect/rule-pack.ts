import { PolicyError, type PolicyProblem } from '../errors.ts';
import { isAlnum, isDigit, isTokenByte, isWord } from '../scan/byte-class.ts';
import { type ShapeCondition, ShapeFlag, shapeOf } from '../scan/shape.ts';
import type { DetectorRule, FieldKind } from './detector.ts';
import { wordsOf } from './field-words.ts';
import type { Matcher } from './matchers/matcher.ts';
import { matchers } from './matchers/registry.ts';
import { PatternSpan, type Re2Engine, type Re2Pattern } from './re2.ts';
import { type RuleDraft, type RuleExample, type RulePackSource, readRuleFile } from './rule-file.ts';
import { type Validator, validators } from './validators/validator.ts';

export type { RuleExample, RulePackSource } from './rule-file.ts';

/**
 * A pattern of a rule file. It is looked for only in values that hold one of its literals, when it has any.
 */
export interface PatternMatcher {
  readonly how: 'pattern';
  readonly condition: ShapeCondition;
  readonly literals: readonly string[];
  readonly pattern: Re2Pattern;
  /** The group whose span is the finding. */
  readonly group: number;
  /** Shape flags the text of the finding must have. */
  readonly flags: number;
}

/** A rule ready to run. */
export interface CompiledRule extends DetectorRule {
  readonly kinds: readonly FieldKind[];
  readonly matcher: Matcher | PatternMatcher;
  readonly validators: readonly Validator[];
  /** Says of a byte next to a candidate that the candidate is none. */
  readonly isBarredBefore: ((byte: number) => boolean) | undefined;
  readonly isBarredAfter: ((byte: number) => boolean) | undefined;
  /** Phrases as `wordsOf` writes them. */
  readonly contextPhrases: readonly string[];
  readonly exceptFieldPhrases: readonly string[];
  /** 0 to 1. */
  readonly score: number;
  /** 0 to 1; not below `score`. */
  readonly scoreWithContext: number;
  readonly examples: readonly RuleExample[];
  readonly counterExamples: readonly RuleExample[];
}

const BYTE_CLASSES: ReadonlyMap<string, (byte: number) => boolean> = new Map([
  ['digit', isDigit],
  ['alnum', isAlnum],
  ['word', isWord],
  ['token', isTokenByte],
]);

/**
 * Compiles rule files, in order; a rule's position in the result is its index in findings.
 *
 * @throws PolicyError with every problem of every file, as `WIREMASK_ERR_RULE_FILE`.
 */
export function compileRulePacks(
  sources: readonly RulePackSource[],
  re2: Re2Engine,
): readonly CompiledRule[] {
  const problems: PolicyProblem[] = [];
  const seen = new Set<string>();
  const rules: CompiledRule[] = [];
  for (const source of sources) {
    for (const draft of readRuleFile(source, problems)) {
      if (seen.has(draft.id)) draft.problem('id', 'is used by another rule');
      seen.add(draft.id);
      const rule = compileRule(draft, source.pack, re2);
      if (rule !== undefined) rules.push(rule);
    }
  }
  if (problems.length > 0) throw new PolicyError(problems, 'WIREMASK_ERR_RULE_FILE');
  return rules;
}

function compileRule(draft: RuleDraft, pack: string, re2: Re2Engine): CompiledRule | undefined {
  const checks = draft.validate.map((name) => validators.get(name));
  if (checks.includes(undefined))
    draft.problem('validate', `must be some of ${[...validators.keys()].join(', ')}`);
  const contextPhrases = phrases(draft, 'context');
  const exceptFieldPhrases = phrases(draft, 'exceptFields');
  const isBarredBefore = byteClass(draft, 'notBefore');
  const isBarredAfter = byteClass(draft, 'notAfter');
  const matcher =
    draft.matcher === undefined ? compilePattern(draft, re2) : findMatcher(draft, draft.matcher);
  if (matcher === undefined) return undefined;
  if (matcher.how === 'whole' && contextPhrases.length === 0) {
    draft.problem(
      'context',
      `matcher ${draft.matcher} masks whole fields by their name: it needs context words`,
    );
  }
  return {
    ...{ id: draft.id, entity: draft.entity, pack, kinds: draft.kinds, matcher },
    ...{ contextPhrases, exceptFieldPhrases, isBarredBefore, isBarredAfter },
    ...{ score: draft.score, scoreWithContext: draft.scoreWithContext },
    ...{ examples: draft.examples, counterExamples: draft.counterExamples },
    validators: checks.filter((check) => check !== undefined),
  };
}

function phrases(draft: RuleDraft, key: 'context' | 'exceptFields'): readonly string[] {
  return draft[key].map((phrase) => {
    const words = wordsOf(phrase);
    if (words === '') draft.problem(key, 'has an entry without a letter or digit');
    return words;
  });
}

function byteClass(draft: RuleDraft, key: 'notBefore' | 'notAfter'): ((byte: number) => boolean) | undefined {
  const name = draft[key];
  if (name === undefined) return undefined;
  const found = BYTE_CLASSES.get(name);
  if (found === undefined) draft.problem(key, `must be one of ${[...BYTE_CLASSES.keys()].join(', ')}`);
  return found;
}

function findMatcher(draft: RuleDraft, name: string): Matcher | undefined {
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
  return areKeywordsSound(draft, true) ? entry.create(draft.keywords) : undefined;
}

function areKeywordsSound(draft: RuleDraft, isRequired: boolean): boolean {
  if (isRequired && draft.keywords.length === 0)
    draft.problem('keywords', `matcher ${draft.matcher} needs keywords`);
  const isAscii = draft.keywords.every((keyword) => /^[ -~]+$/.test(keyword));
  if (!isAscii) draft.problem('keywords', 'must be printable ASCII');
  return isAscii && (!isRequired || draft.keywords.length > 0);
}

function compilePattern(draft: RuleDraft, re2: Re2Engine): PatternMatcher | undefined {
  const pattern = draft.pattern === undefined ? undefined : compileRe2(draft, draft.pattern, re2);
  if (!areKeywordsSound(draft, false) || pattern === undefined) return undefined;
  if (draft.group > pattern.groupCount || !Number.isInteger(draft.group)) {
    draft.problem('group', `the pattern has ${pattern.groupCount} groups`);
    return undefined;
  }
  if (pattern.find(new Uint8Array(0), 0, 0, new PatternSpan())) {
    draft.problem('pattern', 'matches the empty text');
    return undefined;
  }
  const literals = draft.keywords;
  const flags = requiredFlags(draft);
  return {
    how: 'pattern',
    condition: conditionOf(literals, flags),
    literals,
    pattern,
    group: draft.group,
    flags,
  };
}

function compileRe2(draft: RuleDraft, pattern: string, re2: Re2Engine): Re2Pattern | undefined {
  try {
    return re2.compile(pattern);
  } catch (cause) {
    draft.problem(
      'pattern',
      `is no RE2 syntax: ${cause instanceof Error ? cause.message : 'unknown reason'}`,
    );
    return undefined;
  }
}

function requiredFlags(draft: RuleDraft): number {
  const known = new Map(Object.entries(ShapeFlag));
  return draft.requires.reduce((flags, name) => {
    const flag = known.get(name);
    if (flag === undefined) draft.problem('requires', `must be some of ${[...known.keys()].join(', ')}`);
    return flags | (flag ?? 0);
  }, 0);
}

/**
 * What every value has that holds one of the literals and text of these flags; letters may be of either
 * case.
 */
function conditionOf(literals: readonly string[], required: number): ShapeCondition {
  if (literals.length === 0) return { lengthMin: 1, all: required };
  const anyCase = ShapeFlag.upper | ShapeFlag.lower | ShapeFlag.longToken;
  const flags = Object.values(ShapeFlag).reduce((all, flag) => all | flag, 0) & ~anyCase;
  return {
    lengthMin: Math.min(...literals.map((literal) => literal.length)),
    all: literals.reduce(
      (common, literal) => common & shapeOf(Buffer.from(literal), 0, literal.length),
      flags,
    ),
  };
}
