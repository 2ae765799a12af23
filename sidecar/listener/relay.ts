import type { Socket } from 'node:net';
import type { Output, PostgresSession, WiremaskError } from 'wiremask';
import type { ListenerMetrics } from '../sidecar-types.ts';

/** Why a relay ended. */
export type RelayEnd =
  | { readonly reason: 'closed' }
  | { readonly reason: 'failed'; readonly failure: WiremaskError }
  | { readonly reason: 'socket-error'; readonly side: 'upstream' | 'downstream'; readonly error: Error };

/** The two sockets of a connection and the session between them. */
export interface RelayOptions {
  readonly downstream: Socket;
  readonly upstream: Socket;
  readonly session: PostgresSession;
  readonly metrics: ListenerMetrics;
  /** Called after every chunk from upstream; for what changes with log-in. */
  readonly onProgress: () => void;
  readonly onEnd: (end: RelayEnd) => void;
}

/** How long the other side may take to read the last bytes of a connection that has ended. */
const lingerTimeoutMs = 5_000;

/**
 * Pumps bytes between two sockets through a session, each side only as fast as the other reads.
 */
export class Relay {
  readonly #options: RelayOptions;
  #hasEnded = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    const { downstream, upstream, session } = options;
    for (const [side, socket, other] of [
      ['downstream', downstream, upstream],
      ['upstream', upstream, downstream],
    ] as const) {
      socket.on('data', (chunk: Buffer) => {
        if (this.#hasEnded) return;
        const start = performance.now();
        this.send(side === 'upstream' ? session.fromUpstream(chunk) : session.fromDownstream(chunk));
        options.metrics.latency((performance.now() - start) / 1000);
        if (side === 'upstream') options.onProgress();
      });
      // A side that cannot take more stops both: output can go either way.
      socket.on('drain', () => {
        if (!other.writableNeedDrain && !this.#hasEnded) {
          downstream.resume();
          upstream.resume();
        }
      });
      socket.on('end', () => this.#sideEnded(side, other));
      socket.on('error', (error: Error) => this.#end({ reason: 'socket-error', side, error }));
      socket.on('close', () => this.#end({ reason: 'closed' }));
    }
  }

  /** Starts reading both sides. */
  start(): void {
    this.#options.downstream.resume();
    this.#options.upstream.resume();
  }

  /** Sends what the session gave. */
  send(output: Output): void {
    if (this.#hasEnded) return;
    const { downstream, upstream } = this.#options;
    const isDownstreamOpen = writeAll(downstream, output.toDownstream);
    const isUpstreamOpen = writeAll(upstream, output.toUpstream);
    if (output.failure) {
      this.#end({ reason: 'failed', failure: output.failure });
      return;
    }
    if (isDownstreamOpen && isUpstreamOpen) return;
    upstream.pause();
    if (!isUpstreamOpen) downstream.pause();
  }

  /** Ends the connection, after what was already written has been read. */
  close(): void {
    this.#end({ reason: 'closed' });
  }

  #sideEnded(side: 'upstream' | 'downstream', other: Socket): void {
    if (this.#hasEnded) return;
    const output = this.#options.session.end(side);
    this.send(output);
    if (output.failure) return;
    other.end();
    // No client sends after its end and waits for more: a server busy with its statement must not keep
    // the connection of one that is gone.
    if (side === 'downstream') setTimeout(() => this.close(), lingerTimeoutMs).unref();
  }

  #end(end: RelayEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const { downstream, upstream, session, onEnd } = this.#options;
    if (end.reason !== 'failed') releaseSession(session);
    finish(downstream);
    finish(upstream);
    onEnd(end);
  }
}

// The session may be reading the catalog for others: it must hear that its connection is gone.
function releaseSession(session: PostgresSession): void {
  if (!session.hasFailed) session.end('upstream');
}

function writeAll(socket: Socket, slices: readonly Uint8Array[]): boolean {
  if (slices.length === 0 || socket.destroyed || socket.writableEnded) return true;
  if (slices.length === 1) return socket.write(slices[0] as Uint8Array);
  socket.cork();
  let isOpen = true;
  for (const slice of slices) isOpen = socket.write(slice);
  socket.uncork();
  return isOpen;
}

function finish(socket: Socket): void {
  if (socket.destroyed) return;
  socket.end();
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), lingerTimeoutMs);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
  socket.once('finish', () => socket.destroy());
}
