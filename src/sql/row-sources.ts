import { collectColumns, hasHiddenColumns } from './columns.ts';
import { FactDraft } from './fact-draft.ts';
import { isFreeOfColumns } from './output-facts.ts';
import { collectComparedColumns, collectPlainOutputs } from './simple-comparisons.ts';
import type { RowSources } from './statement-facts.ts';
import {
  type KindAndNode,
  listOf,
  nodeOf,
  qualifiedNameOf,
  stringNodeTexts,
  type TreeNode,
  unwrapAs,
} from './syntax-tree.ts';
import { walkTree } from './walk-tree.ts';

// An order changes no number of rows; ON CONFLICT names columns of an index, not values.
const skipped: ReadonlySet<string> = new Set(['sortClause', 'lockingClause', 'infer']);

// Functions whose result is as long as an argument says, and those that make rows of a long value.
const lengthFunctions: ReadonlySet<string> = new Set([
  'array_fill',
  'format',
  'json_object',
  'jsonb_object',
  'lpad',
  'repeat',
  'rpad',
]);
const splittingFunctions: ReadonlySet<string> = new Set(
  (
    '_pg_expandarray generate_subscripts json_array_elements json_array_elements_text json_each json_each_text ' +
    'json_object_keys json_populate_recordset json_to_recordset jsonb_array_elements jsonb_array_elements_text ' +
    'jsonb_each jsonb_each_text jsonb_object_keys jsonb_populate_recordset jsonb_to_recordset jsonb_path_query regexp_matches regexp_split_to_table string_to_table ' +
    'ts_parse unnest xmltable'
  ).split(' '),
);

/**
 * Gathers what the number of rows of a statement depends on.
 *
 * @param statement - The statement that makes the rows: the inner one of EXPLAIN, DECLARE and the like.
 * @param rowNames - Names that stand for a row anywhere in the statement.
 */
export function rowSources(statement: KindAndNode, rowNames: ReadonlySet<string>): RowSources {
  const draft = new FactDraft();
  for (const name of rowNames) draft.rowNames.add(name);
  const passed = new Set<TreeNode>();
  collectOutputLists(passed, statement.node);
  const shape = new RowShape();
  walkTree(
    statement.node,
    (kind, node) => {
      collectComparedColumns(passed, kind, node);
      shape.look(kind, node);
      if (!passed.has(node)) collectColumns(draft, kind, node);
    },
    skipped,
  );
  return {
    columnNames: draft.columnNames,
    hasHiddenColumns: hasHiddenColumns(draft),
    isOneRelation: shape.isOneRelation(statement.kind),
    isComputed: shape.isComputed,
  };
}

function collectOutputLists(passed: Set<TreeNode>, statement: TreeNode): void {
  const work: TreeNode[] = [statement];
  while (work.length > 0) {
    const node = work.pop()!;
    collectPlainOutputs(passed, node['targetList']);
    collectPlainOutputs(passed, node['groupClause']);
    collectPlainOutputs(passed, nodeOf(node['returningClause'])?.['exprs']);
    collectPlainOutputs(passed, nodeOf(node['onConflictClause'])?.['targetList']);
    for (const inner of [node['larg'], node['rarg'], unwrapAs(node['selectStmt'], 'SelectStmt')]) {
      const select = nodeOf(inner);
      if (select !== undefined) work.push(select);
    }
  }
}

/** Where the rows come from, and whether a value says how many. */
class RowShape {
  #relationCount = 0;
  #isNested = false;
  #hasLength = false;
  #hasSplit = false;
  #isComputed = false;

  look(kind: string | undefined, node: TreeNode): void {
    if (typeof node['relname'] === 'string') this.#relationCount++;
    for (const field of ['limitCount', 'limitOffset'] as const) {
      if (node[field] !== undefined && !isFreeOfColumns(node[field])) this.#isComputed = true;
    }
    switch (kind) {
      case 'SubLink':
      case 'CommonTableExpr':
      case 'RangeSubselect':
      case 'RangeFunction':
      case 'RangeTableFunc':
      case 'JsonTable':
        this.#isNested = true;
        return;
      case 'RangeTableSample':
        if (!isFreeOfColumns(node['args'])) this.#isComputed = true;
        return;
      case 'FuncCall':
        this.#call(node);
        return;
      default:
    }
  }

  isOneRelation(kind: string): boolean {
    // What an INSERT writes to is no source of rows.
    return !this.#isNested && this.#relationCount - (kind === 'InsertStmt' ? 1 : 0) <= 1;
  }

  get isComputed(): boolean {
    return this.#isComputed || (this.#hasLength && this.#hasSplit);
  }

  #call(node: TreeNode): void {
    const name = qualifiedNameOf(stringNodeTexts(node['funcname']))?.name ?? '';
    if (splittingFunctions.has(name)) this.#hasSplit = true;
    if (name !== 'generate_series' && !lengthFunctions.has(name)) return;
    if (isFreeOfColumns(node['args']) || (name === 'generate_series' && startsWhereItEnds(node))) return;
    if (name === 'generate_series') this.#isComputed = true;
    else this.#hasLength = true;
  }
}

/** A series from a column to itself has one row. */
function startsWhereItEnds(call: TreeNode): boolean {
  const [first, last] = listOf(call['args']).map((argument) => {
    const names = stringNodeTexts(unwrapAs(argument, 'ColumnRef')?.['fields']);
    return names.length > 0 ? JSON.stringify(names) : undefined;
  });
  return first !== undefined && first === last;
}
