import type { ColumnRuleOptions } from 'wiremask';

/** A column that a rule names, and which names it would take instead. */
export interface RuleTarget {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  /** Names inside a document that the rule's JSON paths lead to; empty = the whole value is masked. */
  readonly documentKeys: readonly string[];
  /** Whether the rule's last part matches this name. */
  matchesColumn(name: string): boolean;
}

/** @returns A column the rule applies to: `*` becomes a name that fits. */
export function targetOf(rule: ColumnRuleOptions): RuleTarget {
  const [schema, table, column] = splitParts(rule.column);
  const paths = rule.path === undefined ? [] : [rule.path].flat();
  return {
    schema: exampleOf(schema, 'public'),
    table: exampleOf(table, 'sample'),
    column: exampleOf(column, 'value'),
    documentKeys: paths.map((path) => /([A-Za-z_]\w*)\W*$/.exec(path)?.[1] ?? 'value'),
    matchesColumn: (name) => patternOf(column).test(name),
  };
}

type Part = { readonly text: string; readonly isLiteral: boolean };

// The configuration was checked before: three parts are there.
function splitParts(pattern: string): readonly [Part, Part, Part] {
  const parts = [...pattern.matchAll(/"((?:[^"]|"")*)"|([^.]+)/g)].map(([, quoted, plain]) =>
    quoted === undefined
      ? { text: plain ?? '', isLiteral: false }
      : { text: quoted.replaceAll('""', '"'), isLiteral: true },
  );
  const any = { text: '*', isLiteral: false };
  return [parts[0] ?? any, parts[1] ?? any, parts[2] ?? any];
}

function exampleOf({ text, isLiteral }: Part, whole: string): string {
  if (isLiteral) return text;
  return text === '*' ? whole : text.replaceAll('*', 'x');
}

function patternOf({ text, isLiteral }: Part): RegExp {
  const literal = (piece: string): string => piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`^${isLiteral ? literal(text) : text.split('*').map(literal).join('.*')}$`, 's');
}
