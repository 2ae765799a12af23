import type { CopyFacts } from './statement-facts.ts';
import {
  listOf,
  nodeOf,
  relationNameOf,
  stringNodeText,
  stringNodeTexts,
  type TreeNode,
  unwrap,
  unwrapAs,
} from './syntax-tree.ts';

// Options that change nothing about how a row is written by COPY TO, or only concern COPY FROM.
const otherOptions: ReadonlySet<string> = new Set([
  'default',
  'force_not_null',
  'force_null',
  'force_quote',
  'freeze',
  'log_verbosity',
  'on_error',
  'reject_limit',
]);

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Reads the options of COPY; both spellings of the option list arrive as the same nodes.
 * https://www.postgresql.org/docs/18/sql-copy.html
 *
 * @param queryText - Text of `COPY (query)`, or `undefined` for a relation.
 */
export function copyFacts(copy: TreeNode, queryText: string | undefined): CopyFacts {
  const columns = listOf(copy['attlist']);
  const facts: Mutable<CopyFacts> = {
    relation: relationNameOf(nodeOf(copy['relation'])),
    columns: columns.length > 0 ? stringNodeTexts(columns) : undefined,
    queryText,
    format: 'text',
    delimiter: undefined,
    nullText: undefined,
    hasHeader: false,
    quote: undefined,
    escape: undefined,
    encoding: undefined,
    isUnderstood: copy['query'] === undefined || queryText !== undefined,
  };
  const seen = new Set<string>();
  for (const option of listOf(copy['options'])) {
    const element = unwrapAs(option, 'DefElem');
    const name = String(element?.['defname'] ?? '');
    if (element === undefined || seen.has(name) || !readOption(facts, name, element))
      facts.isUnderstood = false;
    seen.add(name);
  }
  return facts;
}

function readOption(facts: Mutable<CopyFacts>, name: string, element: TreeNode): boolean {
  const text = stringNodeText(element['arg']);
  switch (name) {
    case 'format':
      if (text !== 'text' && text !== 'csv' && text !== 'binary') return false;
      facts.format = text;
      return true;
    case 'header':
      return readHeader(facts, element);
    case 'delimiter':
      facts.delimiter = text;
      return text !== undefined;
    case 'null':
      facts.nullText = text;
      return text !== undefined;
    case 'quote':
      facts.quote = text;
      return text !== undefined;
    case 'escape':
      facts.escape = text;
      return text !== undefined;
    case 'encoding':
      facts.encoding = text;
      return text !== undefined;
    default:
      return otherOptions.has(name);
  }
}

function readHeader(facts: Mutable<CopyFacts>, element: TreeNode): boolean {
  const value = headerValue(element['arg']);
  if (value === undefined) return false;
  facts.hasHeader = value;
  return true;
}

function headerValue(argument: unknown): boolean | undefined {
  if (argument === undefined) return true;
  const value = unwrap(argument);
  if (value?.kind === 'Boolean') return value.node['boolval'] === true;
  if (value?.kind === 'Integer') {
    const number = value.node['ival'] ?? 0;
    return number === 0 ? false : number === 1 ? true : undefined;
  }
  switch (stringNodeText(argument)?.toLowerCase()) {
    case 'true':
    case 'on':
    case 'match':
      return true;
    case 'false':
    case 'off':
      return false;
    default:
      return undefined;
  }
}
