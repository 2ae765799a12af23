import type { FactDraft } from './fact-draft.ts';
import { isHarmlessFunction } from './harmless-functions.ts';
import {
  listOf,
  nodeOf,
  qualifiedNameOf,
  stringNodeText,
  stringNodeTexts,
  type TreeNode,
  textOf,
  unwrapAs,
} from './syntax-tree.ts';

/**
 * Built-in functions that take a whole row. `t.to_jsonb` calls to_jsonb(t) when t has no such column.
 * https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-USAGE
 */
const rowFunctions: ReadonlySet<string> = new Set(
  (
    'any_out any_value anyelement_out anynonarray_out array_agg array_fill concat concat_ws first_value ' +
    'format hash_record json_agg json_agg_strict json_build_array json_build_object json_object_agg ' +
    'jsonb_agg jsonb_agg_strict jsonb_build_array jsonb_build_object jsonb_object_agg lag last_value lead ' +
    'max min nth_value quote_literal quote_nullable record_out record_send row_to_json to_json to_jsonb'
  ).split(' '),
);

/** Gathers the names of columns, and every construct that stands for columns without naming them. */
export function collectColumns(draft: FactDraft, kind: string | undefined, node: TreeNode): void {
  if (Array.isArray(node['fields'])) collectColumnReference(draft, node['fields']);
  if (kind === 'A_Star') draft.hasHiddenColumns = true;
  if (kind === 'A_Indirection') collectPath(draft, node['indirection']);
  collectNameLists(draft, kind, node);
  collectRowNames(draft, kind, node);
  if (kind === 'RangeFunction') collectRangeFunction(draft, node);
}

function collectColumnReference(draft: FactDraft, fields: readonly unknown[]): void {
  const names = stringNodeTexts(fields);
  const last = names[names.length - 1];
  if (last === undefined || fields.length !== names.length) return;
  draft.columnNames.add(last);
  if (fields.length === 1) draft.bareNames.add(last);
  else if (rowFunctions.has(last)) draft.hasHiddenColumns = true;
}

function collectPath(draft: FactDraft, indirection: unknown): void {
  for (const step of listOf(indirection)) {
    const name = stringNodeText(step);
    if (name === undefined) continue;
    draft.columnNames.add(name);
    if (rowFunctions.has(name)) draft.hasHiddenColumns = true;
  }
}

/** Places outside expressions that name columns of a relation. */
function collectNameLists(draft: FactDraft, kind: string | undefined, node: TreeNode): void {
  if (Array.isArray(node['usingClause'])) addAll(draft, node['usingClause']);
  switch (kind) {
    case 'JoinExpr':
      if (node['isNatural'] === true || node['join_using_alias'] !== undefined) draft.hasHiddenColumns = true;
      return;
    case 'CopyStmt':
      addAll(draft, node['attlist']);
      return;
    case 'IndexElem':
    case 'PartitionElem':
    case 'AlterTableCmd':
    case 'StatsElem':
      addOne(draft, node['name']);
      return;
    case 'RenameStmt':
      addOne(draft, node['subname']);
      return;
    case 'Constraint':
      for (const list of ['keys', 'including', 'fk_attrs', 'pk_attrs']) addAll(draft, node[list]);
      return;
    case 'AccessPriv':
      addAll(draft, node['cols']);
      return;
    case 'CreateTrigStmt':
    case 'PublicationTable':
      addAll(draft, node['columns']);
      return;
    case 'ViewStmt':
      if (listOf(node['aliases']).length > 0) draft.hasHiddenColumns = true;
      return;
    default:
      if (listOf(node['colNames']).length > 0) draft.hasHiddenColumns = true;
  }
}

function addAll(draft: FactDraft, list: unknown): void {
  for (const name of stringNodeTexts(list)) draft.columnNames.add(name);
}

function addOne(draft: FactDraft, value: unknown): void {
  const name = textOf(value);
  if (name !== undefined) draft.columnNames.add(name);
}

/** Names that stand for a row, and lists that give columns other names. */
function collectRowNames(draft: FactDraft, kind: string | undefined, node: TreeNode): void {
  for (const field of ['relname', 'aliasname', 'ctename'] as const) {
    const name = textOf(node[field]);
    if (name !== undefined) draft.rowNames.add(name);
  }
  if (listOf(node['colnames']).length > 0 || listOf(node['aliascolnames']).length > 0) {
    draft.hasHiddenColumns = true;
  }
  switch (kind) {
    case 'CommonTableExpr':
      // SEARCH and CYCLE add columns of their own, made of others.
      if (node['search_clause'] !== undefined || node['cycle_clause'] !== undefined)
        draft.hasHiddenColumns = true;
      return;
    case 'InsertStmt':
    case 'UpdateStmt':
    case 'DeleteStmt':
    case 'MergeStmt':
    case 'RuleStmt':
      for (const name of ['old', 'new', 'excluded']) draft.rowNames.add(name);
      return;
    case 'ReturningOption': {
      const name = textOf(node['value']);
      if (name !== undefined) draft.rowNames.add(name);
      return;
    }
    case 'RangeTableFunc':
      draft.rowNames.add('xmltable');
      return;
    case 'JsonTable':
      draft.rowNames.add('json_table');
      return;
    default:
  }
}

/** A function in FROM may return rows of any shape under its own name. */
function collectRangeFunction(draft: FactDraft, node: TreeNode): void {
  for (const entry of listOf(node['functions'])) {
    const call = listOf(unwrapAs(entry, 'List')?.['items'])[0];
    const name = qualifiedNameOf(stringNodeTexts(unwrapAs(call, 'FuncCall')?.['funcname']));
    if (name === undefined) continue;
    draft.rowNames.add(name.name);
    if (!isHarmlessFunction(name)) draft.hasHiddenColumns = true;
  }
}

/** @returns Whether the statement has columns that its text does not name. Call when the walk is over. */
export function hasHiddenColumns(draft: FactDraft): boolean {
  if (draft.hasHiddenColumns) return true;
  for (const name of draft.bareNames) if (draft.rowNames.has(name)) return true;
  return false;
}

/** @returns Whether a select-list item stands for several columns: `*`, `t.*`, `(expression).*`. */
export function isStar(expression: unknown): boolean {
  const fields = listOf(unwrapAs(expression, 'ColumnRef')?.['fields']);
  const path = listOf(unwrapAs(expression, 'A_Indirection')?.['indirection']);
  return [...fields, ...path].some((item) => nodeOf(nodeOf(item)?.['A_Star']) !== undefined);
}
