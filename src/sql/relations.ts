import type { FactDraft } from './fact-draft.ts';
import { isTemporary } from './relation-changes.ts';
import {
  constantText,
  listOf,
  nodeOf,
  qualifiedNameOf,
  relationNameOf,
  stringNodeTexts,
  type TreeNode,
  textOf,
  unwrapAs,
} from './syntax-tree.ts';
import { usingExpressions } from './using-expressions.ts';
import { type CteScope, isCteInScope } from './walk-tree.ts';

// Object types of DROP whose names are relations; they are lists of texts there, not RangeVars.
const droppedRelations: ReadonlySet<string> = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_FOREIGN_TABLE',
  'OBJECT_SEQUENCE',
  'OBJECT_INDEX',
]);

/** Gathers the relations a node names, and those it writes to. */
export function collectRelations(
  draft: FactDraft,
  kind: string | undefined,
  node: TreeNode,
  scope: CteScope | undefined,
): void {
  if (typeof node['relname'] === 'string') {
    const name = relationNameOf(node);
    const isCte = name !== undefined && node['schemaname'] === undefined && isCteInScope(scope, name.name);
    if (!isCte) draft.relations.add(name);
  }
  switch (kind) {
    case 'InsertStmt':
      collectInsert(draft, node);
      return;
    case 'UpdateStmt':
      addTarget(draft, node['relation']);
      addAssigned(draft, node['targetList']);
      return;
    case 'DeleteStmt':
      addTarget(draft, node['relation']);
      draft.hasAllTargetColumns = true;
      return;
    case 'MergeStmt':
      collectMerge(draft, node);
      return;
    case 'TruncateStmt':
      for (const relation of listOf(node['relations']))
        draft.targets.add(relationNameOf(unwrapAs(relation, 'RangeVar')));
      return;
    case 'CopyStmt':
      if (node['is_from'] === true) collectCopyFrom(draft, node);
      return;
    case 'AlterTableStmt':
      if (usingExpressions(node).length === 0) return;
      draft.targets.add(relationNameOf(nodeOf(node['relation'])));
      draft.hasAllTargetColumns = true;
      return;
    case 'RefreshMatViewStmt':
      draft.targets.add(relationNameOf(nodeOf(node['relation'])));
      draft.hasAllTargetColumns = true;
      return;
    case 'DropStmt':
      if (droppedRelations.has(String(node['removeType']))) {
        for (const object of listOf(node['objects'])) {
          draft.relations.add(qualifiedNameOf(stringNodeTexts(unwrapAs(object, 'List')?.['items'])));
        }
      }
      return;
    case 'TypeCast':
      collectRelationConstant(draft, node);
      return;
    default:
      collectInto(draft, kind, node);
  }
}

function addTarget(draft: FactDraft, relation: unknown): void {
  draft.targets.add(relationNameOf(nodeOf(relation)));
  draft.hasDataModification = true;
}

function addAssigned(draft: FactDraft, targetList: unknown): void {
  for (const item of listOf(targetList)) {
    const name = textOf(unwrapAs(item, 'ResTarget')?.['name']);
    if (name === undefined) draft.hasAllTargetColumns = true;
    else draft.targetColumns.add(name);
  }
}

function collectInsert(draft: FactDraft, node: TreeNode): void {
  addTarget(draft, node['relation']);
  if (listOf(node['cols']).length === 0) draft.hasAllTargetColumns = true;
  addAssigned(draft, node['cols']);
  addAssigned(draft, nodeOf(node['onConflictClause'])?.['targetList']);
}

function collectMerge(draft: FactDraft, node: TreeNode): void {
  addTarget(draft, node['relation']);
  for (const clause of listOf(node['mergeWhenClauses'])) {
    const when = unwrapAs(clause, 'MergeWhenClause');
    if (when === undefined) continue;
    const assigned = listOf(when['targetList']);
    const isWholeRow = when['commandType'] === 'CMD_INSERT' && assigned.length === 0;
    if (isWholeRow || when['commandType'] === 'CMD_DELETE') draft.hasAllTargetColumns = true;
    addAssigned(draft, assigned);
  }
}

function collectCopyFrom(draft: FactDraft, node: TreeNode): void {
  draft.targets.add(relationNameOf(nodeOf(node['relation'])));
  const columns = stringNodeTexts(node['attlist']);
  if (columns.length === 0) draft.hasAllTargetColumns = true;
  for (const column of columns) draft.targetColumns.add(column);
}

/** CREATE TABLE AS and SELECT INTO. */
function collectInto(draft: FactDraft, kind: string | undefined, node: TreeNode): void {
  const into =
    nodeOf(node['intoClause']) ?? (kind === 'CreateTableAsStmt' ? nodeOf(node['into']) : undefined);
  if (into === undefined) return;
  if (kind !== 'CreateTableAsStmt') draft.hasSelectInto = true;
  draft.targets.add(relationNameOf(nodeOf(into['rel'])));
  draft.hasAllTargetColumns = true;
}

/** `'u'::regclass` names a relation inside a constant. */
function collectRelationConstant(draft: FactDraft, node: TreeNode): void {
  const type = qualifiedNameOf(stringNodeTexts(nodeOf(node['typeName'])?.['names']));
  if (type?.name !== 'regclass') return;
  const text = constantText(node['arg']);
  if (text !== undefined) draft.relationConstants.add(text);
}

/** @returns Whether the relation a top-level statement creates is temporary. */
export function createsTemporaryRelation(node: TreeNode): boolean {
  const into = nodeOf(node['into']) ?? nodeOf(node['intoClause']) ?? findFirstInto(node);
  const candidates = [
    nodeOf(into?.['rel']),
    nodeOf(node['relation']),
    nodeOf(node['view']),
    nodeOf(node['sequence']),
  ];
  return candidates.some((relation) => relation !== undefined && isTemporary(relation));
}

/** INTO stands in the leftmost arm of a set operation. */
function findFirstInto(node: TreeNode): TreeNode | undefined {
  for (let arm = nodeOf(node['larg']); arm !== undefined; arm = nodeOf(arm['larg'])) {
    const into = nodeOf(arm['intoClause']);
    if (into !== undefined) return into;
  }
  return undefined;
}
