import { listOf, nodeOf, type TreeNode, textOf, unwrapAs } from './syntax-tree.ts';

/** The CTE names that can be seen from a place, innermost first. `undefined` = none. */
export interface CteScope {
  readonly names: ReadonlySet<string>;
  readonly outer: CteScope | undefined;
}

/** @returns Whether an unqualified relation name means a CTE here. */
export function isCteInScope(scope: CteScope | undefined, name: string): boolean {
  for (let at = scope; at !== undefined; at = at.outer) if (at.names.has(name)) return true;
  return false;
}

/**
 * Called for every object of the tree. `kind` is set for wrapped nodes and undefined for those in a
 * place of fixed type, which are told apart by their fields.
 */
export type NodeVisitor = (kind: string | undefined, node: TreeNode, scope: CteScope | undefined) => void;

// The target of a data-modifying statement is always a relation, whatever a CTE is called.
const nothing: ReadonlySet<string> = new Set();

const targetStatements: ReadonlySet<string> = new Set([
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
]);

/**
 * Visits every object below `root`, unknown kinds included, so that nothing hides behind a node this
 * code has never heard of. Keeps its own stack: the depth of the tree costs heap, not call stack.
 *
 * @param skipped - Fields that are not entered.
 */
export function walkTree(root: unknown, visit: NodeVisitor, skipped: ReadonlySet<string> = nothing): void {
  const work: unknown[] = [];
  const scopes: (CteScope | undefined)[] = [];
  const push = (value: unknown, scope: CteScope | undefined): void => {
    if (typeof value !== 'object' || value === null) return;
    work.push(value);
    scopes.push(scope);
  };
  push(root, undefined);
  while (work.length > 0) {
    const value = work.pop();
    const scope = scopes.pop();
    if (Array.isArray(value)) {
      for (let index = value.length - 1; index >= 0; index--) push(value[index], scope);
      continue;
    }
    const { kind, node } = taken(value as TreeNode);
    visit(kind, node, scope);
    const withClause = nodeOf(node['withClause']);
    const inner = withClause === undefined ? scope : pushWithClause(withClause, scope, push);
    const keepsTarget = kind !== undefined && targetStatements.has(kind);
    for (const field in node) {
      if (field === 'withClause') continue;
      // FOR UPDATE OF names FROM items of the same query, which are visited there.
      if (field === 'lockedRels' || skipped.has(field)) continue;
      push(node[field], keepsTarget && field === 'relation' ? undefined : inner);
    }
  }
}

function taken(value: TreeNode): { readonly kind: string | undefined; readonly node: TreeNode } {
  for (const kind in value) {
    const first = kind.charCodeAt(0);
    const node = first >= 0x41 && first <= 0x5a ? nodeOf(value[kind]) : undefined;
    if (node !== undefined) return { kind, node };
    break;
  }
  return { kind: undefined, node: value };
}

/**
 * In WITH, a query sees the names before it; in WITH RECURSIVE it sees all of them, its own included.
 * https://www.postgresql.org/docs/current/sql-select.html#SQL-WITH
 */
function pushWithClause(
  withClause: TreeNode,
  outer: CteScope | undefined,
  push: (value: unknown, scope: CteScope | undefined) => void,
): CteScope {
  const items = listOf(withClause['ctes']);
  const names = items.map((item) => textOf(unwrapAs(item, 'CommonTableExpr')?.['ctename']) ?? '');
  const all: CteScope = { names: new Set(names), outer };
  const isRecursive = withClause['recursive'] === true;
  let before = outer;
  items.forEach((item, index) => {
    push(item, isRecursive ? all : before);
    before = { names: new Set([names[index] ?? '']), outer: before };
  });
  return all;
}
