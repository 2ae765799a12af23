import { UnsupportedError, type WiremaskError, type WiremaskErrorCode } from '../../errors.ts';
import type { MaskingPolicy } from '../../policy/masking-policy.ts';
import { isBuiltinOperator } from '../../sql/builtin-names.ts';
import { isHarmlessFunction, isStateSink } from '../../sql/harmless-functions.ts';
import type { QualifiedName, StatementFacts, StatementText } from '../../sql/statement-facts.ts';
import type { Catalog } from './catalog/catalog-store.ts';
import type { Refusal } from './expectations.ts';

/**
 * Whether a statement may see protected values, by its text and the catalog. Computed columns, error
 * texts and notices of a statement that touches are masked; of one that does not, they are scanned.
 *
 * @param catalog - `undefined` while nobody knows the database: every relation then counts.
 */
export function touchesProtected(facts: StatementFacts, catalog: Catalog | undefined): boolean {
  if (facts.functions.some((name) => !isKnownHarmless(name, catalog))) return true;
  // u.f is f(u): a function on the whole row that looks like a column.
  if (catalog && [...facts.columnNames].some((name) => catalog.snapshot.userFunctions.has(name))) return true;
  if (facts.operators.some((name) => !isHarmlessOperator(name, catalog))) return true;
  const isWrite = facts.targets.length > 0;
  return facts.relations.some((name) => !catalog || catalog.protections.touches(name, isWrite));
}

/**
 * Decides whether a statement may go to the server, before it does.
 *
 * @returns Why it is refused, or `undefined` to forward it.
 */
export function refusalOf(
  text: StatementText,
  policy: MaskingPolicy,
  catalog: Catalog | undefined,
): Refusal | undefined {
  if (!text.isReadable) return policy.forwardsUnreadableStatements ? undefined : unreadable(text);
  for (const facts of text.statements) {
    const error = refusalOfOne(facts, policy, catalog);
    if (error) return { error };
  }
  return undefined;
}

function refusalOfOne(
  facts: StatementFacts,
  policy: MaskingPolicy,
  catalog: Catalog | undefined,
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
  if (policy.allowsCopiesOfProtectedColumns || !touchesProtected(facts, catalog)) return undefined;
  if (facts.functions.some(isStateSink)) {
    return refused(
      'WIREMASK_ERR_STATEMENT_COPIES_PROTECTED',
      'statement reads a protected relation and calls a function that stores its arguments',
    );
  }
  if (facts.targets.length > 0 && readsProtected(facts, catalog) && copiesProtected(facts, catalog)) {
    return refused(
      'WIREMASK_ERR_STATEMENT_COPIES_PROTECTED',
      'statement copies protected values to where no rule reaches them; name unprotected columns only',
    );
  }
  return undefined;
}

// A copy is a write whose sources mention a protected column, or may without naming it. Writing into
// protected columns only is no copy; a temporary relation is unknown to every catalog, so its
// columns stay masked.
function copiesProtected(facts: StatementFacts, catalog: Catalog | undefined): boolean {
  if (facts.isTemporaryTarget) return false;
  const { writeSources } = facts;
  const protectedNames = catalog?.protections.columnNames;
  const mentions =
    writeSources.hasHiddenColumns ||
    writeSources.functions.some((name) => !isKnownHarmless(name, catalog)) ||
    (protectedNames ? [...writeSources.columnNames].some((name) => protectedNames.has(name)) : true);
  if (!mentions || writeSources.isConstant) return false;
  const { targetColumns, targets } = facts;
  if (!targetColumns || !catalog) return true;
  const { protections } = catalog;
  return !targets.every((target) =>
    targetColumns.every((column) => protections.protectsColumn(target, column)),
  );
}

// A target counts as a source only if it is known to be protected: a new one holds nothing yet, and
// whatever was put into it has passed this same check.
function readsProtected(facts: StatementFacts, catalog: Catalog | undefined): boolean {
  if (!catalog) return true;
  if (facts.reference !== undefined) return true;
  const { protections } = catalog;
  const isTarget = (name: QualifiedName): boolean =>
    facts.targets.some((target) => target.name === name.name && target.schema === name.schema);
  return (
    facts.relations.some((name) =>
      isTarget(name)
        ? protections.isKnown(name) && protections.touches(name, false)
        : protections.touches(name, false),
    ) || facts.writeSources.functions.some((name) => !isKnownHarmless(name, catalog))
  );
}

function isKnownHarmless(name: QualifiedName, catalog: Catalog | undefined): boolean {
  const snapshot = catalog?.snapshot;
  if (snapshot?.userFunctions.has(name.name)) return name.schema === 'pg_catalog' && isHarmlessFunction(name);
  return isHarmlessFunction(name) || snapshot?.harmlessUserFunctions.has(name.name) === true;
}

function isHarmlessOperator(name: QualifiedName, catalog: Catalog | undefined): boolean {
  const snapshot = catalog?.snapshot;
  if (snapshot?.userOperators.has(name.name)) return name.schema === 'pg_catalog' && isBuiltinOperator(name);
  return isBuiltinOperator(name) || snapshot?.harmlessUserOperators.has(name.name) === true;
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
