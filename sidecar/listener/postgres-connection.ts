import type { Socket } from 'node:net';
import { encodeFatal, type PostgresSession, WiremaskError } from 'wiremask';
import { encodeCancelRequest } from 'wiremask/postgres';
import { type ConnectedStreams, connectStreams, SocketReads, type StreamsEnd } from 'wiremask/stream';
import type { Address } from '../sidecar-types.ts';
import type { Connection } from './connection.ts';
import type { PostgresContext } from './connection-context.ts';
import { ConnectionError, systemCode } from './connection-error.ts';
import { MeteredSession } from './metered-session.ts';
import { type Negotiated, negotiate } from './negotiate.ts';
import { connectUpstream } from './upstream-socket.ts';

const tooLate = '57014';
const adminShutdown = '57P01';

/** How long a peer may take to read the last bytes of a connection that has ended. */
const lingerTimeoutMs = 5_000;

/** One client connection, from accept to close. */
export class PostgresConnection implements Connection {
  readonly #context: PostgresContext;
  readonly #id: number;
  readonly #accepted: Socket;
  readonly #onClosed: () => void;
  readonly #abort = new AbortController();
  readonly #startupTimer: NodeJS.Timeout;
  #streams: ConnectedStreams | undefined;
  #session: PostgresSession | undefined;
  #backendKey: { readonly processId: number; readonly secretKey: Uint8Array } | undefined;
  #hasClosed = false;
  #isDraining = false;

