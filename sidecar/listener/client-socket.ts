import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { ListenerTls } from '../sidecar-types.ts';
import { ConnectionError, systemCode } from './connection-error.ts';

/** First byte of a TLS record that holds a ClientHello. */
export const tlsHandshakeByte = 0x16;

const protocolViolation = '08P01';

const contexts = new WeakMap<ListenerTls, SecureContext>();

/**
 * @returns The next bytes of a paused socket, which is then paused again; `undefined` at its end.
 * @throws {ConnectionError}
 */
export function nextChunk(socket: Socket): Promise<Buffer | undefined> {
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

/** What both sides of TLS agree to speak inside. */
export interface TlsProtocol {
  /** The one protocol offered (RFC 7301). */
  readonly alpn: string;
  /** Whether a client that names none is refused. */
  readonly isAlpnRequired: boolean;
}

/** Ends a client's TLS. @returns The socket inside, paused. @throws {ConnectionError} */
export function endTls(socket: Socket, tls: ListenerTls, protocol: TlsProtocol): Promise<Socket> {
  let secureContext = contexts.get(tls);
  if (!secureContext) {
    secureContext = createSecureContext({ cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' });
    contexts.set(tls, secureContext);
  }
  const secured = new TLSSocket(socket, {
    isServer: true,
    secureContext,
    // Offered by libpq in every case; required for direct TLS: the client must mean PostgreSQL.
    ALPNProtocols: [protocol.alpn],
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
      if (protocol.isAlpnRequired && secured.alpnProtocol !== protocol.alpn) {
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
