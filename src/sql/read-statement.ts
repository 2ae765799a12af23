import { isBuiltinOperator } from './builtin-names.ts';
import { collectCalledNames } from './called-names.ts';
import { collectColumns, hasHiddenColumns } from './columns.ts';
import { copyFacts } from './copy-facts.ts';
import { effectOfKind, isCodeObject, statementEffects, storesExpressions } from './effects.ts';
import { FactDraft } from './fact-draft.ts';
import { isHarmlessFunction } from './harmless-functions.ts';
import { outputFacts } from './output-facts.ts';
import { collectRelationChanges } from './relation-changes.ts';
import { collectRelations, createsTemporaryRelation } from './relations.ts';
import { rowSources } from './row-sources.ts';
import { collectSettings } from './settings.ts';
import type { StatementEffect, StatementFacts, WriteSources } from './statement-facts.ts';
import { type KindAndNode, listOf, type TreeNode, textOf, unwrap, unwrapAs } from './syntax-tree.ts';
import { walkTree } from './walk-tree.ts';
import { writeSources } from './write-sources.ts';

const noSources: WriteSources = {
  columnNames: new Set(),
  hasHiddenColumns: false,
  functions: [],
  relations: [],
  isConstant: true,
  assignments: undefined,
};

/**
 * Gathers the facts of one statement.
 *
 * @param statement - The wrapped statement node.
 * @param queryText - Gives the text of the query of `COPY (query)`; asked only for that.
 */
export function readStatement(statement: unknown, queryText: () => string | undefined): StatementFacts {
  const top = unwrap(statement) ?? { kind: '', node: {} };
  const draft = new FactDraft();
  let isTop = true;
  walkTree(statement, (kind, node, scope) => {
    if (kind !== undefined && !isTop && statementEffects.has(kind)) draft.innerKinds.add(kind);
    isTop = false;
    collectRelations(draft, kind, node, scope);
    collectRelationChanges(draft, kind, node);
    collectColumns(draft, kind, node);
    collectCalledNames(draft, kind, node);
    collectSettings(draft, kind, node);
  });
  for (const target of draft.targets.names) draft.relations.add(target);
  const inner = innerStatement(top);
  const isCopyOfQuery = top.kind === 'CopyStmt' && top.node['query'] !== undefined;
  return {
    effect: effectOf(top, draft),
    innerEffect: inner === undefined ? undefined : effectOf(inner, draft),
    relations: draft.relations.names,
    targets: draft.targets.names,
    targetColumns: draft.hasAllTargetColumns ? undefined : [...draft.targetColumns],
    temporaryTargets: draft.temporaryTargets.names,
    createdRelations: draft.createdRelations.names,
    children: draft.children,
    functions: draft.functions.names,
    operators: draft.operators.names,
    types: draft.types.names,
    relationConstants: [...draft.relationConstants],
    columnNames: draft.columnNames,
    hasHiddenColumns: hasHiddenColumns(draft),
    writeSources: draft.targets.names.length > 0 ? writeSources(statement, draft) : noSources,
    rowSources: rowSources(inner ?? top, draft.rowNames),
    outputs: outputsOf(top, inner, draft),
    reference: referenceOf(top, inner),
    settings: draft.settings,
    copy: top.kind === 'CopyStmt' ? copyFacts(top.node, isCopyOfQuery ? queryText() : undefined) : undefined,
    isTemporaryTarget: createsTemporaryRelation(top.node),
    storesQuery: top.kind === 'ViewStmt' || draft.innerKinds.has('ViewStmt'),
    isUtilityOverRelations: isUtilityOverRelations(top),
  };
}

const utilities: ReadonlySet<string> = new Set([
  'AlterDomainStmt',
  'ClusterStmt',
  'ConstraintsSetStmt',
  'RefreshMatViewStmt',
  'ReindexStmt',
  'VacuumStmt',
]);

// ALTER TYPE of a composite type goes over the tables that have columns of it.
function isUtilityOverRelations({ kind, node }: KindAndNode): boolean {
  return utilities.has(kind) || (kind === 'AlterTableStmt' && node['objtype'] === 'OBJECT_TYPE');
}

/** The statement inside EXPLAIN, PREPARE, DECLARE, COPY (query), CREATE TABLE AS. */
function innerStatement(top: KindAndNode): KindAndNode | undefined {
  switch (top.kind) {
    case 'ExplainStmt':
    case 'PrepareStmt':
    case 'DeclareCursorStmt':
    case 'CopyStmt':
    case 'CreateTableAsStmt':
      return unwrap(top.node['query']);
    default:
      return undefined;
  }
}

function effectOf(statement: KindAndNode, draft: FactDraft): StatementEffect {
  const { kind, node } = statement;
  const effect = effectOfKind(kind);
  switch (kind) {
    case 'SelectStmt':
      if (draft.hasSelectInto) return 'create-from-query';
      return draft.hasDataModification ? 'write' : effect;
    case 'CopyStmt':
      if (node['filename'] !== undefined || node['is_program'] === true) return 'copy-server-side';
      return node['is_from'] === true ? 'copy-in' : 'copy-out';
    case 'CreateSchemaStmt':
      return schemaEffect(draft);
    case 'AlterTableStmt':
      if (changesCode(node)) return 'define-code';
      break;
    case 'ViewStmt':
      return effect;
    default:
  }
  if (effect !== 'define') return effect;
  const objectType = node['removeType'] ?? node['renameType'] ?? node['objectType'];
  if (isCodeObject(objectType)) return 'define-code';
  return storesExpressions.has(kind) && callsUnknownCode(draft) ? 'define-code' : effect;
}

/** CREATE SCHEMA can hold other CREATE statements: the one that reaches farthest decides. */
function schemaEffect(draft: FactDraft): StatementEffect {
  for (const kind of draft.innerKinds) {
    if (kind === 'SelectStmt') continue;
    if (effectOfKind(kind) !== 'define') return 'define-code';
  }
  return callsUnknownCode(draft) ? 'define-code' : 'define';
}

function callsUnknownCode(draft: FactDraft): boolean {
  return (
    draft.functions.names.some((name) => !isHarmlessFunction(name)) ||
    draft.operators.names.some((name) => !isBuiltinOperator(name))
  );
}

// ALTER TABLE forms that switch code on or off, or change which rows somebody sees.
const codeForms = /^AT_(?:Enable|Disable|Force|NoForce)(?:Always|Replica)?(?:Trig|Rule|RowSecurity)/;

function changesCode(node: TreeNode): boolean {
  return listOf(node['cmds']).some((command) =>
    codeForms.test(String(unwrapAs(command, 'AlterTableCmd')?.['subtype'])),
  );
}

function outputsOf(
  top: KindAndNode,
  inner: KindAndNode | undefined,
  draft: FactDraft,
): StatementFacts['outputs'] {
  switch (top.kind) {
    case 'ExplainStmt':
    case 'CreateTableAsStmt':
      return undefined;
    default: {
      if (draft.hasSelectInto) return undefined;
      const statement = inner ?? top;
      return outputFacts(statement.kind, statement.node);
    }
  }
}

function referenceOf(top: KindAndNode, inner: KindAndNode | undefined): string | undefined {
  switch (top.kind) {
    case 'PrepareStmt':
    case 'ExecuteStmt':
    case 'DeallocateStmt':
      return textOf(top.node['name']);
    case 'DeclareCursorStmt':
    case 'FetchStmt':
    case 'ClosePortalStmt':
      return textOf(top.node['portalname']);
    default:
      return inner === undefined || inner.kind === top.kind ? undefined : referenceOf(inner, undefined);
  }
}
