import type { PolicyProblem } from '../errors.ts';
import type { DetectOptions } from './masking-rule.ts';

/** Says what is wrong with a value and what to write instead, or nothing. */
type Check = (value: unknown, path: string) => readonly PolicyProblem[];

type Block = Readonly<Record<string, unknown>>;

// A masker's own settings are checked where the masker is made.
const anything: Check = () => [];

const checks: Readonly<Record<keyof DetectOptions, Check>> = {
  packs: listOfTexts("['pii', 'secrets']"),
  countries: listOfTexts("['de', 'fr']"),
  rules: checkRuleFiles,
  disable: listOfTexts("['ipv4-address']"),
  entities: checkEntities,
  threshold: checkScore,
  thresholds: (value, path) =>
    isBlock(value)
      ? Object.entries(value).flatMap(([id, score]) => checkScore(score, `${path}.${id}`))
      : [{ path, message: "must be an object of scores by rule id, as in { 'ipv4-address': 0.9 }" }],
  allow: blockOf({
    values: listOfTexts("['support@example.com']"),
    patterns: listOfTexts("['.*@example\\\\.com']"),
  }),
  dangerouslySkipColumns: listOfTexts("['public.articles.body']"),
  mask: anything,
  keepFirst: anything,
  keepLast: anything,
  key: anything,
  value: anything,
  label: anything,
};

const checkOptions = blockOf(checks);

/**
 * Checks the shape of detection options, which a caller without types may get wrong: a threshold nothing
 * reaches, or a misspelt name, would switch protection off without a word.
 *
 * @returns Every problem, under paths that begin with `detect`.
 */
export function detectOptionProblems(options: unknown): readonly PolicyProblem[] {
  return checkOptions(options, 'detect');
}

/** An object of known keys; one that is `undefined` is left out. */
function blockOf(known: Readonly<Record<string, Check>>): Check {
  const names = Object.keys(known).join(', ');
  return (value, path) => {
    if (!isBlock(value)) return [{ path, message: `must be an object; its keys: ${names}` }];
    return Object.entries(value).flatMap(([key, setting]) => {
      const at = `${path}.${key}`;
      if (!Object.hasOwn(known, key)) return [{ path: at, message: `is no option; known: ${names}` }];
      return setting === undefined ? [] : (known[key] as Check)(setting, at);
    });
  };
}

function listOfTexts(example: string): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return [{ path, message: `must be an array of strings, as in ${example}` }];
    return Array.from(value as readonly unknown[]).flatMap((item, index) =>
      typeof item === 'string'
        ? []
        : [{ path: `${path}[${index}]`, message: `must be a string, as in ${example}` }],
    );
  };
}

function checkEntities(value: unknown, path: string): readonly PolicyProblem[] {
  if (!Array.isArray(value) || value.length > 0) return listOfTexts("['EMAIL_ADDRESS']")(value, path);
  return [{ path, message: 'is empty, so no rule would be on; leave it out for all entities' }];
}

function checkScore(value: unknown, path: string): readonly PolicyProblem[] {
  const isScore = typeof value === 'number' && value >= 0 && value <= 1;
  return isScore ? [] : [{ path, message: 'must be a number from 0 to 1' }];
}

function checkRuleFiles(value: unknown, path: string): readonly PolicyProblem[] {
  const message = 'must be an array of { file, text }: the name of a rule file and its text, as strings';
  if (!Array.isArray(value)) return [{ path, message }];
  return Array.from(value as readonly unknown[]).flatMap((item, index) =>
    isBlock(item) && typeof item['file'] === 'string' && typeof item['text'] === 'string'
      ? []
      : [{ path: `${path}[${index}]`, message: 'must be { file, text }, both strings' }],
  );
}

function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
