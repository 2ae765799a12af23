import type { Socket } from 'node:net';
import type { HttpSession, Output } from 'wiremask';
import type { HttpExchange } from './http-exchange.ts';
import type { MeteredSession } from './metered-session.ts';
import type { UpstreamConnection, UpstreamUser } from './upstream-connection.ts';
import type { UpstreamPool, UpstreamPools } from './upstream-pool.ts';

/** Why a relay is over. */
export type RelayEnd =
  | { readonly reason: 'closed' }
  /** The session has failed; its last bytes are being sent. */
  | { readonly reason: 'failed'; readonly failure: Error }
  | { readonly reason: 'stream-error'; readonly side: Side; readonly error: Error }
  /** No connection to the upstream: nothing of an answer has been sent. */
  | { readonly reason: 'unreachable'; readonly error: unknown };

// With more than that waiting behind a request that is not answered, the client is not read.
const keptSizeToPause = 65_536;

type Side = 'downstream' | 'upstream';

/** What a relay stands between. */
export interface HttpRelayOptions {
  /** Paused, with `allowHalfOpen`. */
  readonly client: Socket;
  readonly session: HttpSession;
  readonly metered: MeteredSession;
  readonly exchange: HttpExchange;
  readonly pools: UpstreamPools;
  /** After every step of the session. @param side - Whose bytes it was about. */
  readonly onStep: (side: Side) => void;
  /** A connection to the upstream is being made, is there, or cannot be had. */
  readonly onConnecting: (state: 'begun' | 'done' | 'failed') => void;
  /** Nothing more passes. The upstream's connection is gone; that of the client is for the owner to end. */
  readonly onOver: (end: RelayEnd) => void;
}

/**
 * Moves the requests of one client, one at a time, each over a connection to its upstream, and the masked
 * responses back; either side is read as fast as the other one takes it.
 */
export class HttpRelay implements UpstreamUser {
  readonly #options: HttpRelayOptions;
  readonly #client: Socket;
  readonly #session: HttpSession;
  readonly #connecting = new AbortController();
  #upstream: UpstreamConnection | undefined;
  // Stands for this client alone, and waits for its next request.
  #bound: { readonly connection: UpstreamConnection; readonly pool: UpstreamPool } | undefined;
  #isConnecting = false;
  /** For the upstream, until it is connected. */
  #waiting: Uint8Array[] = [];
  /** The request, while it may be sent again. */
  #repeatable: readonly Uint8Array[] | undefined;
  #isClientPaused = false;
  #isUpstreamPaused = false;
  #hasClientEnded = false;
  // A request has begun to leave whose answer, or whose own end, is not here.
  #isExchanging = false;
  #isOver = false;

  constructor(options: HttpRelayOptions) {
    this.#options = options;
    this.#client = options.client;
    this.#session = options.session;
  }

