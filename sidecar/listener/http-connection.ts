import type { Socket } from 'node:net';
import { type HttpSession, type Output, WiremaskError } from 'wiremask';
import { type ConnectedStreams, connectStreams, SocketReads, type StreamsEnd } from 'wiremask/stream';
import { endTls, nextChunk, tlsHandshakeByte } from './client-socket.ts';
import type { Connection } from './connection.ts';
import type { HttpContext } from './connection-context.ts';
import { ConnectionError, systemCode } from './connection-error.ts';
import { createRewrite } from './forwarded-request.ts';
import { encodeHttpError } from './http-error.ts';
import { MeteredSession } from './metered-session.ts';
import { connectUpstream, type UpstreamSocket } from './upstream-socket.ts';

const noSqlstate = '';

/** How long a peer may take to read the last bytes of a connection that has ended. */
const lingerTimeoutMs = 5_000;

/** One client connection over HTTP/1.1, with an upstream connection of its own from its first request on. */
export class HttpConnection implements Connection {
  readonly #context: HttpContext;
  readonly #id: number;
  readonly #accepted: Socket;
  readonly #onClosed: () => void;
  readonly #abort = new AbortController();
  #headTimer: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #holdTimer: NodeJS.Timeout | undefined;
  // Inside TLS, where there is some.
  #socket: Socket;
  #session: HttpSession | undefined;
  #streams: ConnectedStreams | undefined;
  #isConnecting = false;
  // Nothing more passes; sockets may still be sending.
  #isOver = false;
  #hasClosed = false;
  #isDraining = false;

