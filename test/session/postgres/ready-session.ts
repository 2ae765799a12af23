import type { Output } from '../../../src/session/masking-session.ts';
import type { PostgresSession } from '../../../src/session/postgres/session.ts';
import { startup } from '../../support/conversation.ts';
import { answer } from '../../support/scripted-values.ts';
import type { OpenOptions, SessionFactory } from '../../support/session.ts';
import { escaped } from '../../support/show-bytes.ts';

/** What a server says when it asks for no password. */
export const loginAnswer: Buffer = Buffer.concat([
  answer.authenticationOk(),
  answer.parameterStatus('client_encoding', 'UTF8'),
  answer.backendKeyData(4711, 0x01020304),
  answer.readyForQuery(),
]);

/** A session whose log-in is over. */
export function openReady(factory: SessionFactory, options: OpenOptions = {}): PostgresSession {
  const session = factory.open(options);
  session.fromDownstream(startup);
  session.fromUpstream(loginAnswer);
  return session;
}

/** Bytes for the client as text. */
export function shownDown(output: Output): string {
  return escaped(Buffer.concat(output.toDownstream));
}

/** Bytes for the server as text. */
export function shownUp(output: Output): string {
  return escaped(Buffer.concat(output.toUpstream));
}

/** The whole of an error of ours that ends the connection, as text. */
export function fatalText(sqlstate: string, message: string, code: string): string {
  const fields = ['SFATAL', 'VFATAL', `C${sqlstate}`, `Mwiremask: ${message}`, `D${code}`];
  const body = Buffer.from(fields.map((field) => `${field}\0`).join('') + '\0');
  const header = Buffer.from([0x45, 0, 0, (body.length + 4) >> 8, (body.length + 4) & 0xff]);
  return escaped(Buffer.concat([header, body]));
}
