import { UnsupportedError, type WiremaskError, type WiremaskErrorCode } from '../../errors.ts';
import type { MaskingPolicy } from '../../policy/masking-policy.ts';
import { isSequenceStep, isStateSink } from '../../sql/harmless-functions.ts';
import { isTemporarySchema } from '../../sql/relation-changes.ts';
import type { OutputFacts, QualifiedName, StatementFacts, StatementText } from '../../sql/statement-facts.ts';
import type { Catalog } from './catalog/catalog-store.ts';
import type { Refusal } from './expectations.ts';
import {
  isHarmlessOperator,
  isKnownHarmless,
  isKnownSink,
  isSystemSchema,
  runsCodeOfTypes,
} from './known-names.ts';

/** Names that mean a temporary relation of the connection, whatever the catalog says. */
export interface TemporaryNames {
  readonly names: ReadonlySet<string>;
  /** One was renamed or altered: its name may be any. */
  readonly isUncertain: boolean;
}

const changesCatalog: ReadonlySet<string> = new Set(['define', 'define-code', 'create-from-query', 'opaque']);

const noTemporaries: TemporaryNames = { names: new Set(), isUncertain: false };

/**
 * Whether a statement may see protected values, by its text and the catalog. Computed columns, error
 * texts and notices of a statement that touches are masked; of one that does not, they are scanned.
 *
 * @param catalog - `undefined` while nobody knows the database: every relation then counts.
 */
export function touchesProtected(facts: StatementFacts, catalog: Catalog | undefined): boolean {
  if (facts.isUtilityOverRelations) return true;
  if (facts.functions.some((name) => !isKnownHarmless(name, catalog) && !isKnownSink(name, catalog)))
    return true;
  if (catalog && runsCodeOfTypes(facts.types, catalog.snapshot)) return true;
  // u.f is f(u): a function on the whole row that looks like a column.
  if (catalog && [...facts.columnNames].some((name) => catalog.snapshot.userFunctions.has(name))) return true;
  if (facts.operators.some((name) => !isHarmlessOperator(name, catalog))) return true;
  const isWrite = facts.targets.length > 0 || facts.effect === 'define';
  return facts.relations.some((name) => !catalog || catalog.protections.touches(name, isWrite));
}

/**
 * @param mayCreateTemporary - `search_path` may have been set so that an unqualified CREATE lands in pg_temp:
 *   see `mayPutTemporariesFirst`.
 * @returns Names that may mean a temporary relation once this statement has run.
 */
export function temporaryNamesOf(facts: StatementFacts, mayCreateTemporary: boolean): readonly string[] {
  const isTemporary = ({ schema }: QualifiedName): boolean =>
    facts.isTemporaryTarget || isTemporarySchema(schema) || (schema === undefined && mayCreateTemporary);
  return [...facts.createdRelations.filter(isTemporary), ...facts.temporaryTargets].map(({ name }) => name);
}

/** @returns Whether the statement may set `search_path` so that unqualified names are made in pg_temp. */
export function mayPutTemporariesFirst(facts: StatementFacts): boolean {
  return facts.settings.some(
    ({ name, value, isKnown }) =>
      (name === 'search_path' || name === '') && (!isKnown || /pg_temp/i.test(value ?? '')),
  );
}

/**
 * @param facts - Facts of the statement the output belongs to.
 * @returns Whether an output column of a statement that touches protected relations surely holds nothing
 *   of them: no column and no code of users is in it, and it cannot count rows that a value has made.
 */
export function isFreeOutput(
  output: OutputFacts,
  facts: StatementFacts,
  catalog: Catalog | undefined,
): boolean {
  if (!output.isFreeOfColumns) return false;
  // Nobody knows which functions and operators users have made.
  if (!catalog) return output.functions.length === 0 && output.operators.length === 0;
  if (output.functions.some((name) => !isKnownHarmless(name, catalog))) return false;
  if (output.operators.some((name) => !isHarmlessOperator(name, catalog))) return false;
  // Fails closed: any function may be an aggregate, or tell of a sequence.
  return output.functions.length === 0 || !countsProtected(facts, catalog);
}

