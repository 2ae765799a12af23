import { z } from 'zod';
import type { MaskingFile } from './config-file.ts';
import { path, secret } from './schema-parts.ts';

const masker = z
  .enum(['redact', 'partial', 'keyed-hash', 'nullify', 'replace'])
  .meta({ description: 'What takes the place of a value.', examples: ['redact'] });

const keep = (end: string): z.ZodOptional<z.ZodInt> =>
  z
    .int()
    .min(0)
    .max(64)
    .meta({ description: `Characters to keep at the ${end}; for mask: partial.`, examples: [4] })
    .optional();

const maskerSettings = {
  keepFirst: keep('beginning'),
  keepLast: keep('end'),
  key: secret('Key of the hash; for mask: keyed-hash').optional(),
  value: z
    .string()
    .meta({ description: 'The stand-in; for mask: replace.', examples: ['0'] })
    .optional(),
  label: z
    .string()
    .min(1)
    .max(64)
    .meta({ description: 'The label; for mask: redact.', examples: ['<SSN>'] })
    .optional(),
};

const threshold = z
  .number()
  .min(0)
  .max(1)
  .meta({ description: 'Lowest score at which a finding is masked.', examples: [0.5] })
  .optional();

const columnRule = z
  .strictObject({
    column: path(
      'schema.table.column; each part a name, a name in double quotes, or with * for any characters.',
      'public.customers.ssn',
    ),
    mask: masker,
    ...maskerSettings,
    path: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .meta({ description: 'JSON path or paths inside a json or jsonb column.', examples: ['$.ssn'] })
      .optional(),
  })
  .meta({ description: 'One rule for columns, by where they come from, whatever a statement calls them.' });

const fieldRule = z
  .strictObject({
    path: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .meta({ description: 'JSON path or paths.', examples: ['$.customer.ssn'] })
      .optional(),
    name: path(
      'Key of JSON objects and forms, column of CSV, wherever it stands; with * for any characters.',
      '*token*',
    ).optional(),
    header: path('Header field of responses; with * for any characters.', 'set-cookie').optional(),
    mask: masker,
    ...maskerSettings,
  })
  .meta({
    description: 'One rule for fields of HTTP messages. Exactly one of path, name and header.',
    oneOf: [{ required: ['path'] }, { required: ['name'] }, { required: ['header'] }],
  });

const names = (description: string, example: string): z.ZodOptional<z.ZodArray<z.ZodString>> =>
  z
    .array(z.string().min(1))
    .min(1)
    .meta({ description, examples: [[example]] })
    .optional();

const detect = z
  .strictObject({
    packs: z
      .array(z.enum(['pii', 'secrets']))
      .min(1)
      .meta({ description: 'Rule packs. Default: all.', examples: [['pii', 'secrets']] })
      .optional(),
    countries: z
      .array(z.string().regex(/^[a-z]{2}$/, 'a country is two lower-case letters: de'))
      .min(1)
      .meta({
        description: 'Countries whose rules are on beside the international ones and those of the US.',
        examples: [['de', 'fr']],
      })
      .optional(),
    rules: z
      .array(path('Rule file of your own, in the form of this package or of Presidio.', 'rules.yaml'))
      .min(1)
      .meta({ description: 'Rule files of your own.', examples: [['rules.yaml']] })
      .optional(),
    disable: names('Rules that are off, by id.', 'ipv4-address'),
    entities: names('Only rules that find these entities are on. Default: all.', 'CREDIT_CARD'),
    mask: masker.optional(),
    ...maskerSettings,
    threshold,
    thresholds: z
      .record(z.string(), z.number().min(0).max(1))
      .meta({ description: 'Thresholds of single rules, by id.', examples: [{ 'ipv4-address': 0.9 }] })
      .optional(),
    allow: z
      .strictObject({
        values: names('Texts that are no finding, exactly.', 'support@example.com'),
        patterns: names('RE2 patterns; a finding that matches one as a whole is none.', '.*@example\\.com'),
      })
      .meta({ description: 'Findings that are none.' })
      .optional(),
    dangerouslySkipColumns: names('Columns into which no detector looks.', 'public.articles.body'),
  })
  .meta({ description: 'Detection inside values whose column has no rule.' });

/** A masking block. */
export const maskingSchema: z.ZodType<MaskingFile> = z
  .strictObject({
    columns: z
      .array(columnRule)
      .min(1)
      .meta({
        description: 'Columns to mask without looking.',
        examples: [[{ column: 'public.customers.ssn', mask: 'redact' }]],
      })
      .optional(),
    fields: z
      .array(fieldRule)
      .min(1)
      .meta({
        description: 'Fields of HTTP messages to mask without looking.',
        examples: [[{ path: '$..ssn', mask: 'redact' }]],
      })
      .optional(),
    detect: detect.optional(),
    requestBodies: z
      .enum(['forward', 'mask'])
      .meta({ description: 'Bodies of HTTP requests: as they are, or masked too. Default forward.' })
      .optional(),
    dangerouslyForwardUnmaskableBodies: z
      .boolean()
      .meta({ description: 'Forward HTTP bodies nobody can look into, such as images.' })
      .optional(),
    unattributed: z
      .enum(['mask', 'scan'])
      .meta({
        description: 'Columns that come from no table: mask them whole, or only scan them. Default mask.',
      })
      .optional(),
    unmaskable: z
      .enum(['refuse'])
      .meta({ description: 'Legal features that cannot be masked. Default, and only choice: refuse.' })
      .optional(),
    dangerouslyAllowOpaqueStatements: z
      .boolean()
      .meta({ description: 'Forward statements whose effect cannot be read, such as DO.' })
      .optional(),
    dangerouslyAllowCopiesOfProtectedColumns: z
      .boolean()
      .meta({ description: 'Forward statements that copy protected columns into other tables.' })
      .optional(),
    dangerouslyForwardUnreadableStatements: z
      .boolean()
      .meta({ description: 'Forward statements that the SQL reader cannot read.' })
      .optional(),
    dangerouslyAllowMaskedValuesWrittenBack: z
      .boolean()
      .meta({ description: 'Let clients write redaction labels into the database.' })
      .optional(),
  })
  .meta({ description: 'What is masked. A block in a listener replaces the one at the top whole.' });
