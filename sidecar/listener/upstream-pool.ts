import { SocketReads } from 'wiremask/stream';
import type { HttpUpstream } from '../sidecar-types.ts';
import { UpstreamConnection } from './upstream-connection.ts';
import { connectUpstream } from './upstream-socket.ts';

interface Resting {
  readonly connection: UpstreamConnection;
  /** As `performance.now` counts. */
  readonly until: number;
}

// Servers close idle connections after 5 seconds and more; those that say when are believed.
const restMsDefault = 4_000;
// So that a request does not meet a connection that is just being closed.
const restMarginMs = 1_000;
const restingMax = 64;

/** Connections to one upstream that wait for their next request; the one used last goes first. */
export class UpstreamPool {
  readonly #upstream: HttpUpstream;
  #resting: Resting[] = [];
  #sweep: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(upstream: HttpUpstream) {
    this.#upstream = upstream;
  }

  /** @returns A connection that has served before, if one is left. */
  take(): UpstreamConnection | undefined {
    const now = performance.now();
    for (;;) {
      const last = this.#resting.pop();
      if (last === undefined) return undefined;
      const { connection, until } = last;
      if (until > now && connection.socket.writable) {
        connection.wake();
        return connection;
      }
      connection.destroy();
    }
  }

  /** @throws {ConnectionError} */
  async connect(signal: AbortSignal): Promise<UpstreamConnection> {
    const reads = new SocketReads();
    const { socket } = await connectUpstream(this.#upstream, 'http/1.1', signal, reads);
    return new UpstreamConnection(socket, reads, (connection) => this.#forget(connection));
  }

  /**
   * Takes a connection back whose last response is complete.
   *
   * @param keepAliveMs - How long the upstream says it waits for another request.
   */
  give(connection: UpstreamConnection, keepAliveMs: number = restMsDefault + restMarginMs): void {
    const restMs = keepAliveMs - restMarginMs;
    if (this.#isClosed || restMs <= 0 || this.#resting.length >= restingMax || !connection.socket.writable) {
      connection.destroy();
      return;
    }
    this.#resting.push({ connection, until: performance.now() + restMs });
    connection.rest();
    this.#sweep ??= setTimeout(() => this.#destroyOld(), restMsDefault).unref();
  }

  /** Closes what rests, and whatever is given back later. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#sweep);
    for (const { connection } of this.#resting.splice(0)) connection.destroy();
  }

  #forget(connection: UpstreamConnection): void {
    this.#resting = this.#resting.filter((resting) => resting.connection !== connection);
  }

  #destroyOld(): void {
    this.#sweep = undefined;
    const now = performance.now();
    const old = this.#resting.filter(({ until }) => until <= now);
    this.#resting = this.#resting.filter(({ until }) => until > now);
    for (const { connection } of old) connection.destroy();
    if (this.#resting.length > 0) this.#sweep = setTimeout(() => this.#destroyOld(), restMsDefault).unref();
  }
}

/** The pools of a listener, one for each of its upstreams. */
export class UpstreamPools {
  readonly #byUpstream = new Map<HttpUpstream, UpstreamPool>();
  // Two routes may lead to one server.
  readonly #byServer = new Map<string, UpstreamPool>();

  of(upstream: HttpUpstream): UpstreamPool {
    const known = this.#byUpstream.get(upstream);
    if (known !== undefined) return known;
    const server = serverOf(upstream);
    const pool = this.#byServer.get(server) ?? new UpstreamPool(upstream);
    this.#byServer.set(server, pool);
    this.#byUpstream.set(upstream, pool);
    return pool;
  }

  close(): void {
    for (const pool of this.#byServer.values()) pool.close();
  }
}

function serverOf({ address, tls }: HttpUpstream): string {
  return JSON.stringify([address, tls && { ...tls, ca: tls.ca?.toString('base64') }]);
}