  /** @param first - What the client has sent. */
  start(first: Uint8Array): void {
    this.#client
      .on('data', (chunk: Uint8Array) => this.#clientRead(chunk))
      .on('drain', () => this.#flow())
      .on('end', () => this.#clientEnded())
      .on('close', () => this.#clientClosed())
      .on('error', (error) => this.#over({ reason: 'stream-error', side: 'downstream', error }));
    this.#clientRead(first);
    if (!this.#isClientPaused) this.#client.resume();
  }

  /** Sends output that nothing read has caused. */
  send(output: Output): void {
    if (!this.#isOver) this.#deliver('upstream', output);
    this.#flow();
  }

  /** Nothing more passes; what was written to the client may still leave. */
  close(): void {
    this.#over({ reason: 'closed' });
  }

  #clientRead(chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.#step('downstream', () => this.#options.metered.fromDownstream(chunk));
    // An answer may come before its request is complete.
    this.#finishIfOver();
    this.#flow();
  }

  #clientEnded(): void {
    if (this.#isOver || this.#hasClientEnded) return;
    this.#hasClientEnded = true;
    this.#step('downstream', () => this.#options.metered.end('downstream'));
    if (this.#session.isIdle) this.close();
    else this.#passEnd();
  }

  // A client that has gone looks like one that has only ended: the upstream, which may have much to do for
  // its answer, hears of it as if it were asked directly.
  #passEnd(): void {
    if (this.#hasClientEnded) this.#upstream?.socket.end();
  }

  #clientClosed(): void {
    this.#clientEnded();
    this.close();
  }

  upstreamRead(chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.#repeatable = undefined;
    this.#step('upstream', () => this.#options.metered.fromUpstream(chunk));
    this.#finishIfOver();
    this.#flow();
  }

  upstreamDrained(): void {
    this.#flow();
  }

  upstreamEnded(error: Error | undefined): void {
    if (this.#isOver) return;
    this.#upstream?.destroy();
    this.#upstream = undefined;
    if (this.#repeatable !== undefined) {
      this.#waiting = [...this.#repeatable];
      this.#repeatable = undefined;
      void this.#connect();
      return;
    }
    // Half a response must not look like a whole one.
    if (error !== undefined && this.#session.isResponding) {
      this.#over({ reason: 'stream-error', side: 'upstream', error });
      return;
    }
    this.#step('upstream', () => this.#options.metered.end('upstream'));
    if (this.#isOver) return;
    if (this.#session.isExchangeOver) this.#finishIfOver();
    else this.close();
    this.#flow();
  }

  #step(side: Side, run: () => Output): void {
    let output: Output;
    try {
      output = run();
    } catch (error) {
      // Fails closed: a session that throws is dead, and nothing more may pass.
      const failure = error instanceof Error ? error : new Error('a session threw what is not an error');
      this.#over({ reason: 'failed', failure });
      return;
    }
    this.#deliver(side, output);
  }

  #deliver(side: Side, output: Output): void {
    write(this.#client, output.toDownstream);
    if (output.failure !== undefined) this.#over({ reason: 'failed', failure: output.failure });
    else if (output.toUpstream.length > 0) this.#sendUpstream(output.toUpstream);
    if (!this.#isOver) this.#options.onStep(side);
  }

  #sendUpstream(slices: readonly Uint8Array[]): void {
    this.#isExchanging = true;
    if (this.#upstream === undefined && !this.#isConnecting) this.#begin(slices);
    if (this.#upstream === undefined) this.#waiting.push(...slices);
    else {
      write(this.#upstream.socket, slices);
      this.#passEnd();
    }
  }

  #begin(slices: readonly Uint8Array[]): void {
    const { exchange, pools } = this.#options;
    const pool = pools.of(exchange.route.upstream);
    const bound = this.#bound;
    this.#bound = undefined;
    bound?.connection.wake();
    const isUsable = bound?.pool === pool && bound.connection.socket.writable;
    if (bound !== undefined && !isUsable) bound.connection.destroy();
    // Another client's connection would be logged in as that client.
    const rested = isUsable ? bound.connection : exchange.bindsConnection ? undefined : pool.take();
    if (rested === undefined) {
      void this.#connect();
      return;
    }
    this.#attach(rested);
    if (exchange.isRepeatable && !isUsable) this.#repeatable = slices;
  }

  async #connect(): Promise<void> {
    const { exchange, pools, onConnecting } = this.#options;
    this.#isConnecting = true;
    onConnecting('begun');
    this.#flow();
    let end: RelayEnd | undefined;
    try {
      const connection = await pools.of(exchange.route.upstream).connect(this.#connecting.signal);
      if (this.#isOver) connection.destroy();
      else this.#attach(connection);
    } catch (error) {
      end = { reason: 'unreachable', error };
    }
    this.#isConnecting = false;
    if (this.#isOver) return;
    onConnecting(end === undefined ? 'done' : 'failed');
    if (end !== undefined) {
      this.#over(end);
      return;
    }
    if (this.#upstream !== undefined) write(this.#upstream.socket, this.#waiting.splice(0));
    this.#passEnd();
    this.#flow();
  }

  #attach(connection: UpstreamConnection): void {
    this.#isUpstreamPaused = false;
    this.#upstream = connection;
    connection.attach(this, this.#client);
  }

  #finishIfOver(): void {
    if (this.#isOver || !this.#isExchanging) return;
    if (!this.#session.isExchangeOver) {
      // Nobody waits for the rest of the request.
      if (this.#session.isAnsweredEarly && this.#options.exchange.isLast) this.close();
      return;
    }
    this.#isExchanging = false;
    const { exchange, pools } = this.#options;
    const connection = this.#upstream;
    this.#upstream = undefined;
    if (connection !== undefined) {
      const pool = pools.of(exchange.route.upstream);
      // What was not sent of a request that is answered would be in the way of the next one.
      const isClean = this.#session.keepsUpstream && connection.socket.writableLength === 0;
      if (!isClean) connection.destroy();
      else if (exchange.bindsConnection) {
        connection.rest();
        this.#bound = { connection, pool };
      } else pool.give(connection, exchange.keepAliveMs);
    }
    if (exchange.isLast || this.#session.mustClose) {
      this.close();
      return;
    }
    this.#step('downstream', () => this.#session.nextRequest());
    if (!this.#isOver && this.#hasClientEnded && this.#session.isIdle) this.close();
  }

  // A side is read while the other one has room.
  #flow(): void {
    if (this.#isOver) return;
    const upstream = this.#upstream;
    const isClientFull = this.#client.writableNeedDrain;
    if (upstream !== undefined && isClientFull !== this.#isUpstreamPaused) {
      this.#isUpstreamPaused = isClientFull;
      if (isClientFull) upstream.socket.pause();
      else upstream.socket.resume();
    }
    const isUpstreamFull = this.#isConnecting || upstream?.socket.writableNeedDrain === true;
    // Of a client that is not read nobody hears that it has gone.
    const mustPause = isUpstreamFull || this.#session.keptSize > keptSizeToPause;
    if (mustPause === this.#isClientPaused) return;
    this.#isClientPaused = mustPause;
    if (mustPause) this.#client.pause();
    else this.#client.resume();
  }

  #over(end: RelayEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#connecting.abort();
    this.#upstream?.destroy();
    this.#bound?.connection.destroy();
    this.#options.onOver(end);
    this.#session.release();
  }
}

function write(socket: Socket, slices: readonly Uint8Array[]): void {
  if (slices.length === 0 || !socket.writable) return;
  if (slices.length === 1) {
    socket.write(slices[0]!);
    return;
  }
  // Corked, the slices leave in one system call.
  socket.cork();
  for (const slice of slices) socket.write(slice);
  socket.uncork();
}