/** Whether the number of rows may tell a protected value. */
function countsProtected(facts: StatementFacts, catalog: Catalog | undefined): boolean {
  // A view nobody has read, a temporary one for instance, may have as many rows as a value says.
  const mayCount = (name: QualifiedName): boolean =>
    isUnknown(name, facts, catalog, noTemporaries) || catalog?.protections.countsProtected(name) !== false;
  const isOnlyTarget = facts.writeSources.isConstant && facts.rowSources.isOneRelation;
  const isTarget = ({ schema, name }: QualifiedName): boolean =>
    facts.targets.some((target) => target.name === name && target.schema === schema);
  if (facts.relations.some((name) => !(isOnlyTarget && isTarget(name)) && mayCount(name))) return true;
  return !facts.rowSources.isOneRelation && rowsDependOnProtected(facts, catalog, noTemporaries);
}

function rowsDependOnProtected(
  facts: StatementFacts,
  catalog: Catalog | undefined,
  temporaries: TemporaryNames,
): boolean {
  const { columnNames, hasHiddenColumns } = facts.rowSources;
  if (hasHiddenColumns || mentionsProtected(columnNames, catalog)) return true;
  const isSource = ({ schema, name }: QualifiedName): boolean =>
    !facts.targets.some((target) => target.name === name && target.schema === schema);
  return (
    columnNames.size > 0 &&
    facts.relations.some((name) => isSource(name) && isUnknown(name, facts, catalog, temporaries))
  );
}

function mentionsProtected(columnNames: ReadonlySet<string>, catalog: Catalog | undefined): boolean {
  const protectedNames = catalog?.protections.columnNames;
  if (!protectedNames) return columnNames.size > 0;
  return [...columnNames].some((name) => protectedNames.has(name));
}

/** Whether nobody knows what the columns of a relation hold, whatever they are called. */
function isUnknown(
  name: QualifiedName,
  facts: StatementFacts,
  catalog: Catalog | undefined,
  temporaries: TemporaryNames,
): boolean {
  if (isTemporarySchema(name.schema) || !catalog) return true;
  if (!isSystemSchema(name.schema) && (temporaries.isUncertain || temporaries.names.has(name.name)))
    return true;
  const isCreated = facts.createdRelations.some(({ name: created }) => created === name.name);
  return !isCreated && !catalog.protections.isKnown(name);
}

/**
 * Decides whether a statement may go to the server, before it does.
 *
 * @param temporaries - Temporary relations of the connection.
 * @returns Why it is refused, or `undefined` to forward it.
 */
export function refusalOf(
  text: StatementText,
  policy: MaskingPolicy,
  catalog: Catalog | undefined,
  temporaries: TemporaryNames = noTemporaries,
): Refusal | undefined {
  if (!text.isReadable) return policy.forwardsUnreadableStatements ? undefined : unreadable(text);
  let known = catalog;
  const names = new Set(temporaries.names);
  let mayCreateTemporary = false;
  for (const facts of text.statements) {
    const error = refusalOfOne(facts, policy, known, { names, isUncertain: temporaries.isUncertain });
    if (error) return { error };
    // What comes after DDL in the same text runs in another database than the catalog knows.
    if (changesCatalog.has(facts.effect) && !facts.isTemporaryTarget) known = undefined;
    mayCreateTemporary ||= mayPutTemporariesFirst(facts);
    for (const name of temporaryNamesOf(facts, mayCreateTemporary)) names.add(name);
  }
  return undefined;
}

function refusalOfOne(
  facts: StatementFacts,
  policy: MaskingPolicy,
  catalog: Catalog | undefined,
  temporaries: TemporaryNames,
): WiremaskError | undefined {
  if (facts.effect === 'opaque' || facts.effect === 'define-code') {
    if (policy.allowsOpaqueStatements) return undefined;
    return refused(
      'WIREMASK_ERR_STATEMENT_OPAQUE',
      'statement runs or defines code that cannot be read; dangerouslyAllowOpaqueStatements lets it through',
    );
  }
  const encoding = facts.settings.find(({ name }) => name === 'client_encoding');
  if (encoding && (encoding.value === undefined || !isReadableEncoding(encoding.value))) {
    return refused('WIREMASK_ERR_UNSUPPORTED_ENCODING', 'client_encoding must be UTF8');
  }
  if (facts.effect === 'copy-server-side') {
    return refused('WIREMASK_ERR_STATEMENT_SERVER_FILE', 'COPY to or from a file or program on the server');
  }
  const stored = policy.allowsOpaqueStatements ? undefined : refusalOfStored(facts, catalog);
  if (stored || policy.allowsCopiesOfProtectedColumns) return stored;
  return refusalOfChild(facts, catalog, temporaries) ?? refusalOfCopies(facts, catalog, temporaries);
}

