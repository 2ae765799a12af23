import { createValueMasker } from '../mask/create-masker.ts';
import type { Masker, MaskerSpec } from '../mask/masker.ts';
import { compileNamePattern } from './column-pattern.ts';
import type { FieldRuleOptions } from './masking-rule.ts';

/** A compiled field rule. */
export interface FieldRule {
  /** Stable name for counts and logs: the path or paths, `name *token*`, `header set-cookie`. */
  readonly id: string;
  readonly masker: Masker;
  readonly target:
    | { readonly kind: 'path'; readonly paths: readonly string[] }
    /** `matches` takes a name in lower case. */
    | { readonly kind: 'name' | 'header'; readonly matches: (name: string) => boolean };
}

/**
 * @param spec - The rule's masker, checked before.
 * @returns The rule, or a sentence that says what is wrong.
 */
export function compileFieldRule(options: FieldRuleOptions, spec: MaskerSpec): FieldRule | string {
  const { path, name, header } = options;
  const given = [path, name, header].filter((target) => target !== undefined);
  if (given.length !== 1) return 'names nothing, or more than one thing: write one of path, name and header';
  const masker = createValueMasker(spec);
  if (path !== undefined) {
    const paths = [path].flat();
    const wrong = paths.find((text) => !text.startsWith('$'));
    if (wrong !== undefined) return `"${wrong}" must start with $, as in $..ssn`;
    return { id: paths.join(' '), masker, target: { kind: 'path', paths } };
  }
  const kind = name === undefined ? 'header' : 'name';
  const pattern = name ?? header ?? '';
  if (pattern === '') return 'has an empty name';
  const matches = compileNamePattern(pattern.toLowerCase());
  return { id: `${kind} ${pattern}`, masker, target: { kind, matches } };
}