  constructor(accepted: Socket, id: number, context: PostgresContext, onClosed: () => void) {
    this.#accepted = accepted;
    this.#id = id;
    this.#context = context;
    this.#onClosed = onClosed;
    const { startupTimeoutMs, idleTimeoutMs } = context.limits;
    this.#startupTimer = setTimeout(() => this.#startupTimedOut(), startupTimeoutMs);
    if (idleTimeoutMs > 0) accepted.setTimeout(idleTimeoutMs, () => this.#idleTimedOut());
    accepted.setNoDelay(true);
    accepted.on('close', () => this.#closed());
    accepted.on('error', (error) => this.#logSocketError(error));
  }

  /** Serves the connection; never rejects. */
  async serve(): Promise<void> {
    try {
      const negotiated = await negotiate(this.#accepted, this.#context.config.tls);
      if (negotiated === undefined) this.#accepted.destroy();
      else if (negotiated.packet.kind === 'cancel-request') await this.#cancel(negotiated);
      else await this.#relayTo(negotiated);
    } catch (error) {
      this.#refuse(error);
    }
  }

  /** Closes the connection as soon as the server owes nothing and no transaction is open: now, if so. */
  drain(): void {
    this.#isDraining = true;
    if (this.#session && this.#isIdle()) this.#shutDown();
  }

  #isIdle(): boolean {
    return this.#session?.isReady === true && !this.#session.isBusy;
  }

  #shutDown(): void {
    const { config, log } = this.#context;
    log.debug('connection-drained', { listener: config.name, connection: this.#id });
    this.#tell(
      new ConnectionError('SHUTDOWN', adminShutdown, 'terminating connection: wiremask is stopping'),
    );
    this.#streams?.close();
  }

  #tell(error: WiremaskError | ConnectionError): void {
    const socket = this.#secured ?? this.#accepted;
    if (!socket.destroyed) socket.end(error instanceof ConnectionError ? error.encode() : encodeFatal(error));
    socket.once('finish', () => socket.destroy());
  }

  /** Closes both sides now. */
  destroy(): void {
    this.#abort.abort();
    this.#streams?.destroy();
    this.#accepted.destroy();
  }

  async #relayTo({ socket, isEncrypted, packet, packetBytes, rest }: Negotiated): Promise<void> {
    if (packet.kind !== 'startup') return;
    this.#secured = socket;
    const { config, masker, catalogs, metrics } = this.#context;
    const reads = new SocketReads();
    const upstream = await this.#connect(reads);
    const session = masker.postgres({
      catalog: () => catalogs.storeFor(databaseOf(packet.parameters)),
      stripsChannelBinding: isEncrypted || config.upstream.tls !== undefined,
      reportTo: metrics,
      onOutput: (output) => {
        this.#streams?.send(output);
        if (session.isReady) clearTimeout(this.#startupTimer);
      },
    });
    this.#session = session;
    const metered = new MeteredSession(session, metrics, (side) => {
      if (side === 'upstream') this.#noteLogin(session, upstream.address);
    });
    const streams = connectStreams(metered, {
      downstream: socket,
      upstream: upstream.socket,
      upstreamReads: reads,
      onEnd: (end) => this.#ended(end),
    });
    this.#streams = streams;
    // No client sends after its end and waits for more: a server busy with its statement must not keep
    // the connection of one that is gone.
    socket.once('end', () => this.#destroyLater(streams));
    streams.send(metered.fromDownstream(packetBytes));
    if (rest.length > 0 && !session.hasFailed) streams.send(metered.fromDownstream(rest));
    socket.resume();
    upstream.socket.resume();
  }

  // A peer that does not read its last bytes must not hold the connection open.
  #destroyLater(streams: ConnectedStreams): void {
    const timer = setTimeout(() => streams.destroy(), lingerTimeoutMs);
    streams.done.then(
      () => clearTimeout(timer),
      () => clearTimeout(timer),
    );
  }

  #secured: Socket | undefined;

  async #connect(reads: SocketReads): Promise<{ readonly socket: Socket; readonly address: Address }> {
    const { config, metrics } = this.#context;
    try {
      const upstream = await connectUpstream(config.upstream, 'postgresql', this.#abort.signal, reads);
      metrics.upstreamReachable(true);
      return upstream;
    } catch (error) {
      if (!this.#abort.signal.aborted) metrics.upstreamReachable(false);
      throw error;
    }
  }

  // The server answers a CancelRequest by closing the connection; so do we, whatever became of it,
  // since the answer must not tell whether the key was right.
  async #cancel({ packet, socket }: Negotiated): Promise<void> {
    if (packet.kind !== 'cancel-request') return;
    const { config, cancelKeys, log } = this.#context;
    const address = cancelKeys.find(packet.processId, packet.secretKey);
    log.debug('cancel-request', {
      listener: config.name,
      connection: this.#id,
      reason: address ? 'known' : 'unknown',
    });
    if (address) {
      const upstream = await connectUpstream(
        { ...config.upstream, address },
        'postgresql',
        this.#abort.signal,
      );
      upstream.socket.on('error', (error) => this.#logSocketError(error));
      upstream.socket.resume();
      const closed = new Promise<void>((resolve) => upstream.socket.once('close', () => resolve()));
      this.#abort.signal.addEventListener('abort', () => upstream.socket.destroy());
      upstream.socket.end(encodeCancelRequest(packet.processId, packet.secretKey));
      await closed;
    }
    socket.end();
  }

  #noteLogin(session: PostgresSession, address: Address): void {
    if (this.#backendKey === undefined && session.backendKey) {
      this.#backendKey = session.backendKey;
      this.#context.cancelKeys.add(session.backendKey.processId, session.backendKey.secretKey, address);
    }
    if (session.isReady) clearTimeout(this.#startupTimer);
    // After the chunk that ends the answer has been sent.
    if (this.#isDraining) setImmediate(() => this.#isIdle() && this.#shutDown());
  }

  #refuse(error: unknown): void {
    const { config, metrics, log } = this.#context;
    const fields = { listener: config.name, connection: this.#id };
    if (error instanceof WiremaskError || error instanceof ConnectionError) {
      metrics.error(error.code);
      log.warn('connection-refused', { ...fields, code: error.code });
      this.#tell(error);
    } else {
      metrics.error('INTERNAL');
      log.error('internal-error', { ...fields, error });
      this.#accepted.destroy();
    }
    this.#streams?.close();
  }

  #startupTimedOut(): void {
    const { limits, config, log } = this.#context;
    log.warn('startup-timeout', {
      listener: config.name,
      connection: this.#id,
      max: limits.startupTimeoutMs,
    });
    this.#refuse(
      new ConnectionError(
        'STARTUP_TIMEOUT',
        tooLate,
        `log-in took longer than startupTimeoutMs (${limits.startupTimeoutMs})`,
      ),
    );
    this.#abort.abort();
  }

  #idleTimedOut(): void {
    const { limits } = this.#context;
    if (this.#session?.isBusy) return;
    this.#refuse(
      new ConnectionError(
        'IDLE_TIMEOUT',
        '57P05',
        `idle for longer than idleTimeoutMs (${limits.idleTimeoutMs})`,
      ),
    );
  }

  #ended(end: StreamsEnd): void {
    const { config, metrics, log } = this.#context;
    const fields = { listener: config.name, connection: this.#id };
    if (this.#streams) this.#destroyLater(this.#streams);
    if (end.reason === 'failed') {
      const code = end.failure instanceof WiremaskError ? end.failure.code : 'INTERNAL';
      metrics.error(code);
      // A refusal or a peer's mistake is told by its code; a stack only helps where the fault is ours.
      const isOurs = !(end.failure instanceof WiremaskError) || code === 'WIREMASK_ERR_MASKING';
      log.warn('connection-failed', { ...fields, code, ...(isOurs ? { error: end.failure } : {}) });
    } else if (end.reason === 'stream-error') {
      log.debug('socket-error', { ...fields, side: end.side, code: systemCode(end.error) });
    }
  }

  #logSocketError(error: Error): void {
    this.#context.log.debug('socket-error', {
      listener: this.#context.config.name,
      connection: this.#id,
      code: systemCode(error),
    });
  }

  #closed(): void {
    if (this.#hasClosed) return;
    this.#hasClosed = true;
    clearTimeout(this.#startupTimer);
    this.#abort.abort();
    this.#streams?.close();
    const key = this.#backendKey;
    if (key) this.#context.cancelKeys.remove(key.processId, key.secretKey);
    this.#onClosed();
  }
}

// The database is the user's name unless said; the server takes the last of repeated parameters.
function databaseOf(parameters: readonly (readonly [string, string])[]): string {
  const find = (wanted: string): string | undefined => parameters.findLast(([name]) => name === wanted)?.[1];
  return find('database') || find('user') || '';
}
