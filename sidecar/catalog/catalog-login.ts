import type { Duplex } from 'node:stream';
import type { CatalogSnapshot, CatalogStore } from 'wiremask';
import { MessageFramer } from 'wiremask/postgres';
import { connectUpstream } from '../listener/upstream-socket.ts';
import type { CatalogLogin, Upstream } from '../sidecar-types.ts';

const timeoutMs = 30_000;

/** What a reading came to; without a snapshot the server would not give it. */
export interface LoadedCatalog {
  readonly snapshot: CatalogSnapshot | undefined;
  readonly fingerprint: string;
}

/**
 * Reads the catalog over a connection of its own: `pg` logs in, then its socket is taken over.
 *
 * @throws When the server cannot be reached, refuses the log-in, or takes too long.
 */
export async function loadCatalog(
  upstream: Upstream,
  login: CatalogLogin & { readonly database: string },
  store: CatalogStore,
): Promise<LoadedCatalog> {
  // Loaded by whoever configured a log-in: it is 5 MB that others do without.
  const { Client } = await import('pg').then((module) => module.default);
  const { socket } = await connectUpstream(upstream, 'postgresql', AbortSignal.timeout(timeoutMs));
  const client = new Client({
    user: login.user,
    password: login.password,
    database: login.database,
    // Already connected, with TLS where it is configured.
    stream: () => connected(socket),
    ssl: false,
    application_name: 'wiremask',
    connectionTimeoutMillis: timeoutMs,
  });
  client.on('error', () => socket.destroy());
  try {
    await client.connect();
    return await converse(socket, store);
  } finally {
    socket.destroy();
  }
}

// `pg` calls connect() on its stream and waits for the event.
function connected(socket: Duplex): Duplex {
  return Object.assign(socket, {
    connect: () => {
      process.nextTick(() => socket.emit('connect'));
      return socket;
    },
  });
}

function converse(socket: Duplex, store: CatalogStore): Promise<LoadedCatalog> {
  socket.removeAllListeners('data');
  const reader = store.createReader();
  const framer = new MessageFramer();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('reading the catalog took too long')), timeoutMs);
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      end();
    };
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const { type, body } of framer.push(chunk)) {
          const next = reader.take(type, body);
          if (next) socket.write(next);
        }
        if (reader.isDone)
          settle(() => resolve({ snapshot: reader.snapshot, fingerprint: reader.fingerprint() }));
      } catch (error) {
        settle(() => reject(error as Error));
      }
    });
    socket.on('close', () => settle(() => reject(new Error('the server closed the catalog connection'))));
    socket.write(reader.start());
  });
}
