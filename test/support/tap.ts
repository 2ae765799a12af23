import { connect, createServer, type Socket } from 'node:net';

/** What went over one connection, both ways. */
export class TapConnection {
  private readonly toServerChunks: Buffer[] = [];
  private readonly toClientChunks: Buffer[] = [];
  isOpen = true;

  /** @internal */
  record(direction: 'toServer' | 'toClient', chunk: Buffer): void {
    (direction === 'toServer' ? this.toServerChunks : this.toClientChunks).push(chunk);
  }

  /** Everything the client sent so far. */
  get toServer(): Buffer {
    return Buffer.concat(this.toServerChunks);
  }

  /** Everything the client was sent so far. */
  get toClient(): Buffer {
    return Buffer.concat(this.toClientChunks);
  }
}

/** A TCP relay that keeps every byte. */
export interface Tap {
  readonly port: number;
  /** In the order they were accepted, since the start or the last `reset`. */
  readonly connections: readonly TapConnection[];
  /** Everything sent to all clients since the last `reset`. */
  toClients(): Buffer;
  /** Forgets what was recorded; open connections are recorded anew from here. */
  reset(): void;
  /** Cuts every connection. */
  disconnectAll(): void;
  /** Waits until every connection has ended. */
  untilQuiet(timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

const QUIET_TIMEOUT_MS = 5_000;

/** Starts a relay to a port on this machine. */
export async function startTap(options: { readonly port: number }): Promise<Tap> {
  let connections: TapConnection[] = [];
  const sockets = new Set<Socket>();
  let generation = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = connect({ host: '127.0.0.1', port: options.port, allowHalfOpen: true, noDelay: true });
    let current = { generation, connection: new TapConnection() };
    connections.push(current.connection);
    const record = (direction: 'toServer' | 'toClient', chunk: Buffer): void => {
      if (current.generation !== generation) {
        current = { generation, connection: new TapConnection() };
        connections.push(current.connection);
      }
      current.connection.record(direction, chunk);
    };
    client.on('data', (chunk: Buffer) => record('toServer', chunk));
    upstream.on('data', (chunk: Buffer) => record('toClient', chunk));
    client.pipe(upstream);
    upstream.pipe(client);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      // A reset on one side must be seen on the other: `close` follows `error`.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        current.connection.isOpen = false;
        if (!other.destroyed) other.destroySoon();
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    get connections() {
      return connections;
    },
    toClients: () => Buffer.concat(connections.map((connection) => connection.toClient)),
    reset: () => {
      connections = [];
      generation++;
    },
    disconnectAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    untilQuiet: async (timeoutMs = QUIET_TIMEOUT_MS) => {
      for (const start = Date.now(); sockets.size > 0; ) {
        if (Date.now() - start > timeoutMs)
          throw new Error(`${sockets.size} sockets open after ${timeoutMs} ms`);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
