import type { Socket } from 'node:net';
import { parseStartupPacket, type StartupPacket, startupPacketLength } from 'wiremask/postgres';
import type { ListenerTls } from '../sidecar-types.ts';
import { endTls, nextChunk, tlsHandshakeByte } from './client-socket.ts';
import { ConnectionError } from './connection-error.ts';

const protocolViolation = '08P01';
const invalidAuthorization = '28000';

/** The client's first real packet, and everything that stands around it. */
export interface Negotiated {
  /** The client's socket; a TLS socket where TLS was agreed on. Paused. */
  readonly socket: Socket;
  readonly isEncrypted: boolean;
  readonly packet: Extract<StartupPacket, { kind: 'startup' | 'cancel-request' }>;
  readonly packetBytes: Uint8Array;
  /** Bytes that came after the packet. */
  readonly rest: Uint8Array;
}

/**
 * Answers SSLRequest and GSSENCRequest, ends TLS where the listener has a certificate, and waits for
 * the StartupMessage or CancelRequest.
 *
 * @returns `undefined` when the client went away without a word.
 * @throws {ConnectionError | WireError | LimitError | UnsupportedError}
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL
 */
export async function negotiate(
  socket: Socket,
  tls: ListenerTls | undefined,
): Promise<Negotiated | undefined> {
  let current = socket;
  let isEncrypted = false;
  let bytes: Uint8Array = new Uint8Array(0);
  const answered = new Set<string>();
  for (;;) {
    const size = bytes[0] === tlsHandshakeByte && !isEncrypted ? undefined : startupPacketLength(bytes, 0);
    if (bytes[0] === tlsHandshakeByte && !isEncrypted) {
      if (!tls) throw new ConnectionError('TLS_UNCONFIGURED', protocolViolation, 'this listener has no TLS');
      current.unshift(bytes);
      current = await endTls(current, tls, { alpn: 'postgresql', isAlpnRequired: true });
      isEncrypted = true;
      bytes = new Uint8Array(0);
      continue;
    }
    if (size === undefined || bytes.length < size) {
      const chunk = await nextChunk(current);
      if (chunk === undefined) return undefined;
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      continue;
    }
    const packetBytes = bytes.subarray(0, size);
    const rest = bytes.subarray(size);
    const packet = parseStartupPacket(packetBytes);
    if (packet.kind === 'startup' || packet.kind === 'cancel-request') {
      if (packet.kind === 'startup' && tls?.required && !isEncrypted) {
        throw new ConnectionError('TLS_REQUIRED', invalidAuthorization, 'this listener requires TLS');
      }
      return { socket: current, isEncrypted, packet, packetBytes, rest };
    }
    // Once each, and nothing behind the request: bytes sent before the handshake would be taken as
    // if they had come through it (CVE-2021-23214).
    if (rest.length > 0 || answered.has(packet.kind) || isEncrypted) {
      throw new ConnectionError('EARLY_DATA', protocolViolation, `unexpected bytes around ${packet.kind}`);
    }
    answered.add(packet.kind);
    bytes = new Uint8Array(0);
    if (packet.kind === 'ssl-request' && tls) {
      current.write('S');
      current = await endTls(current, tls, { alpn: 'postgresql', isAlpnRequired: false });
      isEncrypted = true;
    } else {
      current.write('N');
    }
  }
}
