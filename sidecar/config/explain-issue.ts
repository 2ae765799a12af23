import type { z } from 'zod';
import type { ConfigPath, Finding } from './problem.ts';
import { type JsonSchemaNode, schemaAt } from './schema.ts';
import { hint } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** One issue of the schema, in words that say what to write instead. Never quotes what may be a secret. */
export function explainIssue(issue: Issue, data: unknown, schema: JsonSchemaNode): readonly Finding[] {
  const at = issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)));
  const node = schemaAt(schema, at);
  const value = valueAt(data, at);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(at, key, node));
    case 'invalid_value':
      // Reported by the check for placeholders.
      if (typeof value === 'string' && /\$\{\w/.test(value)) return [];
      return [{ at, message: invalidValue(value, issue.values.map(String), at, node) }];
    case 'invalid_union': {
      // The alternative that came further is the one that was meant.
      const meant = issue.errors.find((branch) => branch.some((inner) => inner.path.length > 0));
      if (meant === undefined) return [{ at, message: wrongType(value, at, node) }];
      return meant.flatMap((inner) =>
        explainIssue({ ...inner, path: [...issue.path, ...inner.path] } as Issue, data, schema),
      );
    }
    case 'invalid_type':
      return [{ at, message: wrongType(value, at, node) }];
    case 'too_small':
    case 'too_big':
      return [{ at, message: outOfRange(issue, value) }];
    case 'invalid_format':
      return [
        {
          at,
          message: `not of the expected form (${node?.description ?? ''})${example(node)}`,
        },
      ];
    default:
      return [{ at, message: issue.message }];
  }
}

function unknownKey(at: ConfigPath, key: string, node: JsonSchemaNode | undefined): Finding {
  const known = Object.keys(node?.properties ?? {});
  return { at: [...at, key], on: 'key', message: `unknown key "${key}": ${hint(key, known)}` };
}

function invalidValue(
  value: unknown,
  known: readonly string[],
  at: ConfigPath,
  node: JsonSchemaNode | undefined,
): string {
  if (value === undefined || value === null) return `${absent(value, at)}: write one of: ${known.join(', ')}`;
  if (at.at(-1) === 'protocol' && value === 'mysql') {
    return `protocol "${value}" is not supported by this version: write one of: ${known.join(', ')}`;
  }
  if (at.at(-1) === 'mode' && typeof value === 'string' && ['require', 'prefer', 'allow'].includes(value)) {
    return `mode "${value}" does not verify the upstream's certificate: write one of: ${known.join(', ')}`;
  }
  if (at.at(-1) === 'mode' && value === 'disable') {
    return 'mode "disable" does not exist: remove the tls block for a plaintext upstream';
  }
  if (typeof value !== 'string')
    return wrongType(value, at, node ?? {}) + `; write one of: ${known.join(', ')}`;
  return `unknown value "${value.slice(0, 64)}": ${hint(value, known)}`;
}

function absent(value: unknown, at: ConfigPath): string {
  const name = at.at(-1);
  if (value === null) return 'is empty';
  return typeof name === 'string' ? `"${name}" is missing` : 'is missing';
}

function wrongType(value: unknown, at: ConfigPath, node: JsonSchemaNode | undefined): string {
  const isSecret = at.at(-1) === 'password' || (at.at(-1) === 'key' && at.at(-2) !== 'tls');
  if (isSecret && typeof value === 'string') {
    return `a secret does not belong into this file: write { env: NAME } or { file: path }`;
  }
  if (value === undefined || value === null) return absent(value, at) + example(node, at.at(-1));
  if (typeof value === 'string' && node?.type === 'integer' && sizeInBytes(value) !== undefined) {
    return `is text, must be a number of bytes: write ${sizeInBytes(value)}`;
  }
  return `is ${typeName(value)}, must be ${expectedName(node)}${example(node)}`;
}

function outOfRange(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>, value: unknown): string {
  const bound = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
  if (typeof value === 'string')
    return value === '' ? 'is empty: write a text' : `is too long: ${bound} characters`;
  if (Array.isArray(value)) return `is an empty list: write ${bound} entry, or remove the key`;
  return `is ${String(value)}, must be ${bound}`;
}

/** `64MB`, `1 GiB`: what people write for a size; both spellings mean powers of two here. */
function sizeInBytes(text: string): number | undefined {
  const match = /^(\d{1,6}(?:\.\d{1,3})?)\s*([kmg])i?b?$/i.exec(text);
  if (match === null) return undefined;
  const power = { k: 1, m: 2, g: 3 }[(match[2] ?? 'k').toLowerCase()] ?? 1;
  return Math.round(Number(match[1]) * 1024 ** power);
}

function typeName(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  return typeof value === 'object' ? 'a block of keys' : `a ${typeof value}`;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block of keys',
};

function expectedName(node: JsonSchemaNode | undefined): string {
  const known = node?.type === undefined ? undefined : EXPECTED[node.type];
  return known ?? 'text or a list of texts';
}

function example(node: JsonSchemaNode | undefined, name?: string | number): string {
  const first = node?.examples?.[0] ?? node?.enum?.[0];
  if (first === undefined) return '';
  return `: write ${typeof name === 'string' ? `${name}: ` : 'for example '}${flow(first)}`;
}

/** A value as one line of YAML. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([key, inner]) => `${key}: ${flow(inner)}`);
  return `{ ${entries.join(', ')} }`;
}

/** @returns What stands at the path in plain data, or `undefined`. */
export function valueAt(data: unknown, path: ConfigPath): unknown {
  let value = data;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Record<string | number, unknown>)[segment];
  }
  return value;
}
