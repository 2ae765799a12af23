import { connect, isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type TLSSocket } from 'node:tls';
import { encodeSslRequest } from 'wiremask/postgres';
import type { SocketReads } from 'wiremask/stream';
import type { Address, Upstream, UpstreamTls } from '../sidecar-types.ts';
import { ConnectionError, systemCode } from './connection-error.ts';

// connection_failure and sqlclient_unable_to_establish_sqlconnection.
const connectionFailure = '08006';
const unableToConnect = '08001';

/** A connected socket to the server, and the address it really reached. */
export interface UpstreamSocket {
  readonly socket: Socket;
  readonly address: Address;
}

/**
 * Connects to a server, with TLS where it is asked for: directly, or after PostgreSQL's SSLRequest.
 *
 * @param reads - What a plaintext socket is to read with; only for who attaches it.
 * @throws {ConnectionError} Also when the server refuses TLS: there is no way back to plaintext.
 */
export async function connectUpstream(
  { address, tls }: Upstream,
  alpn: 'postgresql' | 'http/1.1',
  signal: AbortSignal,
  reads?: SocketReads,
): Promise<UpstreamSocket> {
  const socket = await connectSocket(address, signal, tls ? undefined : reads);
  const reached: Address =
    address.kind === 'unix' || socket.remoteAddress === undefined
      ? address
      : { kind: 'tcp', host: socket.remoteAddress, port: address.port };
  if (!tls) return { socket, address: reached };
  try {
    if (!tls.direct) await requestTls(socket, signal);
    return { socket: await secure(socket, tls, alpn, signal), address: reached };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function connectSocket(address: Address, signal: AbortSignal, reads?: SocketReads): Promise<Socket> {
  const target =
    address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port };
  const socket = connect({
    ...target,
    noDelay: true,
    keepAlive: true,
    ...(reads && { onread: reads.onread }),
  });
  return settle(socket, 'connect', signal, (error) => {
    const code = systemCode(error);
    return new ConnectionError(code, unableToConnect, `cannot reach the upstream server (${code})`);
  });
}

// One byte answers the request. Bytes after it were sent in plaintext by somebody in between, and
// would be taken as if they had come through TLS (CVE-2021-23222).
async function requestTls(socket: Socket, signal: AbortSignal): Promise<void> {
  socket.write(encodeSslRequest());
  const answer = await firstChunk(socket, signal);
  if (answer.length > 1) {
    throw new ConnectionError(
      'EARLY_DATA',
      connectionFailure,
      'the upstream server sent data before the TLS handshake',
    );
  }
  if (answer[0] !== 0x53) {
    throw new ConnectionError(
      'TLS_REFUSED',
      connectionFailure,
      'the upstream server refuses TLS, which is configured',
    );
  }
}

function firstChunk(socket: Socket, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const fail = (error?: Error): void => {
      release();
      const code = error ? systemCode(error) : 'ECONNRESET';
      reject(
        new ConnectionError(code, connectionFailure, `the upstream server closed the connection (${code})`),
      );
    };
    const take = (chunk: Buffer): void => {
      release();
      socket.pause();
      resolve(chunk);
    };
    const release = (): void => {
      socket.off('data', take).off('error', fail).off('end', fail);
      signal.removeEventListener('abort', abort);
    };
    const abort = (): void => fail();
    socket.on('data', take).on('error', fail).on('end', fail);
    signal.addEventListener('abort', abort);
  });
}

function secure(socket: Socket, tls: UpstreamTls, alpn: string, signal: AbortSignal): Promise<TLSSocket> {
  const secured = connectTls({
    socket,
    ...(tls.ca ? { ca: tls.ca } : {}),
    ...(isIP(tls.serverName) ? {} : { servername: tls.serverName }),
    rejectUnauthorized: tls.mode !== 'dangerously-no-verify',
    // verify-ca trusts whoever the authority has signed, by design of the mode.
    checkServerIdentity: (_, certificate) =>
      tls.mode === 'verify-full' ? checkServerIdentity(tls.serverName, certificate) : undefined,
    ...(tls.direct ? { ALPNProtocols: [alpn] } : {}),
    minVersion: 'TLSv1.2',
  });
  return settle(secured, 'secureConnect', signal, (error) => {
    const code = systemCode(error);
    return new ConnectionError(code, connectionFailure, `TLS to the upstream server failed (${code})`);
  });
}

function settle<S extends Socket>(
  socket: S,
  event: string,
  signal: AbortSignal,
  wrap: (error: unknown) => ConnectionError,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      release();
      socket.destroy();
      reject(wrap(error));
    };
    const done = (): void => {
      release();
      resolve(socket);
    };
    const closed = (): void => fail({ code: 'ECONNRESET' });
    const abort = (): void => fail({ code: 'ABORTED' });
    const release = (): void => {
      socket.off(event, done).off('error', fail).off('close', closed);
      signal.removeEventListener('abort', abort);
    };
    socket.on(event, done).on('error', fail).on('close', closed);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
}