// What a view calls is not seen in the statements that read it; what pg_catalog holds is what the catalog
// is read from.
function refusalOfStored(facts: StatementFacts, catalog: Catalog | undefined): WiremaskError | undefined {
  const isForeign = (name: QualifiedName): boolean =>
    !isKnownHarmless(name, catalog) && catalog?.snapshot.userFunctions.has(name.name) !== true;
  if (facts.storesQuery && facts.functions.some(isForeign)) {
    return refused(
      'WIREMASK_ERR_STATEMENT_OPAQUE',
      'view calls a function that is not known to be harmless; dangerouslyAllowOpaqueStatements lets it through',
    );
  }
  if (facts.targets.some((name) => isSystemTarget(name, catalog))) {
    return refused(
      'WIREMASK_ERR_STATEMENT_OPAQUE',
      'statement writes to a relation of the system; dangerouslyAllowOpaqueStatements lets it through',
    );
  }
  return undefined;
}

function isSystemTarget(name: QualifiedName, catalog: Catalog | undefined): boolean {
  // Its rule calls set_config(), which is read as a setting.
  if (name.name === 'pg_settings') return false;
  if (isSystemSchema(name.schema)) return true;
  return name.schema === undefined && catalog?.protections.isSystemRelation(name) === true;
}

// Rows of a child come out of its parent, under the parent's columns.
function refusalOfChild(
  facts: StatementFacts,
  catalog: Catalog | undefined,
  temporaries: TemporaryNames,
): WiremaskError | undefined {
  const isTemporary = ({ schema, name }: QualifiedName): boolean =>
    isTemporarySchema(schema) || temporaries.isUncertain || temporaries.names.has(name);
  const isRefused = facts.children.some(({ child, parent }) => {
    if (isTemporarySchema(parent.schema)) return false;
    if (isTemporarySchema(child.schema)) return true;
    // INHERITS and PARTITION OF make the child; INHERIT and ATTACH take one with its rows.
    if (facts.createdRelations.length > 0) return false;
    return isTemporary(child) || (catalog !== undefined && !catalog.protections.isKnown(child));
  });
  if (!isRefused) return undefined;
  return refused(
    'WIREMASK_ERR_STATEMENT_COPIES_PROTECTED',
    'statement makes a relation nobody knows, or a temporary one, the child of another',
  );
}

function refusalOfCopies(
  facts: StatementFacts,
  catalog: Catalog | undefined,
  temporaries: TemporaryNames,
): WiremaskError | undefined {
  const touches =
    touchesProtected(facts, catalog) ||
    facts.relations.some((name) => isUnknown(name, facts, catalog, temporaries));
  if (!touches) return undefined;
  if (facts.functions.some(isStateSink) && readsAnything(facts, catalog, temporaries)) {
    return refused(
      'WIREMASK_ERR_STATEMENT_COPIES_PROTECTED',
      'statement reads a protected relation and calls a function that stores its arguments',
    );
  }
  // What a definition calls runs when somebody uses it; a view is checked for rows, since its readers name
  // nothing of them.
  const runs = facts.effect !== 'define';
  const dependsOnProtected = (): boolean => rowsDependOnProtected(facts, catalog, temporaries);
  if (
    runs &&
    facts.functions.some(isSequenceStep) &&
    (dependsOnProtected() || countsProtected(facts, catalog))
  ) {
    return refused(
      'WIREMASK_ERR_STATEMENT_COPIES_PROTECTED',
      'statement advances a sequence as often as protected values say',
    );
  }
  if ((runs || facts.storesQuery) && facts.rowSources.isComputed && dependsOnProtected()) {
    return refused(
      'WIREMASK_ERR_STATEMENT_COPIES_PROTECTED',
      'statement makes as many rows as a protected value says',
    );
  }
  if (facts.targets.length > 0 && copiesProtected(facts, catalog, temporaries)) {
    return refused(
      'WIREMASK_ERR_STATEMENT_COPIES_PROTECTED',
      'statement copies protected values to where no rule reaches them; name unprotected columns only' +
        ' (dangerouslyAllowCopiesOfProtectedColumns lets it through)',
    );
  }
  return undefined;
}

