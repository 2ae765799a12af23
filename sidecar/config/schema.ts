import { z } from 'zod';
import type { ConfigFile } from './config-file.ts';
import { budgetSchema, limitsSchema } from './schema-limits.ts';
import { maskingSchema } from './schema-masking.ts';
import { path, secret } from './schema-parts.ts';

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
      .meta({ description: 'PostgreSQL 17 and later: TLS from the first byte. Default false.' })
      .optional(),
  })
  .meta({
    description: 'TLS to the upstream; leave the block out for plaintext.',
    examples: [{ mode: 'verify-full' }],
  });

const upstream = z
  .strictObject({
    host: path(
      'PostgreSQL: host name or address; a path is the directory of the unix socket.',
      '127.0.0.1',
    ).optional(),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .meta({ description: 'PostgreSQL: default 5432.', examples: [5432] })
      .optional(),
    url: path(
      'HTTP: http:// or https://, host and port; its path takes the place of that of the route.',
      'https://crm.internal/api',
    ).optional(),
    tls: upstreamTls.optional(),
  })
  .meta({
    description: 'The database (host), or the HTTP server (url).',
    examples: [{ host: '127.0.0.1', port: 5432 }],
    oneOf: [{ required: ['host'] }, { required: ['url'] }],
  });

const route = z
  .strictObject({
    host: path(
      'Host that requests are for, *. in front for all below it; default: any.',
      'crm.test',
    ).optional(),
    path: z
      .string()
      .regex(/^(?:\/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)+$/)
      .meta({ description: 'First segments of the path of requests; default: any.', examples: ['/crm'] })
      .optional(),
    upstream: upstream.meta({
      description: 'The HTTP server (url).',
      examples: [{ url: 'https://crm.internal' }],
    }),
  })
  .meta({
    description: 'Where some of the requests go.',
    examples: [{ path: '/crm', upstream: { url: 'https://crm.internal' } }],
  });

const listener = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/)
      .meta({ description: 'Letters, digits, - and _; appears in logs and metrics.', examples: ['appdb'] }),
    protocol: z
      .enum(['postgres', 'http'])
      .meta({ description: 'What is spoken here.', examples: ['postgres'] }),
    listen: path('host:port, or the path of a unix socket.', '127.0.0.1:6432'),
    dangerouslyAllowPlaintext: z
      .boolean()
      .meta({ description: 'Accept plaintext from other machines.' })
      .optional(),
    upstream: upstream.optional(),
    routes: z
      .array(route)
      .min(1)
      .meta({
        description: 'HTTP: several upstreams; the first route that fits takes a request.',
        examples: [[{ path: '/crm', upstream: { url: 'https://crm.internal' } }]],
      })
      .optional(),
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
    masking: maskingSchema.optional(),
  })
  .meta({
    description: 'One address that accepts clients.',
    oneOf: [{ required: ['upstream'] }, { required: ['routes'] }],
  });

/** The configuration file, as written. Shape only: what depends on two places is checked elsewhere. */
export const configSchema: z.ZodType<ConfigFile> = z
  .strictObject({
    listeners: z
      .array(listener)
      .min(1)
      .meta({ description: 'Where clients connect.', examples: [[{ name: 'appdb', protocol: 'postgres' }]] }),
    masking: maskingSchema.optional(),
    budget: budgetSchema.optional(),
    limits: limitsSchema.optional(),
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
