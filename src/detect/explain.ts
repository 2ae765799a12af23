import type { CompiledRule } from './compiled-rule.ts';
import { wordsBefore, wordsOf } from './field-words.ts';
import { ACCEPT } from './validators/verdict.ts';

/** Why there is a finding. Holds names of rules, validators and context words, never a value. */
export interface Explanation {
  /** Name of the pattern or matcher; '' when the rule has one pattern without a name. */
  readonly pattern: string;
  /** Score before validation and context. */
  readonly baseScore: number;
  /** Validators that accepted the finding. */
  readonly validators: readonly string[];
  /** Words of the rule that were found, and where. */
  readonly context: readonly { readonly word: string; readonly in: 'field' | 'text' }[];
}

/**
 * Says what spoke for a finding: not on the data path, so it may look at everything again.
 *
 * @param rule - `undefined` for a value that was masked because its budget ran out.
 * @param names - The field's name and the names on its path.
 */
export function explainFinding(
  rule: CompiledRule | undefined,
  names: readonly string[],
  bytes: Uint8Array,
  start: number,
  end: number,
): Explanation {
  if (rule === undefined) return { pattern: '', baseScore: 0, validators: [], context: [] };
  const fieldWords = names.map(wordsOf).join(' ');
  const textWords = wordsBefore(bytes, start, 0);
  const context = rule.contextPhrases.flatMap((phrase): Explanation['context'] => {
    const word = phrase.trim();
    if (fieldWords.includes(phrase)) return [{ word, in: 'field' }];
    return textWords.includes(phrase) ? [{ word, in: 'text' }] : [];
  });
  const [first] = rule.patterns;
  return {
    pattern: first?.name ?? '',
    baseScore: first?.score ?? 0,
    validators: rule.validators
      .filter(({ validate }) => validate(bytes, start, end) === ACCEPT)
      .map(({ name }) => name),
    context,
  };
}
