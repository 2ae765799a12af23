import { isBuiltinType } from './builtin-names.ts';
import type { FactDraft } from './fact-draft.ts';
import { qualifiedNameOf, stringNodeTexts, type TreeNode } from './syntax-tree.ts';

/** Gathers functions, operators and types: everything that can run code a name stands for. */
export function collectCalledNames(draft: FactDraft, kind: string | undefined, node: TreeNode): void {
  if (Array.isArray(node['funcname']))
    draft.functions.add(qualifiedNameOf(stringNodeTexts(node['funcname'])));
  if (Array.isArray(node['names'])) collectType(draft, node);
  if (kind === 'A_Expr' && node['kind'] !== 'AEXPR_NULLIF')
    addOperator(draft, node['name'], kindOfBetween(node));
  if (Array.isArray(node['operName'])) addOperator(draft, node['operName'], false);
  if (Array.isArray(node['useOp'])) addOperator(draft, node['useOp'], false);
  if (kind === 'RangeTableSample') draft.functions.add(qualifiedNameOf(stringNodeTexts(node['method'])));
}

/** BETWEEN carries its keyword in the place of an operator name. */
function kindOfBetween(node: TreeNode): boolean {
  return String(node['kind']).includes('BETWEEN');
}

function addOperator(draft: FactDraft, name: unknown, isKeyword: boolean): void {
  if (isKeyword) return;
  const operator = qualifiedNameOf(stringNodeTexts(name));
  if (operator === undefined) return;
  draft.operators.add(operator);
}

function collectType(draft: FactDraft, node: TreeNode): void {
  const parts = stringNodeTexts(node['names']);
  const name = qualifiedNameOf(parts);
  if (name === undefined) return;
  // `u.ssn%TYPE` names a column, not a type.
  if (node['pct_type'] === true) {
    draft.columnNames.add(name.name);
    draft.relations.add(qualifiedNameOf(parts.slice(0, -1)));
    return;
  }
  if (!isBuiltinType(name)) draft.types.add(name);
}
