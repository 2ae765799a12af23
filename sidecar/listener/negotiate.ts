import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { parseStartupPacket, type StartupPacket, startupPacketLength } from 'wiremask/postgres';
import type { ListenerTls } from '../sidecar-types.ts';
import { ConnectionError, systemCode } from './connection-error.ts';

// First byte of a TLS record that holds a ClientHello: direct TLS, without an SSLRequest before it.
const tlsHandshakeByte = 0x16;
const protocolViolation = '08P01';
const invalidAuthorization = '28000';

const contexts = new WeakMap<ListenerTls, SecureContext>();

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
      current = await endTls(current, tls, true);
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
      current = await endTls(current, tls, false);
      isEncrypted = true;
    } else {
      current.write('N');
    }
  }
}

function nextChunk(socket: Socket): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      release();
      socket.pause();
      resolve(chunk);
    };
    const end = (): void => {
      release();
      resolve(undefined);
    };
    const fail = (error: Error): void => {
      release();
      reject(new ConnectionError(systemCode(error), '08006', 'the client closed the connection'));
    };
    const release = (): void => {
      socket.off('data', take).off('end', end).off('close', end).off('error', fail);
    };
    socket.on('data', take).on('end', end).on('close', end).on('error', fail);
    socket.resume();
  });
}

function endTls(socket: Socket, tls: ListenerTls, isDirect: boolean): Promise<Socket> {
  let secureContext = contexts.get(tls);
  if (!secureContext) {
    secureContext = createSecureContext({ cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' });
    contexts.set(tls, secureContext);
  }
  const secured = new TLSSocket(socket, {
    isServer: true,
    secureContext,
    // Required for direct TLS, offered by libpq in both: the client must mean PostgreSQL.
    ALPNProtocols: ['postgresql'],
  });
  return new Promise((resolve, reject) => {
    const fail = (error?: Error): void => {
      release();
      secured.destroy();
      const code = error ? systemCode(error) : 'ECONNRESET';
      reject(new ConnectionError(code, protocolViolation, `TLS handshake failed (${code})`));
    };
    const done = (): void => {
      release();
      if (isDirect && secured.alpnProtocol !== 'postgresql') {
        fail();
        return;
      }
      secured.pause();
      resolve(secured);
    };
    const closed = (): void => fail();
    const release = (): void => {
      secured.off('secure', done).off('error', fail).off('close', closed);
    };
    secured.on('secure', done).on('error', fail).on('close', closed);
  });
}
