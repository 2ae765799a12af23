import type { QualifiedName } from './statement-facts.ts';

/**
 * A node of PostgreSQL's raw parse tree as JSON. A node in a generic place is wrapped by its kind
 * (`{"ColumnRef": {...}}`); one in a place of fixed type is not (`relation: {"relname": ...}`). Fields
 * that hold zero, false or an empty text are left out.
 */
export interface TreeNode {
  readonly [field: string]: unknown;
}

/** @returns The value as a node, or `undefined` for scalars, arrays and what is missing. */
export function nodeOf(value: unknown): TreeNode | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as TreeNode)
    : undefined;
}

/** @returns The value as a list; empty when it is missing. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** @returns The value when it is a text that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A wrapped node taken apart. */
export interface KindAndNode {
  readonly kind: string;
  readonly node: TreeNode;
}

/** @returns Kind and node of a wrapped node, or `undefined` when the value is none. */
export function unwrap(value: unknown): KindAndNode | undefined {
  const wrapper = nodeOf(value);
  if (wrapper === undefined) return undefined;
  for (const kind in wrapper) {
    const first = kind.charCodeAt(0);
    // Kinds begin with a capital letter, fields never do.
    if (first < 0x41 || first > 0x5a) return undefined;
    const node = nodeOf(wrapper[kind]);
    return node === undefined ? undefined : { kind, node };
  }
  return undefined;
}

/** @returns The node when it is wrapped as `kind`. */
export function unwrapAs(value: unknown, kind: string): TreeNode | undefined {
  return nodeOf(nodeOf(value)?.[kind]);
}

/** @returns Text of a `String` node; `''` for the empty text; `undefined` when the value is no String. */
export function stringNodeText(value: unknown): string | undefined {
  const node = unwrapAs(value, 'String');
  if (node === undefined) return undefined;
  return typeof node['sval'] === 'string' ? node['sval'] : '';
}

/** @returns The texts of a list of `String` nodes, other nodes left out. */
export function stringNodeTexts(value: unknown): string[] {
  const texts: string[] = [];
  for (const item of listOf(value)) {
    const text = stringNodeText(item);
    if (text !== undefined) texts.push(text);
  }
  return texts;
}

/** @returns Text of a string, number or boolean constant; `undefined` for NULL and for other nodes. */
export function constantText(value: unknown): string | undefined {
  const constant = unwrapAs(value, 'A_Const');
  if (constant === undefined) return undefined;
  const string = nodeOf(constant['sval']);
  if (string !== undefined) return typeof string['sval'] === 'string' ? string['sval'] : '';
  const integer = nodeOf(constant['ival']);
  if (integer !== undefined) return String(integer['ival'] ?? 0);
  const float = nodeOf(constant['fval']);
  if (float !== undefined) return String(float['fval'] ?? 0);
  const boolean = nodeOf(constant['boolval']);
  if (boolean !== undefined) return boolean['boolval'] === true ? 'true' : 'false';
  return undefined;
}

/** @returns The last two parts as schema and name; `undefined` without any part. */
export function qualifiedNameOf(parts: readonly string[]): QualifiedName | undefined {
  const name = parts[parts.length - 1];
  return name === undefined ? undefined : { schema: parts[parts.length - 2], name };
}

/** @returns Schema and name of a RangeVar; a catalog in front of the schema is left out. */
export function relationNameOf(rangeVar: TreeNode | undefined): QualifiedName | undefined {
  const name = textOf(rangeVar?.['relname']);
  return name === undefined ? undefined : { schema: textOf(rangeVar?.['schemaname']), name };
}
