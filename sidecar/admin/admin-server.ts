import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import { formatAddress } from '../config/address.ts';
import type { Log } from '../log.ts';
import type { Address } from '../sidecar-types.ts';
import type { MetricsRegistry } from './metrics.ts';

/** Whether one listener can serve clients. */
export interface ListenerReadiness {
  readonly name: string;
  readonly isBound: boolean;
  /** `unknown` until the first attempt to connect; that does not count against readiness. */
  readonly upstream: 'reachable' | 'unreachable' | 'unknown';
}

/** Where the admin endpoint listens, and what it tells. */
export interface AdminServerOptions {
  readonly address: Address;
  readonly metrics: MetricsRegistry;
  /** Asked on every request to /readyz; an empty list means: not started yet, or stopping. */
  readonly readiness: () => readonly ListenerReadiness[];
  readonly log: Log;
}

/** A running admin endpoint. */
export interface AdminServer {
  /** Bound address: `127.0.0.1:9464` or a socket path. */
  readonly address: string;
  /** Stops at once. Idempotent. */
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly allow?: string;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const METHODS = 'GET, HEAD';

/**
 * Serves /healthz (the process lives), /readyz (clients can be served) and /metrics (Prometheus).
 * Bodies hold names, states and counts, never values.
 *
 * @throws The system error of `listen` when the address cannot be bound.
 */
export async function startAdminServer(options: AdminServerOptions): Promise<AdminServer> {
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) => {
    answer(request, options).then(
      (result) => send(request, response, result),
      (error: unknown) => {
        options.log.error('admin-request-failed', { error });
        send(request, response, json(500, { error: 'internal error' }));
      },
    );
  });
  // Scrapers come one by one; anything beyond this is not one.
  server.maxConnections = 32;
  await listen(server, options.address);
  // Masking does not depend on this endpoint: its troubles are reported, and the listeners go on.
  server.on('error', (error) => options.log.error('admin-failed', { error }));
  let closing: Promise<void> | undefined;
  return {
    address: boundAddress(server, options.address),
    close: () => {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closing;
    },
  };
}

async function answer(request: IncomingMessage, options: AdminServerOptions): Promise<Answer> {
  const path = (request.url ?? '/').split('?', 1)[0];
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  switch (path) {
    case '/healthz':
      return isRead ? json(200, { status: 'alive' }) : notAllowed();
    case '/readyz':
      return isRead ? readiness(options.readiness()) : notAllowed();
    case '/metrics': {
      if (!isRead) return notAllowed();
      const { contentType, body } = await options.metrics.expose();
      return { status: 200, contentType, body };
    }
    default:
      return json(404, { error: 'not found', paths: ['/healthz', '/readyz', '/metrics'] });
  }
}

function readiness(listeners: readonly ListenerReadiness[]): Answer {
  const isReady =
    listeners.length > 0 && listeners.every(({ isBound, upstream }) => isBound && upstream !== 'unreachable');
  const states = listeners.map(({ name, isBound, upstream }) => ({ name, bound: isBound, upstream }));
  return json(isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready', listeners: states });
}

function notAllowed(): Answer {
  return { ...json(405, { error: 'method not allowed', allow: METHODS }), allow: METHODS };
}

function json(status: number, body: object): Answer {
  return { status, contentType: JSON_TYPE, body: JSON.stringify(body) + '\n' };
}

function send(request: IncomingMessage, response: ServerResponse, result: Answer): void {
  response.writeHead(result.status, {
    'Content-Type': result.contentType,
    'Content-Length': Buffer.byteLength(result.body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(result.allow === undefined ? {} : { Allow: result.allow }),
  });
  response.end(request.method === 'HEAD' ? undefined : result.body);
}

function listen(server: Server, address: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const listening = (): void => {
      server.off('error', reject);
      resolve();
    };
    if (address.kind === 'unix') server.listen(address.path, listening);
    else server.listen(address.port, address.host, listening);
  });
}

function boundAddress(server: Server, wanted: Address): string {
  const bound = server.address();
  if (wanted.kind === 'unix' || bound === null || typeof bound === 'string') return formatAddress(wanted);
  return formatAddress({ kind: 'tcp', host: wanted.host, port: bound.port });
}
