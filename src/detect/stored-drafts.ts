import type { PolicyProblem } from '../errors.ts';
import { factsOfPattern, type PatternFacts } from './pattern-facts.ts';
import type { PatternDraft, RuleDraft, RulePackSource } from './rule-draft.ts';

// JSON has no infinity: a length without end is null.
type StoredFacts = Omit<PatternFacts, 'lengthMax'> & { readonly lengthMax: number | null };

type StoredPattern = Omit<PatternDraft, 'problem' | 'facts'> & { readonly facts: StoredFacts };

type StoredDraft = Omit<RuleDraft, 'problem' | 'patterns'> & { readonly patterns: readonly StoredPattern[] };

/** @returns JSON of drafts and of what their patterns demand, for `readStoredDrafts`. */
export function storeDrafts(drafts: readonly RuleDraft[]): string {
  const stored = drafts.map((draft) => ({
    ...draft,
    patterns: draft.patterns.map((pattern) => ({ ...pattern, facts: factsOfPattern(pattern.pattern) })),
  }));
  return JSON.stringify(stored);
}

/** Reads what `storeDrafts` has written. A problem that only compiling shows has no line. */
export function readStoredDrafts(source: RulePackSource, problems: PolicyProblem[]): readonly RuleDraft[] {
  const stored = JSON.parse(source.text) as readonly StoredDraft[];
  return stored.map((draft) => {
    const problem = (key: string, message: string): void => {
      problems.push({ path: `${source.file}: ${draft.id}.${key}`, message, file: source.file });
    };
    return {
      ...draft,
      problem,
      patterns: draft.patterns.map((pattern) => ({
        ...pattern,
        facts: { ...pattern.facts, lengthMax: pattern.facts.lengthMax ?? Number.POSITIVE_INFINITY },
        problem: (message: string) => problem('pattern', message),
      })),
    };
  });
}
