import { chmod, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Address } from '../sidecar-types.ts';
import type { Connection } from './connection.ts';
import type { ConnectionContext } from './connection-context.ts';
import { ConnectionError } from './connection-error.ts';
import { type ListenerProtocol, protocolOf } from './listener-protocol.ts';

const tooManyConnections = '53300';

/** How long a client that is refused may take to hear of it. */
const lingerTimeoutMs = 1_000;

/** A bound address that accepts client connections. */
export class Listener {
  readonly name: string;
  readonly #context: ConnectionContext;
  readonly #protocol: ListenerProtocol;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  #nextId = 1;
  #whenEmpty: (() => void) | undefined;

  constructor(context: ConnectionContext) {
    this.name = context.config.name;
    this.#context = context;
    this.#protocol = protocolOf(context);
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (socket) =>
      this.#accept(socket),
    );
  }

  /** Binds. @returns The bound address: `127.0.0.1:6432`, or the path of a unix socket. */
  async listen(): Promise<string> {
    const { address } = this.#context.config;
    if (address.kind === 'unix') await removeDeadSocket(address.path);
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(target(address), () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    this.#server.on('error', (error) => {
      this.#context.log.error('accept-failed', { listener: this.name, error });
    });
    // Whoever can connect can log in as far as the server lets them; that is for the owner to widen.
    if (address.kind === 'unix') await chmod(address.path, 0o600);
    const bound = this.#server.address();
    if (bound === null || typeof bound === 'string') return bound ?? '';
    return bound.family === 'IPv6' ? `[${bound.address}]:${bound.port}` : `${bound.address}:${bound.port}`;
  }

  /** Stops accepting, waits for connections to end up to `drainTimeoutMs`, then closes them. */
  async close(drainTimeoutMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    if (drainTimeoutMs > 0) for (const connection of this.#connections) connection.drain();
    if (this.#connections.size > 0 && drainTimeoutMs > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, drainTimeoutMs);
        this.#whenEmpty = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    for (const connection of this.#connections) connection.destroy();
    this.#protocol.close();
    await closed;
  }

  // A client that has something unread on its way would lose the answer if the socket closed at once.
  #tell(socket: Socket, answer: Uint8Array): void {
    const destroy = (): void => void socket.destroy();
    const timer = setTimeout(destroy, lingerTimeoutMs);
    socket.on('error', destroy).on('end', destroy);
    socket.on('close', () => clearTimeout(timer));
    socket.end(answer);
    socket.resume();
  }

  #accept(socket: Socket): void {
    const { config, limits, metrics, log } = this.#context;
    const id = this.#nextId++;
    if (this.#connections.size >= limits.connectionsMax) {
      metrics.error('CONNECTIONS_MAX');
      log.warn('too-many-connections', { listener: config.name, connection: id, max: limits.connectionsMax });
      const error = new ConnectionError(
        'CONNECTIONS_MAX',
        tooManyConnections,
        `more than connectionsMax (${limits.connectionsMax}) connections`,
      );
      this.#tell(socket, this.#protocol.encodeError(error));
      return;
    }
    metrics.connectionOpened();
    const connection = this.#protocol.open(socket, id, () => {
      metrics.connectionClosed();
      this.#connections.delete(connection);
      if (this.#connections.size === 0) this.#whenEmpty?.();
    });
    this.#connections.add(connection);
    void connection.serve();
  }
}

function target(address: Address): { path: string } | { host: string; port: number } {
  return address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port };
}

// A socket file left by a process that died would keep the address; one that answers is in use.
async function removeDeadSocket(path: string): Promise<void> {
  const isAlive = await new Promise<boolean>((resolve) => {
    const probe = connect({ path });
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'));
  });
  if (!isAlive) await unlink(path);
}
