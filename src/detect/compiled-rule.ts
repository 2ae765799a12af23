import type { ShapeCondition } from '../scan/shape-condition.ts';
import type { Boundary } from './boundary.ts';
import type { DetectorRule, FieldKind } from './detector.ts';
import type { Matcher } from './matchers/matcher.ts';
import type { AnchoredPattern, Re2Pattern } from './re2.ts';
import type { Validator } from './validators/verdict.ts';

/**
 * A pattern of a rule file. When it has literals, every match holds one of them, and it is looked for
 * around those.
 */
export interface PatternMatcher {
  readonly how: 'pattern';
  readonly condition: ShapeCondition;
  readonly literals: readonly string[];
  /** Compiled when it is first needed: hundreds of rules are never met. */
  readonly pattern: () => Re2Pattern;
  /** The same pattern where every match begins with one of the literals: there it is tried, nowhere else. */
  readonly anchored: () => AnchoredPattern | undefined;
  /** The group whose span is the finding. */
  readonly group: number;
  /** Longest match in bytes; infinite when nobody knows. */
  readonly lengthMax: number;
}

/** One way in which a rule finds candidates. */
export interface CompiledPattern {
  /** '' when the rule has only this one. */
  readonly name: string;
  readonly matcher: Matcher | PatternMatcher;
  /** 0 to 1: without context, not validated. */
  readonly score: number;
}

/** A validator by its name in the rule file. */
export interface NamedValidator {
  readonly name: string;
  readonly validate: Validator;
}

/** A rule ready to run. */
export interface CompiledRule extends DetectorRule {
  readonly kinds: readonly FieldKind[];
  readonly patterns: readonly CompiledPattern[];
  readonly validators: readonly NamedValidator[];
  /** Drop a candidate they accept. */
  readonly invalidators: readonly NamedValidator[];
  readonly isBarredBefore: Boundary | undefined;
  readonly isBarredAfter: Boundary | undefined;
  /** Phrases as `wordsOf` writes them. */
  readonly contextPhrases: readonly string[];
  readonly exceptFieldPhrases: readonly string[];
  /** 0 to 1: of a candidate a validator accepts. */
  readonly scoreValidated: number;
  /** 0 to 1; `undefined`: a step above the score without context. */
  readonly scoreWithContext: number | undefined;
  readonly minDigits: number;
  /** Bits per byte. */
  readonly minEntropy: number;
  /** Lower case. */
  readonly ignoreIfContains: readonly string[];
}

// Presidio's context enhancement: +0.35, at least 0.4, so that files written for it keep their meaning.
const CONTEXT_STEP = 0.35;
const CONTEXT_SCORE_MIN = 0.4;

/** @returns What a candidate scores. */
export function scoreOf(
  rule: CompiledRule,
  pattern: CompiledPattern,
  isValidated: boolean,
  hasContext: boolean,
): number {
  const score = isValidated ? Math.max(pattern.score, rule.scoreValidated) : pattern.score;
  if (!hasContext || rule.contextPhrases.length === 0) return score;
  const raised = Math.min(1, Math.max(CONTEXT_SCORE_MIN, score + CONTEXT_STEP));
  return Math.max(score, rule.scoreWithContext ?? raised);
}
