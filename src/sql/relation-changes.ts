import type { FactDraft } from './fact-draft.ts';
import type { QualifiedName } from './statement-facts.ts';
import { listOf, nodeOf, relationNameOf, type TreeNode, textOf, unwrapAs } from './syntax-tree.ts';

const relationObjects: ReadonlySet<string> = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_FOREIGN_TABLE',
  'OBJECT_SEQUENCE',
]);

/** Gathers the relations a node makes or gives a new name, and those it makes children of others. */
export function collectRelationChanges(draft: FactDraft, kind: string | undefined, node: TreeNode): void {
  const into = intoRelation(kind, node);
  if (into !== undefined) {
    draft.createdRelations.add(relationNameOf(into));
    if (isTemporary(into)) draft.temporaryTargets.add(relationNameOf(into));
  }
  switch (kind) {
    case 'CreateStmt':
      collectCreate(draft, node);
      return;
    case 'CreateForeignTableStmt':
      collectCreate(draft, nodeOf(node['base']) ?? {});
      return;
    case 'ViewStmt':
      draft.createdRelations.add(relationNameOf(nodeOf(node['view'])));
      return;
    case 'CreateSeqStmt':
      draft.createdRelations.add(relationNameOf(nodeOf(node['sequence'])));
      return;
    case 'RenameStmt':
      collectRename(draft, node, 'renameType', textOf(node['newname']), undefined);
      return;
    case 'AlterObjectSchemaStmt':
      collectRename(draft, node, 'objectType', undefined, textOf(node['newschema']));
      return;
    case 'AlterTableStmt':
      collectAttached(draft, node);
      return;
    default:
  }
}

/** The relation that CREATE TABLE AS, CREATE MATERIALIZED VIEW or SELECT INTO makes. */
function intoRelation(kind: string | undefined, node: TreeNode): TreeNode | undefined {
  const into =
    nodeOf(node['intoClause']) ?? (kind === 'CreateTableAsStmt' ? nodeOf(node['into']) : undefined);
  return nodeOf(into?.['rel']);
}

/** @returns Whether a RangeVar that is created says itself that it is temporary. */
export function isTemporary(relation: TreeNode): boolean {
  return relation['relpersistence'] === 't' || isTemporarySchema(textOf(relation['schemaname']));
}

/** @returns Whether a schema is one of those that hold temporary relations. */
export function isTemporarySchema(schema: string | undefined): boolean {
  return schema !== undefined && /^pg_temp(?:_\d+)?$/.test(schema);
}

function collectCreate(draft: FactDraft, node: TreeNode): void {
  const relation = nodeOf(node['relation']);
  const name = relationNameOf(relation);
  if (relation === undefined || name === undefined) return;
  draft.createdRelations.add(name);
  const child: QualifiedName = isTemporary(relation) ? { schema: 'pg_temp', name: name.name } : name;
  for (const item of listOf(node['inhRelations'])) addChild(draft, child, unwrapAs(item, 'RangeVar'));
}

function addChild(draft: FactDraft, child: QualifiedName, parent: TreeNode | undefined): void {
  const name = relationNameOf(parent);
  if (name !== undefined) draft.children.push({ child, parent: name });
}

function collectRename(
  draft: FactDraft,
  node: TreeNode,
  typeField: string,
  newName: string | undefined,
  newSchema: string | undefined,
): void {
  const old = relationNameOf(nodeOf(node['relation']));
  if (old === undefined || !relationObjects.has(String(node[typeField]))) return;
  draft.createdRelations.add({ schema: newSchema ?? old.schema, name: newName ?? old.name });
}

function collectAttached(draft: FactDraft, node: TreeNode): void {
  const relation = nodeOf(node['relation']);
  const name = relationNameOf(relation);
  if (name === undefined) return;
  for (const item of listOf(node['cmds'])) {
    const command = unwrapAs(item, 'AlterTableCmd');
    if (command?.['subtype'] === 'AT_AddInherit') addChild(draft, name, unwrapAs(command['def'], 'RangeVar'));
    if (command?.['subtype'] !== 'AT_AttachPartition') continue;
    const child = relationNameOf(nodeOf(unwrapAs(command['def'], 'PartitionCmd')?.['name']));
    if (child !== undefined) draft.children.push({ child, parent: name });
  }
}
