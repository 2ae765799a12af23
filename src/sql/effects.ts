import type { StatementEffect } from './statement-facts.ts';

const effectGroups: Readonly<Partial<Record<StatementEffect, string>>> = {
  read: 'SelectStmt',
  write: 'InsertStmt UpdateStmt DeleteStmt MergeStmt TruncateStmt',
  'create-from-query': 'CreateTableAsStmt',
  define:
    'AlterCollationStmt AlterDatabaseRefreshCollStmt AlterDatabaseSetStmt AlterDatabaseStmt ' +
    'AlterDefaultPrivilegesStmt AlterDomainStmt AlterEnumStmt AlterObjectDependsStmt AlterObjectSchemaStmt ' +
    'AlterOwnerStmt AlterRoleSetStmt AlterRoleStmt AlterSeqStmt AlterStatsStmt AlterTableMoveAllStmt ' +
    'AlterTableSpaceOptionsStmt AlterTableStmt AlterTSConfigurationStmt AlterTSDictionaryStmt CommentStmt ' +
    'CompositeTypeStmt CreateDomainStmt CreateEnumStmt CreateRoleStmt CreateSchemaStmt CreateSeqStmt ' +
    'CreateStatsStmt CreateStmt CreateTableSpaceStmt CreatedbStmt DropOwnedStmt DropRoleStmt DropStmt ' +
    'DropTableSpaceStmt DropdbStmt GrantRoleStmt GrantStmt IndexStmt ReassignOwnedStmt RenameStmt ' +
    'SecLabelStmt ViewStmt',
  'define-code':
    'AlterEventTrigStmt AlterExtensionContentsStmt AlterExtensionStmt AlterFdwStmt AlterForeignServerStmt ' +
    'AlterFunctionStmt AlterOpFamilyStmt AlterOperatorStmt AlterPolicyStmt AlterPublicationStmt ' +
    'AlterSubscriptionStmt AlterTypeStmt AlterUserMappingStmt CreateAmStmt CreateCastStmt ' +
    'CreateConversionStmt CreateEventTrigStmt CreateExtensionStmt CreateFdwStmt CreateForeignServerStmt ' +
    'CreateForeignTableStmt CreateFunctionStmt CreateOpClassStmt CreateOpFamilyStmt CreatePLangStmt ' +
    'CreatePolicyStmt CreatePublicationStmt CreateRangeStmt CreateSubscriptionStmt CreateTransformStmt ' +
    'CreateTrigStmt CreateUserMappingStmt DefineStmt DropSubscriptionStmt DropUserMappingStmt ' +
    'ImportForeignSchemaStmt RuleStmt',
  opaque: 'AlterSystemStmt CallStmt DoStmt LoadStmt PLAssignStmt ReturnStmt',
  session:
    'CheckPointStmt ClusterStmt ConstraintsSetStmt DiscardStmt ListenStmt LockStmt NotifyStmt ' +
    'RefreshMatViewStmt ReindexStmt UnlistenStmt VacuumStmt VariableSetStmt VariableShowStmt',
  transaction: 'TransactionStmt',
  explain: 'ExplainStmt',
  prepare: 'PrepareStmt',
  execute: 'ExecuteStmt',
  deallocate: 'DeallocateStmt',
  'declare-cursor': 'DeclareCursorStmt',
  fetch: 'FetchStmt',
  'close-cursor': 'ClosePortalStmt',
  // Which of the three, the options of the statement say.
  'copy-out': 'CopyStmt',
};

/**
 * Effect of every statement node of PostgreSQL 18's grammar.
 * https://www.postgresql.org/docs/18/sql-commands.html
 */
export const statementEffects: ReadonlyMap<string, StatementEffect> = new Map(
  Object.entries(effectGroups).flatMap(([effect, kinds]) =>
    kinds.split(' ').map((kind): [string, StatementEffect] => [kind, effect as StatementEffect]),
  ),
);

/** @returns The effect of a statement node by its kind alone. Fails closed: an unknown kind is 'opaque'. */
export function effectOfKind(kind: string): StatementEffect {
  return statementEffects.get(kind) ?? 'opaque';
}

// Objects that hold code or decide which code runs: to rename, move or drop one changes what others run.
const codeObjects: ReadonlySet<string> = new Set(
  (
    'OBJECT_ACCESS_METHOD OBJECT_AGGREGATE OBJECT_AMOP OBJECT_AMPROC OBJECT_CAST OBJECT_CONVERSION ' +
    'OBJECT_EVENT_TRIGGER OBJECT_EXTENSION OBJECT_FDW OBJECT_FOREIGN_SERVER OBJECT_FUNCTION ' +
    'OBJECT_LANGUAGE OBJECT_OPCLASS OBJECT_OPERATOR OBJECT_OPFAMILY OBJECT_POLICY OBJECT_PROCEDURE ' +
    'OBJECT_PUBLICATION OBJECT_PUBLICATION_NAMESPACE OBJECT_PUBLICATION_REL OBJECT_ROUTINE OBJECT_RULE ' +
    'OBJECT_SUBSCRIPTION OBJECT_TRANSFORM OBJECT_TRIGGER OBJECT_USER_MAPPING'
  ).split(' '),
);

/** @returns Whether DROP, ALTER ... RENAME, OWNER, SCHEMA or DEPENDS is about an object that holds code. */
export function isCodeObject(objectType: unknown): boolean {
  return typeof objectType === 'string' && codeObjects.has(objectType);
}

/** Statements whose expressions are stored and run later: an unknown function in them is code of its own. */
export const storesExpressions: ReadonlySet<string> = new Set([
  'AlterDomainStmt',
  'AlterTableStmt',
  'CreateDomainStmt',
  'CreateSchemaStmt',
  'CreateStatsStmt',
  'CreateStmt',
  'IndexStmt',
]);
