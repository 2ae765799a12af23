import type { MaskingSession, Output } from '../session/masking-session.ts';

/** The two sides of a connection, as a session names them. */
export type Side = 'downstream' | 'upstream';

/** Where the bytes for one side go. */
export interface ByteSink {
  /** Takes the slices of one output, in order; an empty list too. Ignores them once the sink has ended. */
  write(slices: readonly Uint8Array[]): void;
  /** `false` while what was written waits to be taken: more would only pile up. */
  readonly hasRoom: boolean;
  /** Nothing follows. Idempotent. */
  end(): void;
}

/** What a pump stands between. */
export interface SessionPumpOptions {
  readonly session: MaskingSession;
  readonly toDownstream: ByteSink;
  readonly toUpstream: ByteSink;
  /**
   * Called once: both sides have ended (`undefined`), or the session has failed. Both sinks have been
   * ended by then, behind the last bytes.
   */
  readonly onOver: (failure: Error | undefined) => void;
}

/**
 * Moves bytes through a session and says who may be read: the part that all kinds of streams share.
 *
 * Flow: a side is read while the other side has room. What the server's bytes cause to be sent back to
 * the server never stops the server from being read: it may be reading only when it can write, and each
 * would wait for the other. The client, whose requests that is, is stopped instead. A client that does
 * not take what its own bytes cause to be sent back to it is stopped as well.
 */
export class SessionPump {
  readonly #session: MaskingSession;
  readonly #toDownstream: ByteSink;
  readonly #toUpstream: ByteSink;
  readonly #onOver: (failure: Error | undefined) => void;
  #hasDownstreamEnded = false;
  #hasUpstreamEnded = false;
  #owesDownstream = false;
  #isOver = false;
  #failure: Error | undefined;

  constructor({ session, toDownstream, toUpstream, onOver }: SessionPumpOptions) {
    this.#session = session;
    this.#toDownstream = toDownstream;
    this.#toUpstream = toUpstream;
    this.#onOver = onOver;
  }

  /** Both sides have ended, the session has failed, or `release` was called: further bytes are dropped. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Why the session has failed, if it has. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Whether the next bytes of this side may be taken now. Ask again when a sink has room. */
  mayRead(side: Side): boolean {
    if (side === 'upstream') return this.#toDownstream.hasRoom;
    if (this.#owesDownstream && this.#toDownstream.hasRoom) this.#owesDownstream = false;
    return this.#toUpstream.hasRoom && !this.#owesDownstream;
  }

  /**
   * Takes bytes one side has sent.
   *
   * @returns `false` when a sink is full: ask `mayRead` for both sides.
   */
  take(side: Side, chunk: Uint8Array): boolean {
    if (this.#isOver) return true;
    let output: Output;
    try {
      output = side === 'upstream' ? this.#session.fromUpstream(chunk) : this.#session.fromDownstream(chunk);
    } catch (error) {
      // Fails closed: a session that throws is dead, and nothing more may pass.
      this.#fail(error);
      return true;
    }
    this.#deliver(output);
    if (side === 'downstream' && output.toDownstream.length > 0 && !this.#toDownstream.hasRoom) {
      this.#owesDownstream = true;
    }
    return this.#toDownstream.hasRoom && this.#toUpstream.hasRoom;
  }

  /** Takes output the session gave elsewhere (`onOutput`). @returns As `take` does. */
  send(output: Output): boolean {
    if (this.#isOver) return true;
    this.#deliver(output);
    return this.#toDownstream.hasRoom && this.#toUpstream.hasRoom;
  }

  /** One side has sent everything: the other side hears of it. Idempotent. */
  end(side: Side): void {
    const hasEnded = side === 'upstream' ? this.#hasUpstreamEnded : this.#hasDownstreamEnded;
    if (this.#isOver || hasEnded) return;
    if (side === 'upstream') this.#hasUpstreamEnded = true;
    else this.#hasDownstreamEnded = true;
    try {
      this.#deliver(this.#session.end(side));
    } catch (error) {
      this.#fail(error);
    }
    if (this.#isOver) return;
    (side === 'upstream' ? this.#toDownstream : this.#toUpstream).end();
    if (this.#hasDownstreamEnded && this.#hasUpstreamEnded) this.#over(undefined);
  }

  /** The connection is over for a reason outside the session; the session is told, its answer dropped. */
  release(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    try {
      if (this.#hasUpstreamEnded) this.#session.end('downstream');
      else this.#session.end('upstream');
    } catch {
      // It had failed before and its owner knows: nothing is left to tell it.
      return;
    }
  }

  #deliver(output: Output): void {
    this.#toDownstream.write(output.toDownstream);
    this.#toUpstream.write(output.toUpstream);
    if (output.failure) this.#fail(output.failure);
  }

  #fail(error: unknown): void {
    const failure = toError(error);
    this.#failure = failure;
    this.#toDownstream.end();
    this.#toUpstream.end();
    this.#over(failure);
  }

  #over(failure: Error | undefined): void {
    this.#isOver = true;
    this.#onOver(failure);
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error('a session threw what is not an error');
}
