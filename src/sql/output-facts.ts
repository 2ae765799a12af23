import { isBuiltinOperator, isBuiltinType } from './builtin-names.ts';
import { collectCalledNames } from './called-names.ts';
import { isStar } from './columns.ts';
import { FactDraft } from './fact-draft.ts';
import { isHarmlessFunction } from './harmless-functions.ts';
import type { OutputFacts } from './statement-facts.ts';
import { listOf, nodeOf, qualifiedNameOf, stringNodeTexts, type TreeNode, unwrapAs } from './syntax-tree.ts';
import { walkTree } from './walk-tree.ts';

/**
 * Describes the output columns of a SELECT, VALUES or RETURNING list.
 *
 * @returns One entry per column; `undefined` where a star hides their number, or there are none.
 */
export function outputFacts(kind: string, statement: TreeNode): readonly OutputFacts[] | undefined {
  switch (kind) {
    case 'SelectStmt':
      return selectOutputs(statement);
    case 'InsertStmt':
    case 'UpdateStmt':
    case 'DeleteStmt':
    case 'MergeStmt':
      return listOutputs(nodeOf(statement['returningClause'])?.['exprs']);
    default:
      return undefined;
  }
}

function selectOutputs(statement: TreeNode): readonly OutputFacts[] | undefined {
  // The arms of a set operation; their number is bounded by nestingMax.
  const arms: TreeNode[] = [];
  const work: TreeNode[] = [statement];
  while (work.length > 0) {
    const select = work.pop()!;
    const left = nodeOf(select['larg']);
    const right = nodeOf(select['rarg']);
    if (left !== undefined && right !== undefined) work.push(left, right);
    else arms.push(select);
  }
  let merged: readonly OutputFacts[] | undefined;
  for (const arm of arms) {
    const outputs = armOutputs(arm);
    if (outputs === undefined) return undefined;
    merged = merged === undefined ? outputs : mergedOutputs(merged, outputs);
    if (merged === undefined) return undefined;
  }
  return merged;
}

function armOutputs(select: TreeNode): readonly OutputFacts[] | undefined {
  const rows = listOf(select['valuesLists']);
  if (rows.length === 0) return listOutputs(select['targetList']);
  let merged: readonly OutputFacts[] | undefined;
  for (const row of rows) {
    const outputs = listOf(unwrapAs(row, 'List')?.['items']).map(factsOf);
    merged = merged === undefined ? outputs : mergedOutputs(merged, outputs);
    if (merged === undefined) return undefined;
  }
  return merged;
}

/** A column is free of columns only when it is in every arm or row. */
function mergedOutputs(
  first: readonly OutputFacts[],
  second: readonly OutputFacts[],
): readonly OutputFacts[] | undefined {
  if (first.length !== second.length) return undefined;
  return first.map((facts, index) => {
    const other = second[index]!;
    return {
      isFreeOfColumns: facts.isFreeOfColumns && other.isFreeOfColumns,
      functions: [...facts.functions, ...other.functions],
      operators: [...facts.operators, ...other.operators],
    };
  });
}

function listOutputs(list: unknown): readonly OutputFacts[] | undefined {
  const items = listOf(list);
  if (items.length === 0) return undefined;
  const outputs: OutputFacts[] = [];
  for (const item of items) {
    const expression = unwrapAs(item, 'ResTarget')?.['val'];
    if (expression === undefined || isStar(expression)) return undefined;
    outputs.push(factsOf(expression));
  }
  return outputs;
}

function factsOf(expression: unknown): OutputFacts {
  const draft = new FactDraft();
  walkTree(expression, (kind, node) => collectCalledNames(draft, kind, node));
  return {
    isFreeOfColumns: isFreeOfColumns(expression),
    functions: draft.functions.names,
    operators: draft.operators.names,
  };
}

// Nodes that bring no value of a table with them. Fails closed: a node that is not here is not free.
const freeKinds: ReadonlySet<string> = new Set(
  (
    'A_ArrayExpr A_Const A_Expr A_Indices A_Indirection BitString BoolExpr Boolean BooleanTest CaseExpr ' +
    'CaseWhen CoalesceExpr CollateClause Float FuncCall Integer JsonArrayConstructor JsonFuncExpr ' +
    'JsonIsPredicate JsonKeyValue JsonObjectConstructor JsonParseExpr JsonScalarExpr JsonSerializeExpr ' +
    'JsonValueExpr List MergeSupportFunc MinMaxExpr MultiAssignRef NamedArgExpr NullTest ParamRef ' +
    'ResTarget RowExpr SortBy SQLValueFunction SetToDefault String TypeCast XmlExpr XmlSerialize'
  ).split(' '),
);

/**
 * @returns Whether an expression depends on no column: no column reference, sub-select or whole row,
 *   and nothing called that is not known to be harmless. Parameters and constants are free.
 */
export function isFreeOfColumns(expression: unknown): boolean {
  let isFree = true;
  walkTree(expression, (kind, node) => {
    if (!isFree) return;
    if (kind !== undefined && !freeKinds.has(kind)) isFree = false;
    else if (kind === 'FuncCall') isFree = isFreeCall(node);
    else if (kind === 'A_Expr') isFree = isFreeOperator(node);
    else if (Array.isArray(node['useOp'])) isFree = isBuiltinOperatorName(node['useOp']);
    else if (Array.isArray(node['names'])) isFree = isFreeType(node);
  });
  return isFree;
}

function isFreeCall(node: TreeNode): boolean {
  const name = qualifiedNameOf(stringNodeTexts(node['funcname']));
  if (name === undefined || !isHarmlessFunction(name)) return false;
  // A window that is named elsewhere may be partitioned or ordered by columns.
  const over = nodeOf(node['over']);
  return over === undefined || (over['name'] === undefined && over['refname'] === undefined);
}

function isFreeOperator(node: TreeNode): boolean {
  const isKeyword = String(node['kind']).includes('BETWEEN');
  return isKeyword || isBuiltinOperatorName(node['name']);
}

function isBuiltinOperatorName(name: unknown): boolean {
  const operator = qualifiedNameOf(stringNodeTexts(name));
  return operator === undefined || isBuiltinOperator(operator);
}

function isFreeType(node: TreeNode): boolean {
  const type = qualifiedNameOf(stringNodeTexts(node['names']));
  return node['pct_type'] !== true && type !== undefined && isBuiltinType(type);
}