// A sink next to nothing but itself and a write of constants has nothing to store.
function readsAnything(
  facts: StatementFacts,
  catalog: Catalog | undefined,
  temporaries: TemporaryNames,
): boolean {
  const isWriteOfConstants =
    facts.targets.length > 0 && facts.writeSources.isConstant && facts.rowSources.isOneRelation;
  return !isWriteOfConstants || rowsDependOnProtected(facts, catalog, temporaries);
}

// A copy is a write whose sources mention a protected column, or may without naming it. Writing into
// columns that are replaced as a whole is no copy; a relation that is temporary by its own statement is
// unknown to every catalog, so its columns stay masked.
function copiesProtected(
  facts: StatementFacts,
  catalog: Catalog | undefined,
  temporaries: TemporaryNames,
): boolean {
  const { writeSources, targetColumns, temporaryTargets } = facts;
  const targets = facts.targets.filter(
    ({ schema, name }) => !temporaryTargets.some((other) => other.name === name && other.schema === schema),
  );
  if (targets.length === 0) return false;
  const callsUnknown = writeSources.functions.some(
    (name) => !isKnownHarmless(name, catalog) && !isKnownSink(name, catalog),
  );
  if (!callsUnknown) {
    if (writeSources.isConstant) return false;
    const comesFromUnknown = writeSources.relations.some((name) =>
      isUnknown(name, facts, catalog, temporaries),
    );
    const mentions =
      comesFromUnknown ||
      (readsProtected(facts, catalog) &&
        (writeSources.hasHiddenColumns || mentionsProtected(writeSources.columnNames, catalog)));
    if (!mentions) return false;
  }
  if (!targetColumns || !catalog) return true;
  const { protections } = catalog;
  const { assignments } = writeSources;
  if (assignments && !callsUnknown) {
    return assignments.some(
      ({ column, columnNames, hasHiddenColumns }) =>
        (hasHiddenColumns || mentionsProtected(columnNames, catalog)) &&
        !targets.every((target) => protections.hidesWhole(target, column)),
    );
  }
  return !targets.every((target) => targetColumns.every((column) => protections.hidesWhole(target, column)));
}

// A target counts as a source only if it is known to be protected: a new one holds nothing yet, and
// whatever was put into it has passed this same check.
function readsProtected(facts: StatementFacts, catalog: Catalog | undefined): boolean {
  if (!catalog) return true;
  if (facts.reference !== undefined) return true;
  const { protections } = catalog;
  const isTarget = (name: QualifiedName): boolean =>
    facts.targets.some((target) => target.name === name.name && target.schema === name.schema);
  return facts.relations.some((name) =>
    isTarget(name)
      ? protections.isKnown(name) && protections.touches(name, false)
      : protections.touches(name, false),
  );
}

function isReadableEncoding(name: string): boolean {
  return name === '' || /^(utf-?_?8|unicode|sql_?-?ascii|default)$/i.test(name);
}

function refused(code: WiremaskErrorCode, message: string): WiremaskError {
  return new UnsupportedError(code, message);
}

// A syntax error is told in the server's own words, since it is the server's own grammar that says so.
function unreadable(text: StatementText & { isReadable: false }): Refusal {
  switch (text.reason) {
    case 'size':
      return { error: refused('WIREMASK_ERR_STATEMENT_SIZE', 'statement is longer than statementSizeMax') };
    case 'syntax':
    case 'depth':
    case 'ambiguous':
    case 'encoding':
      return {
        error: refused('WIREMASK_ERR_STATEMENT_UNREADABLE', `statement cannot be read (${text.reason})`),
        nativeMessage: text.message,
        position: text.position,
      };
    default:
      return text.reason satisfies never;
  }
}
