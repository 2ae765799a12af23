import { BOUNDARY_NAMES } from '../../src/detect/boundary.ts';
import { matchers } from '../../src/detect/matchers/registry.ts';
import { RULE_KINDS } from '../../src/detect/rule-file.ts';
import { ShapeFlag } from '../../src/scan/shape.ts';

/** The part of JSON Schema that rule files need. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

const text = { type: 'string', minLength: 1 } as const;
const texts = { type: 'array', items: text } as const;
const score = { type: 'number', minimum: 0, maximum: 1 } as const;
const count = { type: 'integer', minimum: 0, maximum: 1000 } as const;
const ids = { type: 'array', items: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' } } as const;

const field = (schema: JsonSchema, description: string): JsonSchema => ({ ...schema, description });

const maskKeys: Readonly<Record<string, JsonSchema>> = {
  mask: field({ enum: ['redact', 'partial', 'nullify', 'replace'] }, 'The masker.'),
  keepFirst: field(count, 'Of partial: characters kept at the start.'),
  keepLast: field(count, 'Of partial: characters kept at the end.'),
  label: field(text, 'Of redact: the label; [masked:ENTITY] when left out.'),
  value: field(text, 'Of replace: the replacement.'),
};

const patternKeys: Readonly<Record<string, JsonSchema>> = {
  name: field(text, 'Named where a finding is explained.'),
  pattern: field(text, 'RE2 syntax, over UTF-8 bytes.'),
  regex: field(text, "Presidio's name of pattern."),
  score: field(score, "Of a candidate of this pattern; without it, the rule's."),
};

const exampleKeys: Readonly<Record<string, JsonSchema>> = {
  text: field(text, 'The value of the field.'),
  field: field(text, "The field's name."),
  kind: field({ enum: RULE_KINDS }, 'What the field holds; text when left out.'),
  finds: field(text, 'What the finding covers; all of the text when left out.'),
};

const object = (properties: Readonly<Record<string, JsonSchema>>, more: JsonSchema = {}): JsonSchema => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
});

const example = { anyOf: [text, object(exampleKeys, { required: ['text'] })] } as const;

/** Every key of a rule: its form, and what it means in one line. */
export const ruleKeys: Readonly<Record<string, JsonSchema>> = {
  id: field(
    { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' },
    'Stable name, of lower-case words joined by -; reports and policies name it.',
  ),
  entity: field({ type: 'string', pattern: '^[A-Z][A-Z0-9_]*$' }, 'The kind of thing: EMAIL_ADDRESS.'),
  title: field(text, 'One line that says what it finds.'),
  kinds: field(
    { type: 'array', items: { enum: RULE_KINDS } },
    'Kinds of fields it looks into; text when left out. In number fields a rule fires only when the name of the field gives context: an id stays an id.',
  ),
  matcher: field(
    { enum: [...matchers.keys()] },
    'In place of a pattern: a matcher over bytes that this package brings with it.',
  ),
  pattern: field(text, 'RE2 syntax, over UTF-8 bytes: no look-around, no back-references.'),
  patterns: field(
    { type: 'array', minItems: 1, items: object(patternKeys) },
    'Several patterns, each with a score: { name, pattern, score }.',
  ),
  denyList: field(
    { ...texts, minItems: 1 },
    'In place of a pattern: texts that are findings by themselves, as whole words and in this case.',
  ),
  group: field(
    { type: 'integer', minimum: 0, maximum: 99 },
    'The group of the pattern whose text is the finding; 0, all of the match, when left out.',
  ),
  keywords: field(
    { type: 'array', items: { type: 'string', pattern: '^[ -~]+$' } },
    'Texts of which every match holds one, in any case. Without one in a value the pattern is not tried. For keyed matchers: the keys.',
  ),
  requires: field(
    { type: 'array', items: { enum: Object.keys(ShapeFlag) } },
    'What every match holds; values without it are not tried. longToken is 16 letters, digits, _ or - in a row.',
  ),
  notBefore: field(
    { enum: BOUNDARY_NAMES },
    'What must not stand right before a match: digit; alnum; word (alnum or _); token (word or -); number (alnum, or one of . , - / with a digit beyond it).',
  ),
  notAfter: field({ enum: BOUNDARY_NAMES }, 'The same, right after a match.'),
  validate: field(ids, 'Validators: one that rejects drops a candidate, one that accepts raises its score.'),
  invalidate: field(ids, 'Validators that drop a candidate when they accept it.'),
  minDigits: field(count, 'Digits a finding has at least.'),
  minEntropy: field(
    { type: 'number', minimum: 0, maximum: 8 },
    'Shannon entropy a finding has at least, in bits per byte.',
  ),
  ignoreIfContains: field(texts, 'Texts that no finding holds, in any case: example, xxxx.'),
  context: field(
    texts,
    'Words that raise the score when they stand in the name of the field, in its path, or in the 40 bytes before a candidate. Whole words, in any case.',
  ),
  exceptFields: field(texts, 'Words in the name of a field that switch the rule off there.'),
  score: field(
    score,
    'Of a candidate without context, before validation. Findings start at 0.5, unless the policy says otherwise.',
  ),
  scoreValidated: field(
    score,
    'Of a candidate that a validator accepts; 1 when left out. One check digit proves little.',
  ),
  scoreWithContext: field(
    score,
    'Of a candidate with context; when left out, 0.35 more than without, and 0.4 at least.',
  ),
  mask: field(
    object(maskKeys, { required: ['mask'] }),
    'How its findings are masked, whatever detect.mask says: { mask: partial, keepLast: 4 }, or redact with a label, replace with a value, nullify.',
  ),
  examples: field(
    { type: 'array', minItems: 2, items: example },
    'What it finds: text, or { text, field, kind, finds }. Two at least, but for rules of users.',
  ),
  counterExamples: field(
    { type: 'array', minItems: 2, items: example },
    'What neither it nor another rule finds. Two at least, but for rules of users.',
  ),
};

/** Keys at the top of a rule file. */
export const fileKeys: Readonly<Record<string, JsonSchema>> = {
  pack: field(text, 'The pack, like the folder; not in files of users.'),
  country: field(
    { type: 'string', pattern: '^[a-z]{2}$' },
    'ISO 3166-1 alpha-2, in lower case, in a file of one country.',
  ),
  rules: field(
    { type: 'array', items: object(ruleKeys, { required: ['id', 'entity'] }) },
    'The rules. Each has one of matcher, pattern, patterns and denyList.',
  ),
};

/** The schema of rule files. */
export const ruleFileSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'wiremask rule file',
  ...object(fileKeys, { required: ['rules'] }),
};

/** The keys of a rule as rows of a Markdown table. */
export function ruleKeyTable(): string {
  const rows = Object.entries(ruleKeys).map(([key, { description }]) => `| \`${key}\` | ${description} |`);
  return ['| key | means |', '|---|---|', ...rows].join('\n');
}
