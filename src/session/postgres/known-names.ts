import { isBuiltinOperator } from '../../sql/builtin-names.ts';
import { isHarmlessFunction, isWriteOnlySink } from '../../sql/harmless-functions.ts';
import type { QualifiedName, StatementFacts, StatementText } from '../../sql/statement-facts.ts';
import type { ViewJudgement } from './catalog/catalog-reader.ts';
import type { CatalogSnapshot } from './catalog/catalog-snapshot.ts';
import type { Catalog } from './catalog/catalog-store.ts';

/**
 * @returns Whether a call can only be one of a function that is known to be harmless. A function of the
 *   users' may share its name with a built-in one and take its place for some types of arguments.
 */
export function isKnownHarmless(
  name: QualifiedName,
  catalog: Pick<Catalog, 'snapshot'> | undefined,
): boolean {
  const snapshot = catalog?.snapshot;
  if (snapshot?.userFunctions.has(name.name)) return name.schema === 'pg_catalog' && isHarmlessFunction(name);
  return isHarmlessFunction(name) || snapshot?.harmlessUserFunctions.has(name.name) === true;
}

/** @returns Whether a call is one of a built-in function that stores its arguments and reads nothing. */
export function isKnownSink(name: QualifiedName, catalog: Catalog | undefined): boolean {
  if (name.schema !== 'pg_catalog' && catalog?.snapshot.userFunctions.has(name.name)) return false;
  return isWriteOnlySink(name);
}

/** @returns The same as `isKnownHarmless`, for an operator. */
export function isHarmlessOperator(
  name: QualifiedName,
  catalog: Pick<Catalog, 'snapshot'> | undefined,
): boolean {
  const snapshot = catalog?.snapshot;
  if (snapshot?.userOperators.has(name.name)) return name.schema === 'pg_catalog' && isBuiltinOperator(name);
  return isBuiltinOperator(name) || snapshot?.harmlessUserOperators.has(name.name) === true;
}

/** @returns Whether casts to any of these types, or from them, may run code of users. */
export function runsCodeOfTypes(types: readonly QualifiedName[], snapshot: CatalogSnapshot): boolean {
  const { codeTypeNames } = snapshot;
  return codeTypeNames.has('*') || types.some(({ name }) => codeTypeNames.has(name));
}

/**
 * @param reader - Reads the definitions.
 * @returns A judge for `CatalogStoreOptions.judgeView`: pg_depend does not say which built-in functions and
 *   system relations a view uses, its text does.
 */
export function createViewJudge(reader: {
  read(text: Uint8Array): StatementText;
}): (definition: Uint8Array, snapshot: CatalogSnapshot) => ViewJudgement {
  return (definition, snapshot) => {
    const text = reader.read(definition);
    const facts = text.isReadable ? text.statements[0] : undefined;
    // Fails closed: what cannot be read may show and count anything.
    if (!facts) return { isOpaque: true, rowColumns: new Set(['*']) };
    const { columnNames, hasHiddenColumns, isOneRelation, isComputed } = facts.rowSources;
    return {
      isOpaque: isOpaque(facts, snapshot),
      rowColumns: isOneRelation && !isComputed ? undefined : hasHiddenColumns ? new Set(['*']) : columnNames,
    };
  };
}

function isOpaque(
  { functions, operators, relations, types }: StatementFacts,
  snapshot: CatalogSnapshot,
): boolean {
  const sensitive = sensitiveNames(snapshot);
  return (
    functions.some((name) => !isKnownHarmless(resolved(name), { snapshot })) ||
    operators.some((name) => !isHarmlessOperator(resolved(name), { snapshot })) ||
    runsCodeOfTypes(types, snapshot) ||
    relations.some((name) => hidesValues(resolved(name), snapshot, sensitive))
  );
}

// The server leaves out the schema of what search_path finds, and that is pg_catalog alone.
function resolved({ schema, name }: QualifiedName): { readonly schema: string; readonly name: string } {
  return { schema: schema ?? 'pg_catalog', name };
}

const sensitiveBySnapshot = new WeakMap<CatalogSnapshot, ReadonlySet<string>>();

/** System relations with columns that hold other people's values. */
function sensitiveNames(snapshot: CatalogSnapshot): ReadonlySet<string> {
  let names = sensitiveBySnapshot.get(snapshot);
  if (!names) {
    names = new Set(
      [...snapshot.relations.values()]
        .filter(({ schema }) => isSystemSchema(schema))
        .map(({ schema, name }) => `${schema}.${name}`),
    );
    sensitiveBySnapshot.set(snapshot, names);
  }
  return names;
}

/** @returns Whether a schema is one of the server's own. */
export function isSystemSchema(schema: string | undefined): boolean {
  return schema === 'pg_catalog' || schema === 'pg_toast' || schema === 'information_schema';
}

function hidesValues(
  { schema, name }: { readonly schema: string; readonly name: string },
  snapshot: CatalogSnapshot,
  sensitive: ReadonlySet<string>,
): boolean {
  if (!isSystemSchema(schema)) return false;
  const key = `${schema}.${name}`;
  return sensitive.has(key) || !snapshot.systemRelations.has(key);
}
