import type { Duplex } from 'node:stream';
import type { MaskingSession, Output } from '../session/masking-session.ts';
import { type ByteSink, SessionPump, type Side } from './session-pump.ts';
import type { SocketReads } from './socket-reads.ts';

/** Why connected streams have ended. */
export type StreamsEnd =
  /** Both sides have ended, one was closed, or `close` or `destroy` was called. */
  | { readonly reason: 'closed' }
  /** The session has failed; its last bytes, the protocol's own error among them, are being sent. */
  | { readonly reason: 'failed'; readonly failure: Error }
  | { readonly reason: 'stream-error'; readonly side: Side; readonly error: Error };

/** The two streams of a connection. */
export interface ConnectStreamsOptions {
  /** To the client. Give a socket with `allowHalfOpen: true` if a client may end its side first. */
  readonly downstream: Duplex;
  /** To the server. */
  readonly upstream: Duplex;
  /** What the upstream socket reads with, if it was made with the `onread` of one. */
  readonly upstreamReads?: SocketReads | undefined;
  /**
   * Called once, when nothing more passes and both streams have been told to end. A peer that does not
   * read its last bytes keeps them open: start a timer here that calls `destroy`.
   */
  readonly onEnd?: (end: StreamsEnd) => void;
}

/** Two streams with a session between them. */
export interface ConnectedStreams {
  /**
   * Settles when both streams are closed. Rejects with the `WiremaskError` the session has failed with,
   * or with the error of a stream. Nobody has to listen.
   */
  readonly done: Promise<void>;
  /** Sends output that no chunk has caused: pass it to the session as `onOutput`. */
  send(output: Output): void;
  /** Ends both streams behind what was already written. */
  close(): void;
  /** Closes both streams now; what was not sent yet is lost. */
  destroy(): void;
}

/**
 * Pumps bytes between two streams through a session, each side only as fast as the other one reads.
 *
 * Reading begins in the next tick, so what the session made of bytes read before goes out first with
 * `send`. When the session fails, its last bytes are written and both streams are closed. Listeners
 * are removed at the end; the streams are closed in any case.
 *
 * @example
 * ```ts
 * const { done } = connectStreams(masker.postgres(), { downstream: client, upstream: server });
 * await done;
 * ```
 */
export function connectStreams(session: MaskingSession, options: ConnectStreamsOptions): ConnectedStreams {
  return new StreamConnection(session, options);
}

class StreamConnection implements ConnectedStreams {
  readonly done: Promise<void>;
  readonly #downstream: Duplex;
  readonly #upstream: Duplex;
  readonly #onEnd: ((end: StreamsEnd) => void) | undefined;
  readonly #pump: SessionPump;
  readonly #release: (() => void)[] = [];
  #hasEnded = false;
  #settle: (end: StreamsEnd) => void = () => undefined;

  constructor(session: MaskingSession, options: ConnectStreamsOptions) {
    const { downstream, upstream, upstreamReads, onEnd } = options;
    this.#downstream = downstream;
    this.#upstream = upstream;
    this.#onEnd = onEnd;
    this.#pump = new SessionPump({
      session,
      toDownstream: new StreamSink(downstream),
      toUpstream: new StreamSink(upstream),
      onOver: (failure) => this.#end(failure ? { reason: 'failed', failure } : { reason: 'closed' }),
    });
    this.done = new Promise((resolve, reject) => {
      this.#settle = (end) => {
        if (end.reason === 'closed') resolve();
        else reject(end.reason === 'failed' ? end.failure : end.error);
      };
    });
    // A connection that fails is everyday life for a proxy, and `onEnd` may be all its owner listens to.
    this.done.catch(() => undefined);
    this.#listen('downstream', downstream);
    this.#listen('upstream', upstream);
    upstreamReads?.attach((chunk) => this.#take('upstream', chunk), [downstream, upstream]);
  }

  send(output: Output): void {
    if (!this.#pump.send(output)) this.#stopWhereFull();
  }

  close(): void {
    this.#end({ reason: 'closed' });
  }

  destroy(): void {
    this.#end({ reason: 'closed' });
    this.#downstream.destroy();
    this.#upstream.destroy();
  }

  #listen(side: Side, stream: Duplex): void {
    const pump = this.#pump;
    const data = (chunk: Uint8Array): void => this.#take(side, chunk);
    const drain = (): void => {
      if (pump.mayRead('downstream')) this.#downstream.resume();
      if (pump.mayRead('upstream')) this.#upstream.resume();
    };
    const end = (): void => pump.end(side);
    const error = (reason: Error): void => this.#end({ reason: 'stream-error', side, error: reason });
    const close = (): void => {
      // Closed without an end: a message may be cut, which the session knows.
      pump.end(side);
      this.#end({ reason: 'closed' });
    };
    stream.on('data', data).on('drain', drain).on('end', end).on('error', error).on('close', close);
    this.#release.push(() => {
      stream.off('data', data).off('drain', drain).off('end', end).off('error', error).off('close', close);
    });
    if (stream.destroyed) queueMicrotask(close);
  }

  #take(side: Side, chunk: Uint8Array): void {
    if (!this.#pump.take(side, chunk)) this.#stopWhereFull();
  }

  #stopWhereFull(): void {
    if (!this.#pump.mayRead('downstream')) this.#downstream.pause();
    if (!this.#pump.mayRead('upstream')) this.#upstream.pause();
  }

  #end(end: StreamsEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#pump.release();
    for (const release of this.#release) release();
    let open = 2;
    const closed = (): void => {
      open--;
      if (open === 0) this.#settle(end);
    };
    finish(this.#downstream, closed);
    finish(this.#upstream, closed);
    this.#onEnd?.(end);
  }
}

class StreamSink implements ByteSink {
  readonly #stream: Duplex;

  constructor(stream: Duplex) {
    this.#stream = stream;
  }

  get hasRoom(): boolean {
    return !this.#stream.writableNeedDrain;
  }

  write(slices: readonly Uint8Array[]): void {
    const stream = this.#stream;
    if (slices.length === 0 || !stream.writable) return;
    if (slices.length === 1) {
      stream.write(slices[0]);
      return;
    }
    // Corked, the slices leave in one system call.
    stream.cork();
    for (const slice of slices) stream.write(slice);
    stream.uncork();
  }

  end(): void {
    if (this.#stream.writable) this.#stream.end();
  }
}

/** Ends a stream behind its last bytes, then destroys it; what it still receives is dropped. */
function finish(stream: Duplex, onClosed: () => void): void {
  const ignore = (): void => undefined;
  const closed = (): void => {
    stream.off('finish', destroy).off('close', closed).off('error', ignore);
    onClosed();
  };
  const destroy = (): void => {
    stream.destroy();
  };
  if (stream.closed) {
    onClosed();
    return;
  }
  // An error now has nobody to go to: the connection is over, and the reason for that is known.
  stream.on('error', ignore).once('close', closed);
  if (stream.destroyed) return;
  if (stream.writableFinished) {
    destroy();
    return;
  }
  stream.once('finish', destroy);
  stream.end();
  stream.resume();
}
