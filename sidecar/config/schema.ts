import { z } from 'zod';
import type { ConfigFile } from './config-file.ts';

const path = (description: string, example: string): z.ZodString =>
  z
    .string()
    .min(1)
    .meta({ description, examples: [example] });

const bytes = (description: string): z.ZodOptional<z.ZodInt> =>
  z
    .int()
    .min(1)
    .max(2_147_483_647)
    .meta({ description, examples: [67108864] })
    .optional();

const count = (description: string): z.ZodOptional<z.ZodInt> =>
  z
    .int()
    .min(1)
    .max(1_000_000_000)
    .meta({ description, examples: [1000] })
    .optional();

const secret = (what: string): z.ZodType<{ env?: string | undefined; file?: string | undefined }> =>
  z
    .strictObject({
      env: path('Name of the environment variable that holds it.', 'WIREMASK_SECRET').optional(),
      file: path(
        'File that holds it, relative to this file; one line feed at its end is cut off.',
        'secret.key',
      ).optional(),
    })
    .meta({
      description: `${what}. Exactly one of env and file; never the secret itself.`,
      examples: [{ env: 'WIREMASK_SECRET' }],
      oneOf: [{ required: ['env'] }, { required: ['file'] }],
    });

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

const masking = z
  .strictObject({
    columns: z
      .array(columnRule)
      .min(1)
      .meta({
        description: 'Columns to mask without looking.',
        examples: [[{ column: 'public.customers.ssn', mask: 'redact' }]],
      })
      .optional(),
    detect: detect.optional(),
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

const upstreamTls = z
  .strictObject({
    mode: z
      .enum(['verify-full', 'verify-ca', 'dangerously-no-verify'])
      .meta({ description: 'How the certificate is verified. Default verify-full.' })
      .optional(),
    ca: path('PEM file with the authorities to trust; default: those Node trusts.', 'ca.pem').optional(),
    serverName: path('Name the certificate must carry; default: the host.', 'db.example.com').optional(),
    direct: z
      .boolean()
      .meta({ description: 'TLS from the first byte (PostgreSQL 17 and later). Default false.' })
      .optional(),
  })
  .meta({
    description: 'TLS to the upstream; leave the block out for plaintext.',
    examples: [{ mode: 'verify-full' }],
  });

const listener = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/)
      .meta({ description: 'Letters, digits, - and _; appears in logs and metrics.', examples: ['appdb'] }),
    protocol: z.enum(['postgres']).meta({ description: 'What is spoken here.', examples: ['postgres'] }),
    listen: path('host:port, or the path of a unix socket.', '127.0.0.1:6432'),
    dangerouslyAllowPlaintext: z
      .boolean()
      .meta({ description: 'Accept plaintext from other machines.' })
      .optional(),
    upstream: z
      .strictObject({
        host: path('Host name or address; a path is the directory of the unix socket.', '127.0.0.1'),
        port: z
          .int()
          .min(1)
          .max(65_535)
          .meta({ description: 'Default 5432.', examples: [5432] })
          .optional(),
        tls: upstreamTls.optional(),
      })
      .meta({ description: 'The database.', examples: [{ host: '127.0.0.1', port: 5432 }] }),
    tls: z
      .strictObject({
        cert: path('PEM file with the certificate chain.', 'server.pem'),
        key: path('PEM file with the private key.', 'server.key'),
        required: z
          .boolean()
          .meta({ description: 'Refuse clients that do not use TLS. Default true.' })
          .optional(),
      })
      .meta({ description: 'What clients see.', examples: [{ cert: 'server.pem', key: 'server.key' }] })
      .optional(),
    catalog: z
      .strictObject({
        user: path('Role that may read pg_catalog.', 'wiremask_catalog'),
        password: secret('Password of that role').optional(),
        database: path("Default: the client's.", 'appdb').optional(),
      })
      .meta({ description: "A log-in of its own for the catalog; default: the client's connection." })
      .optional(),
    masking: masking.optional(),
  })
  .meta({ description: 'One address that accepts clients.' });

