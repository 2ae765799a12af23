import type { FieldKind } from './detector.ts';
import type { PatternFacts } from './pattern-facts.ts';

/** One rule file: its text, or what reading the text came to when the package was built. */
export interface RulePackSource {
  /** The pack it is shipped in, or `user`; the file's own `pack:`, if it has one, must say the same. */
  readonly pack: string;
  /** Name for messages: `pii/email.yaml`. */
  readonly file: string;
  readonly text: string;
  /** Countries whose rules are on: what a file may rely on. */
  readonly countries?: readonly string[];
  /** JSON, see `storeDrafts`, instead of YAML: a fortieth of the time. */
  readonly isStored?: boolean;
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

/** A masker a rule asks for, as options of a column rule say it. */
export interface RuleMask {
  readonly mask: 'redact' | 'partial' | 'nullify' | 'replace';
  readonly keepFirst?: number;
  readonly keepLast?: number;
  readonly label?: string;
  readonly value?: string;
}

/** One pattern of a rule. */
export interface PatternDraft {
  /** '' when the rule has only this one. */
  readonly name: string;
  readonly pattern: string;
  readonly score: number;
  /** What the pattern demands, when that was found out before. */
  readonly facts?: PatternFacts | undefined;
  /** Adds a problem at the pattern. */
  readonly problem: (message: string) => void;
}

/** A rule as its file states it: of the right shape, not yet compiled. */
export interface RuleDraft {
  readonly id: string;
  readonly entity: string;
  /** One line; '' when the file has none. */
  readonly title: string;
  /** ISO 3166-1 alpha-2, lower case; '' for a rule of no country. */
  readonly country: string;
  readonly kinds: readonly FieldKind[];
  readonly matcher: string | undefined;
  /** Of the matcher. */
  readonly score: number;
  readonly patterns: readonly PatternDraft[];
  /** Texts that are findings by themselves, whole words, case-sensitive. */
  readonly denyList: readonly string[];
  readonly group: number;
  readonly keywords: readonly string[];
  readonly validate: readonly string[];
  readonly invalidate: readonly string[];
  readonly context: readonly string[];
  readonly exceptFields: readonly string[];
  readonly requires: readonly string[];
  readonly notBefore: string | undefined;
  readonly notAfter: string | undefined;
  readonly scoreValidated: number;
  /** `undefined`: a step above the score without context. */
  readonly scoreWithContext: number | undefined;
  readonly minDigits: number;
  /** Shannon entropy, in bits per byte. */
  readonly minEntropy: number;
  readonly ignoreIfContains: readonly string[];
  readonly mask: RuleMask | undefined;
  readonly examples: readonly RuleExample[];
  readonly counterExamples: readonly RuleExample[];
  /** Adds a problem at the key of this rule, or at the rule itself. */
  readonly problem: (key: string, message: string) => void;
}
