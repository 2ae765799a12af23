import { createHash } from 'node:crypto';
import { backendMessages } from './raw-client.ts';
import type { TapConnection } from './tap.ts';

/** Both directions of one connection from the end of its log-in on. */
export interface PlainStreams {
  readonly toServer: Buffer;
  readonly toClient: Buffer;
}

const SSL_REQUEST = 80_877_103;
const GSS_ENC_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;
const PASSWORD_MESSAGE = 0x70;

/**
 * Leaves out what may differ by right on the two sides of a proxy: negotiation, log-in, and everything up to
 * the first ReadyForQuery.
 *
 * @returns `undefined` for a cancel request, and for a connection that never got through its log-in.
 */
export function afterLogin(connection: TapConnection): PlainStreams | undefined {
  const { toServer, toClient } = connection;
  const sent = endOfLogin(toServer);
  const received = endOfFirstReady(toClient);
  if (sent === undefined || received === undefined) return undefined;
  return { toServer: toServer.subarray(sent), toClient: toClient.subarray(received) };
}

/** A short name for the content of streams, to compare many connections without an order. */
export function fingerprint({ toServer, toClient }: PlainStreams): string {
  const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  return `to server ${toServer.length} bytes ${hash(toServer)}, to client ${toClient.length} bytes ${hash(toClient)}`;
}

function endOfLogin(bytes: Buffer): number | undefined {
  let at = 0;
  for (;;) {
    if (bytes.length < at + 8) return undefined;
    const code = bytes.readInt32BE(at + 4);
    if (code === CANCEL_REQUEST) return undefined;
    at += bytes.readInt32BE(at);
    if (code !== SSL_REQUEST && code !== GSS_ENC_REQUEST) break;
  }
  while (bytes[at] === PASSWORD_MESSAGE) at += 1 + bytes.readInt32BE(at + 1);
  return at;
}

function endOfFirstReady(bytes: Buffer): number | undefined {
  let at = 0;
  // Answers to requests for encryption are single bytes; a message has a length that starts with zero.
  while (at + 1 < bytes.length && bytes[at + 1] !== 0) at++;
  for (const { type, body } of backendMessages(bytes.subarray(at))) {
    at += 5 + body.length;
    if (type === 'Z') return at;
  }
  return undefined;
}