  constructor(accepted: Socket, id: number, context: HttpContext, onClosed: () => void) {
    this.#accepted = accepted;
    this.#socket = accepted;
    this.#id = id;
    this.#context = context;
    this.#onClosed = onClosed;
    this.#startHeadTimer();
    accepted.setNoDelay(true);
    accepted.on('close', () => this.#closed());
    accepted.on('error', (error) => this.#logSocketError(error));
  }

  async serve(): Promise<void> {
    try {
      const first = await this.#beginTls();
      if (first === undefined) this.#accepted.destroy();
      else await this.#relay(first);
    } catch (error) {
      this.#refuse(error);
    }
  }

  drain(): void {
    this.#isDraining = true;
    this.#closeIfDrained();
  }

  destroy(): void {
    this.#abort.abort();
    this.#streams?.destroy();
    this.#accepted.destroy();
  }

  /** @returns The first bytes of the first request; `undefined` when the client went away without a word. */
  async #beginTls(): Promise<Uint8Array | undefined> {
    const { tls } = this.#context.config;
    const first = await nextChunk(this.#accepted);
    if (first === undefined || tls === undefined) return first;
    if (first[0] !== tlsHandshakeByte) {
      if (!tls.required) return first;
      throw new ConnectionError('TLS_REQUIRED', noSqlstate, 'this listener requires TLS: use https://');
    }
    this.#accepted.unshift(first);
    this.#socket = await endTls(this.#accepted, tls, { alpn: 'http/1.1', isAlpnRequired: false });
    this.#socket.on('error', (error) => this.#logSocketError(error));
    return await nextChunk(this.#socket);
  }

  async #relay(first: Uint8Array): Promise<void> {
    const { config, masker, metrics } = this.#context;
    const isEncrypted = this.#socket !== this.#accepted;
    const session = masker.http({
      reportTo: metrics,
      rewriteRequest: createRewrite(config.upstream, { address: this.#accepted.remoteAddress, isEncrypted }),
    });
    this.#session = session;
    const metered = new MeteredSession(session, metrics, (side, output) => {
      if (side === 'upstream') this.#watchHeld(session);
      this.#afterChunk(session, output);
    });
    let output = metered.fromDownstream(first);
    while (output.toUpstream.length === 0) {
      if (output.failure !== undefined) {
        this.#answer(Buffer.concat(output.toDownstream));
        this.#logFailure(output.failure);
        return;
      }
      const chunk = await nextChunk(this.#socket);
      if (chunk === undefined) {
        this.#accepted.destroy();
        return;
      }
      output = metered.fromDownstream(chunk);
    }
    const reads = new SocketReads();
    const { socket: upstream } = await this.#connect(reads);
    // Before those of the streams, which would end the response as if it were complete.
    upstream.on('error', () => this.#upstreamFailed(session, metered));
    const streams = connectStreams(metered, {
      downstream: this.#socket,
      upstream,
      upstreamReads: reads,
      onEnd: (end) => this.#ended(end),
    });
    this.#streams = streams;
    // A client that does not close behind our end must not hold the connection open.
    this.#socket.once('finish', () => this.#destroyLater());
    streams.send(output);
    this.#socket.resume();
    upstream.resume();
  }

  async #connect(reads: SocketReads): Promise<UpstreamSocket> {
    const { config, metrics } = this.#context;
    this.#isConnecting = true;
    this.#startHeadTimer();
    try {
      const upstream = await connectUpstream(config.upstream, 'http/1.1', this.#abort.signal, reads);
      metrics.upstreamReachable(true);
      return upstream;
    } catch (error) {
      if (!this.#abort.signal.aborted) metrics.upstreamReachable(false);
      throw error;
    } finally {
      this.#isConnecting = false;
      this.#stopHeadTimer();
    }
  }

  #afterChunk(session: HttpSession, output: Output): void {
    if (output.failure !== undefined && session.endsByClosing) this.#reset();
    if (this.#isOver) return;
    if (session.isInRequestHead) {
      if (this.#headTimer === undefined) this.#startHeadTimer();
    } else if (this.#streams !== undefined) this.#stopHeadTimer();
    const { idleTimeoutMs } = this.#context.limits;
    if (!session.isIdle) {
      clearTimeout(this.#idleTimer);
      this.#idleTimer = undefined;
    } else if (idleTimeoutMs > 0 && this.#idleTimer === undefined) {
      this.#idleTimer = setTimeout(() => this.#idleTimedOut(), idleTimeoutMs);
    }
    // After the chunk that ends the answer has been sent.
    if (this.#isDraining || session.mustClose) setImmediate(() => this.#closeIfDrained());
  }

  // What is kept back of an event stream could be the beginning of a value that the next event completes.
  #watchHeld(session: HttpSession): void {
    clearTimeout(this.#holdTimer);
    if (this.#isOver || !session.isHolding) return;
    this.#holdTimer = setTimeout(() => {
      // A client that does not read must not choose where a value is cut: nothing more is read for it.
      if (this.#socket.writableNeedDrain) this.#watchHeld(session);
      else if (session.isHolding) this.#streams?.send(session.flushHeld());
    }, this.#context.limits.holdTimeoutMs);
  }

  #closeIfDrained(): void {
    const session = this.#session;
    if (session === undefined ? this.#accepted.bytesRead > 0 : !session.isIdle && !session.mustClose) return;
    const { config, log } = this.#context;
    log.debug('connection-drained', { listener: config.name, connection: this.#id });
    if (this.#streams) this.#streams.close();
    else this.#accepted.destroy();
  }

  #upstreamFailed(session: HttpSession, metered: MeteredSession): void {
    if (this.#isOver) return;
    if (session.endsByClosing) this.#reset();
    else if (session.isBusy && !session.isResponding) this.#streams?.send(metered.end('upstream'));
  }

  /** Ends the connection so that no client takes what it got for all there is. */
  #reset(): void {
    // TLS has an end of its own, which is then missing.
    if (this.#socket === this.#accepted && this.#accepted.remoteAddress !== undefined)
      this.#accepted.resetAndDestroy();
    else this.#accepted.destroy();
  }

  #refuse(error: unknown, status?: number): void {
    // It was told before, and gave up what then failed.
    if (this.#socket.writableEnded) return;
    const { config, metrics, log } = this.#context;
    const fields = { listener: config.name, connection: this.#id };
    if (error instanceof ConnectionError) {
      metrics.error(error.code);
      log.warn('connection-refused', { ...fields, code: error.code });
      this.#answer(encodeHttpError(error, status));
    } else {
      metrics.error('INTERNAL');
      log.error('internal-error', { ...fields, error });
      this.destroy();
    }
  }

  #answer(bytes: Uint8Array): void {
    if (this.#streams) {
      this.#streams.send({ toUpstream: [], toDownstream: [bytes] });
      this.#streams.close();
      return;
    }
    const socket = this.#socket;
    if (socket.destroyed) return;
    socket.end(bytes);
    // A client still sending is read until it has heard; else the system would throw the answer away.
    const destroy = (): void => void socket.destroy();
    socket.once('end', () => (socket.writableFinished ? destroy() : socket.once('finish', destroy))).resume();
    this.#destroyLater();
  }

  #startHeadTimer(): void {
    this.#stopHeadTimer();
    this.#headTimer = setTimeout(() => this.#headTimedOut(), this.#context.limits.startupTimeoutMs);
  }

  #stopHeadTimer(): void {
    clearTimeout(this.#headTimer);
    this.#headTimer = undefined;
  }

  #headTimedOut(): void {
    const { limits, config, metrics, log } = this.#context;
    const max = limits.startupTimeoutMs;
    log.warn('startup-timeout', { listener: config.name, connection: this.#id, max });
    const what = this.#isConnecting ? 'the upstream server did not answer' : 'the request was not complete';
    const error = new ConnectionError(
      'STARTUP_TIMEOUT',
      noSqlstate,
      `${what} within startupTimeoutMs (${max})`,
    );
    if (this.#isConnecting) metrics.upstreamReachable(false);
    // Between the parts of a response there is no place for another one.
    if (!this.#isConnecting && this.#session?.isBusy) this.destroy();
    else this.#refuse(error, this.#isConnecting ? 504 : 408);
    this.#abort.abort();
  }

  #idleTimedOut(): void {
    const { config, log } = this.#context;
    log.debug('connection-idle', { listener: config.name, connection: this.#id });
    if (this.#streams) this.#streams.close();
    else this.#accepted.destroy();
  }

  // A peer that does not read its last bytes must not hold the connection open.
  #destroyLater(): void {
    const timer = setTimeout(() => this.destroy(), lingerTimeoutMs);
    this.#accepted.once('close', () => clearTimeout(timer));
  }

  #ended(end: StreamsEnd): void {
    this.#over();
    this.#destroyLater();
    if (end.reason === 'failed') this.#logFailure(end.failure);
    else if (end.reason === 'stream-error') {
      const { config, log } = this.#context;
      const code = systemCode(end.error);
      log.debug('socket-error', { listener: config.name, connection: this.#id, side: end.side, code });
    }
  }

  #logFailure(failure: Error): void {
    const { config, metrics, log } = this.#context;
    const code = failure instanceof WiremaskError ? failure.code : 'INTERNAL';
    metrics.error(code);
    // A refusal or a peer's mistake is told by its code; a stack only helps where the fault is ours.
    const isOurs = !(failure instanceof WiremaskError) || code === 'WIREMASK_ERR_MASKING';
    const fields = { listener: config.name, connection: this.#id, code };
    log.warn('connection-failed', { ...fields, ...(isOurs ? { error: failure } : {}) });
  }

  #logSocketError(error: Error): void {
    const { config, log } = this.#context;
    log.debug('socket-error', { listener: config.name, connection: this.#id, code: systemCode(error) });
  }

  #over(): void {
    this.#isOver = true;
    this.#stopHeadTimer();
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#holdTimer);
  }

  #closed(): void {
    if (this.#hasClosed) return;
    this.#hasClosed = true;
    this.#over();
    this.#abort.abort();
    this.#streams?.close();
    this.#onClosed();
  }
}
