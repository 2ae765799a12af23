import type { Socket } from 'node:net';
import { type HttpSession, WiremaskError } from 'wiremask';
import { endTls, nextChunk, tlsHandshakeByte } from './client-socket.ts';
import type { Connection } from './connection.ts';
import type { HttpContext } from './connection-context.ts';
import { ConnectionError, systemCode } from './connection-error.ts';
import { encodeHttpError } from './http-error.ts';
import { HttpExchange } from './http-exchange.ts';
import { HttpRelay, type RelayEnd } from './http-relay.ts';
import { MeteredSession } from './metered-session.ts';

const noSqlstate = '';

/** How long a connection that has ended stays open for its peer to read that; then it is looked at again. */
const lingerTimeoutMs = 2_500;

/** How often in a row nothing more was read of its last bytes. */
const lingerStallsMax = 12;

/** One client connection over HTTP/1.1. */
export class HttpConnection implements Connection {
  readonly #context: HttpContext;
  readonly #id: number;
  readonly #accepted: Socket;
  readonly #onClosed: () => void;
  #headTimer: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #holdTimer: NodeJS.Timeout | undefined;
  #responseTimer: NodeJS.Timeout | undefined;
  // Inside TLS, where there is some.
  #socket: Socket;
  #session: HttpSession | undefined;
  #relaying: HttpRelay | undefined;
  #isConnecting = false;
  // A request waits for the head of its response.
  #isAwaiting = false;
  // The client has been told of an error: its connection ends with that.
  #isAnswered = false;
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
      else this.#relay(first);
    } catch (error) {
      this.#refuse(error);
    }
  }

  drain(): void {
    this.#isDraining = true;
    this.#closeIfDrained();
  }

  destroy(): void {
    this.#isAnswered = true;
    this.#relaying?.close();
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

  #relay(first: Uint8Array): void {
    const { config, masker, metrics, pools } = this.#context;
    const isEncrypted = this.#socket !== this.#accepted;
    const client = { address: this.#accepted.remoteAddress, isEncrypted };
    const exchange = new HttpExchange(config.routes, client, () => this.#isDraining);
    const { rewriteRequest, rewriteResponse } = exchange;
    const session = masker.http({ reportTo: metrics, isOneAtATime: true, rewriteRequest, rewriteResponse });
    this.#session = session;
    this.#relaying = new HttpRelay({
      client: this.#socket,
      session,
      metered: new MeteredSession(session, metrics),
      exchange,
      pools,
      onStep: (side) => {
        if (side === 'upstream') this.#watchHeld(session);
        this.#afterStep(session);
      },
      onConnecting: (state) => this.#connecting(state),
      onOver: (end) => this.#ended(session, end),
    });
    this.#relaying.start(first);
  }

  #connecting(state: 'begun' | 'done' | 'failed'): void {
    this.#isConnecting = state === 'begun';
    if (this.#isConnecting) this.#startHeadTimer();
    else {
      this.#stopHeadTimer();
      this.#context.metrics.upstreamReachable(state === 'done');
    }
  }

  #afterStep(session: HttpSession): void {
    if (session.isInRequestHead || session.isAnsweredEarly) {
      if (this.#headTimer === undefined) this.#startHeadTimer();
    } else if (!this.#isConnecting) this.#stopHeadTimer();
    this.#watchResponse(session);
    const { idleTimeoutMs } = this.#context.limits;
    if (!session.isIdle) {
      clearTimeout(this.#idleTimer);
      this.#idleTimer = undefined;
    } else if (idleTimeoutMs > 0 && this.#idleTimer === undefined) {
      this.#idleTimer = setTimeout(() => this.#idleTimedOut(), idleTimeoutMs);
    }
    // After the chunk that ends the answer has been sent.
    if (this.#isDraining) setImmediate(() => this.#closeIfDrained());
  }

  // One timer for all requests of a connection: most are answered long before it fires.
  #watchResponse(session: HttpSession): void {
    const { responseTimeoutMs } = this.#context.limits;
    if (session.isAwaitingResponse === this.#isAwaiting) return;
    this.#isAwaiting = session.isAwaitingResponse;
    if (!this.#isAwaiting || responseTimeoutMs === 0) return;
    if (this.#responseTimer !== undefined) this.#responseTimer.refresh();
    else this.#responseTimer = setTimeout(() => this.#responseTimedOut(), responseTimeoutMs);
  }

  #responseTimedOut(): void {
    this.#responseTimer = undefined;
    if (!this.#isAwaiting) return;
    const { limits, config, log } = this.#context;
    const max = limits.responseTimeoutMs;
    log.warn('response-timeout', { listener: config.name, connection: this.#id, max });
    const message = `the upstream server did not answer within responseTimeoutMs (${max})`;
    this.#refuse(new ConnectionError('RESPONSE_TIMEOUT', noSqlstate, message), 504);
  }

  // What is kept back of an event stream could be the beginning of a value that the next event completes.
  #watchHeld(session: HttpSession): void {
    clearTimeout(this.#holdTimer);
    if (this.#isOver || !session.isHolding) return;
    this.#holdTimer = setTimeout(() => {
      // A client that does not read must not choose where a value is cut: nothing more is read for it.
      if (this.#socket.writableNeedDrain) this.#watchHeld(session);
      else if (session.isHolding) this.#relaying?.send(session.flushHeld());
    }, this.#context.limits.holdTimeoutMs);
  }

  #closeIfDrained(): void {
    const session = this.#session;
    if (this.#isOver || (session === undefined ? this.#accepted.bytesRead > 0 : !session.isIdle)) return;
    const { config, log } = this.#context;
    log.debug('connection-drained', { listener: config.name, connection: this.#id });
    if (this.#relaying) this.#relaying.close();
    else this.#accepted.destroy();
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
    if (this.#isAnswered || this.#socket.writableEnded) return;
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
    this.#isAnswered = true;
    this.#relaying?.close();
    this.#end(bytes);
  }

  /** Ends the connection to the client behind its last bytes. */
  #end(bytes?: Uint8Array): void {
    const socket = this.#socket;
    // Inside TLS the socket may not have heard yet that the one around it is closed.
    if (socket.destroyed || this.#hasClosed) return;
    if (bytes === undefined) socket.end();
    else socket.end(bytes);
    // A client still sending is read until it has heard; else the system would throw the answer away.
    const destroy = (): void => {
      if (socket.writableFinished) socket.destroy();
      else socket.once('finish', () => socket.destroy());
    };
    if (socket.readableEnded) destroy();
    else socket.once('end', destroy).resume();
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
    // It has its answer, and nobody waits for the rest of the request.
    if (this.#session?.isAnsweredEarly) {
      this.#relaying?.close();
      return;
    }
    const what = this.#isConnecting ? 'the upstream server did not answer' : 'the request was not complete';
    const error = new ConnectionError(
      'STARTUP_TIMEOUT',
      noSqlstate,
      `${what} within startupTimeoutMs (${max})`,
    );
    if (this.#isConnecting) metrics.upstreamReachable(false);
    this.#refuse(error, this.#isConnecting ? 504 : 408);
  }

  #idleTimedOut(): void {
    const { config, log } = this.#context;
    log.debug('connection-idle', { listener: config.name, connection: this.#id });
    this.#relaying?.close();
  }

  // A peer that does not read its last bytes must not hold the connection open; one that is slow may.
  #destroyLater(): void {
    const socket = this.#socket;
    let left = -1;
    let stalls = 0;
    const timer = setInterval(() => {
      stalls = socket.writableLength === left ? stalls + 1 : 0;
      left = socket.writableLength;
      if (stalls === 0 || (left > 0 && stalls < lingerStallsMax)) return;
      // Bytes that are lost must not look like the end.
      if (left > 0) this.#reset();
      else this.destroy();
    }, lingerTimeoutMs);
    this.#accepted.once('close', () => clearInterval(timer));
  }

  #ended(session: HttpSession, end: RelayEnd): void {
    this.#over();
    const { config, log } = this.#context;
    switch (end.reason) {
      case 'closed':
        if (!this.#isAnswered) this.#end();
        return;
      case 'failed':
        this.#logFailure(end.failure);
        break;
      case 'stream-error': {
        const code = systemCode(end.error);
        log.debug('socket-error', { listener: config.name, connection: this.#id, side: end.side, code });
        break;
      }
      case 'unreachable':
        this.#refuse(end.error);
        return;
      default:
        end satisfies never;
    }
    if (session.endsByClosing) this.#reset();
    else this.#end();
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
    clearTimeout(this.#responseTimer);
  }

  #closed(): void {
    if (this.#hasClosed) return;
    this.#hasClosed = true;
    this.#over();
    this.#relaying?.close();
    this.#onClosed();
  }
}
