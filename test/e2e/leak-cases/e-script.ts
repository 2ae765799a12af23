import assert from 'node:assert/strict';
import type { ProtocolCase } from '../../support/leak-case.ts';
import { type BackendMessage, message, type RawClient } from '../../support/raw-client.ts';

/** Three rows with a protected text and a protected number. */
export const ROWS = 'SELECT id, ssn, sal FROM u ORDER BY id';

/** A conversation as a case; expected to work, masked, unless `options` say otherwise. */
export function script(
  name: string,
  run: ProtocolCase['run'],
  options: Partial<ProtocolCase> = {},
): ProtocolCase {
  return { kind: 'protocol', name, expects: 'masked', run, ...options };
}

/** The type bytes of messages, in order, without ParameterStatus, whose place depends on the server. */
export function typesOf(messages: readonly BackendMessage[]): string {
  return messages
    .map(({ type }) => type)
    .filter((type) => type !== 'S')
    .join('');
}

/** Sends everything at once and expects messages of these types back. `s` is PortalSuspended. */
export async function exchange(client: RawClient, types: string, ...parts: readonly Buffer[]): Promise<void> {
  client.send(...parts);
  assert.equal(typesOf(await client.untilReady(types.split('Z').length - 1)), types);
}

/** The case that one exchange makes. */
export function exchanging(name: string, types: string, ...parts: readonly Buffer[]): ProtocolCase {
  return script(name, async (client) => await exchange(client, types, ...parts));
}

/** A conversation that starts before the log-in. */
export function unlogged(
  name: string,
  run: ProtocolCase['run'],
  options: Partial<ProtocolCase> = {},
): ProtocolCase {
  return script(name, run, { isLoggedIn: false, ...options });
}

/** Reads the three rows by a simple query. */
export const rowsQuery: Buffer = message.query(ROWS);
