import type { ProtocolContext, StatementCase } from '../../support/leak-case.ts';
import { type BackendMessage, dataRowCells, message, RawClient } from '../../support/raw-client.ts';

/** A view on unprotected columns, and a table to copy into. */
const CLEAN_SETUP: readonly string[] = [
  'CREATE VIEW cv AS SELECT id, note FROM orders',
  'CREATE TABLE notes (id int, body text)',
];

/**
 * A database of its own has a catalog that was read after the set-up: in a shared one, the view would be a
 * relation nobody knows, and masked for that reason.
 */
export const WITH_CLEAN_VIEW: {
  readonly expects: 'either';
  readonly setup: readonly string[];
  readonly ownDatabase: true;
} = { expects: 'either', setup: CLEAN_SETUP, ownDatabase: true };

/** Makes of the clean view one that computes the protected column. */
export const REPLACE_BY_PROTECTED = "CREATE OR REPLACE VIEW cv AS SELECT id, ssn || '' AS note FROM u";

/** Makes the view clean again. */
export const REPLACE_BY_CLEAN = 'CREATE OR REPLACE VIEW cv AS SELECT id, note FROM orders';

/** What the tests with two names read: computed from the protected column, and from another one. */
export const PROTECTED_TEXT = "SELECT ssn || '' FROM u";
export const CLEAN_TEXT = "SELECT note || '' FROM orders";

const QUERY_TYPE = 0x51;
const SYNC_TYPE = 0x53;

/**
 * Sends each group at once and waits for its answers before the next one: a text is a Query of its own. The
 * end of the connection ends the waiting.
 *
 * @returns What came for all groups.
 */
export async function inTurn(
  client: RawClient,
  ...groups: readonly (string | readonly Buffer[])[]
): Promise<readonly BackendMessage[]> {
  const all: BackendMessage[] = [];
  for (const group of groups) {
    const parts = typeof group === 'string' ? [message.query(group)] : group;
    const readies = parts.filter((part) => part[0] === QUERY_TYPE || part[0] === SYNC_TYPE).length;
    client.send(...parts);
    all.push(...(await client.untilReady(readies)));
  }
  return all;
}

/** One more connection, to the database of the case. */
export async function loginBeside({ port, database }: ProtocolContext): Promise<RawClient> {
  return await RawClient.login(port, { parameters: { database } });
}

/** The cells of all rows, as text; NULL stays. */
export function cellTexts(messages: readonly BackendMessage[]): readonly (string | null)[] {
  return messages
    .filter(({ type }) => type === 'D')
    .flatMap(({ body }) => dataRowCells(body))
    .map((cell) => cell?.toString() ?? null);
}

/** SQL of which a statement may be refused, after the clean view and the table were made. */
export function replacing(name: string, ...statements: readonly string[]): StatementCase {
  return { name, statements, ...WITH_CLEAN_VIEW };
}