const budget = z
  .strictObject({
    latencyMs: z
      .number()
      .min(0.01)
      .max(60_000)
      .meta({ description: 'Milliseconds detection may take per message. Default 250.', examples: [250] })
      .optional(),
    onExceeded: z.enum(['mask']).meta({ description: 'Default, and only choice: mask.' }).optional(),
    workPerValueMax: count('Bytes scanned plus cost of candidates, per value.'),
    workPerMessageMax: count('Bytes scanned plus cost of candidates, per message.'),
  })
  .meta({ description: 'What masking may cost.' });

const milliseconds = (min: number, description: string): z.ZodOptional<z.ZodInt> =>
  z
    .int()
    .min(min)
    .max(86_400_000)
    .meta({ description, examples: [10_000] })
    .optional();

const limits = z
  .strictObject({
    messageSizeMax: bytes('Bytes of one message that has to be held to be masked.'),
    valueSizeMax: bytes('Bytes of one value; a larger one is masked whole.'),
    statementSizeMax: bytes('Bytes of one statement.'),
    pendingStatementsMax: count('Statements sent but not answered, per connection.'),
    connectionsMax: count('Connections open at once, per listener.'),
    startupTimeoutMs: milliseconds(1, 'Milliseconds until log-in must be complete.'),
    idleTimeoutMs: milliseconds(0, 'Milliseconds without a byte; 0 = no limit.'),
    heldBytesMax: bytes('Client bytes held back per connection while the catalog is read.'),
  })
  .meta({ description: 'Limits of every connection.' });

/** The configuration file, as written. Shape only: what depends on two places is checked elsewhere. */
export const configSchema: z.ZodType<ConfigFile> = z
  .strictObject({
    listeners: z
      .array(listener)
      .min(1)
      .meta({ description: 'Where clients connect.', examples: [[{ name: 'appdb', protocol: 'postgres' }]] }),
    masking: masking.optional(),
    budget: budget.optional(),
    limits: limits.optional(),
    admin: z
      .strictObject({
        listen: path('host:port on a loopback address, or the path of a unix socket.', '127.0.0.1:9464'),
        dangerouslyAllowNonLoopback: z
          .boolean()
          .meta({ description: 'Serve health and metrics, unprotected, to other machines.' })
          .optional(),
      })
      .meta({ description: 'Health and metrics over HTTP.', examples: [{ listen: '127.0.0.1:9464' }] })
      .optional(),
    log: z
      .strictObject({
        level: z.enum(['debug', 'info', 'warn', 'error']).meta({ description: 'Default info.' }).optional(),
        format: z.enum(['json', 'text']).meta({ description: 'Default text.' }).optional(),
      })
      .meta({ description: 'The log on standard error.' })
      .optional(),
  })
  .meta({ title: 'wiremask configuration', description: 'Configuration of the wiremask sidecar.' });

/** A part of a JSON Schema, as far as problems need it. */
export interface JsonSchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchemaNode>>;
  readonly items?: JsonSchemaNode;
  readonly additionalProperties?: JsonSchemaNode | false;
}

/** JSON Schema (draft 2020-12) of the configuration file, as published in docs/schema. */
export function configJsonSchema(): JsonSchemaNode {
  return z.toJSONSchema(configSchema, { io: 'input' }) as JsonSchemaNode;
}

/** @returns The part of the schema that describes this path, or `undefined` where nothing is known. */
export function schemaAt(root: JsonSchemaNode, at: readonly PropertyKey[]): JsonSchemaNode | undefined {
  let node: JsonSchemaNode | undefined = root;
  for (const segment of at) {
    if (node === undefined) return undefined;
    if (typeof segment === 'number') node = node.items;
    else {
      const known: JsonSchemaNode | undefined = Object.hasOwn(node.properties ?? {}, segment)
        ? node.properties?.[String(segment)]
        : undefined;
      node = known ?? (node.additionalProperties === false ? undefined : node.additionalProperties);
    }
  }
  return node;
}
