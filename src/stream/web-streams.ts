import type {
  ReadableStreamDefaultController,
  ReadableWritablePair,
  WritableStreamDefaultController,
} from 'node:stream/web';
import type { MaskingSession, Output } from '../session/masking-session.ts';
import { type ByteSink, SessionPump, type Side } from './session-pump.ts';

/** Bytes that may wait in a readable side before the writable sides are held back. */
const waitingBytesMax = 65_536;

/** A pair of Web streams to pipe a connection through. Both belong to one session: use both. */
export interface MaskingWebStreams {
  /** Write what the client sent; read what goes to the server. */
  readonly fromDownstream: ReadableWritablePair<Uint8Array, Uint8Array>;
  /** Write what the server sent; read what goes to the client. */
  readonly fromUpstream: ReadableWritablePair<Uint8Array, Uint8Array>;
  /**
   * Settles when the session is over. Rejects with the `WiremaskError` it has failed with, or with the
   * reason one of the streams was cancelled or aborted for. Nobody has to listen.
   */
  readonly done: Promise<void>;
  /** Sends output that no chunk has caused: pass it to the session as `onOutput`. */
  send(output: Output): void;
}

/**
 * Makes two pairs of Web streams, each as `pipeThrough` takes it.
 *
 * What is written to one may come out of the other: a session answers some messages itself. When the
 * session fails, both readable sides close behind the last bytes and both writable sides reject with
 * that error. Chunks read may share memory with each other: do not transfer their buffers.
 *
 * @example
 * ```ts
 * const { fromDownstream, fromUpstream } = createWebStreams(masker.postgres());
 * await Promise.all([
 *   client.readable.pipeThrough(fromDownstream).pipeTo(server.writable),
 *   server.readable.pipeThrough(fromUpstream).pipeTo(client.writable),
 * ]);
 * ```
 */
export function createWebStreams(session: MaskingSession): MaskingWebStreams {
  return new WebPair(session);
}

class WebPair implements MaskingWebStreams {
  readonly fromDownstream: ReadableWritablePair<Uint8Array, Uint8Array>;
  readonly fromUpstream: ReadableWritablePair<Uint8Array, Uint8Array>;
  readonly done: Promise<void>;
  readonly #pump: SessionPump;
  readonly #toDownstream = new WebSink();
  readonly #toUpstream = new WebSink();
  // Writes that wait for room, at most one per side.
  readonly #waiting = new Map<Side, () => void>();
  readonly #writers: WritableStreamDefaultController[] = [];
  #reason: unknown;
  #settle: (failure: unknown) => void = () => undefined;

  constructor(session: MaskingSession) {
    this.done = new Promise((resolve, reject) => {
      this.#settle = (failure) => (failure === undefined ? resolve() : reject(failure));
    });
    // Whoever listens to the streams hears of the failure there.
    this.done.catch(() => undefined);
    this.#pump = new SessionPump({
      session,
      toDownstream: this.#toDownstream,
      toUpstream: this.#toUpstream,
      onOver: (failure) => {
        this.#settle(failure);
        if (failure) this.#failWriters(failure);
      },
    });
    this.fromDownstream = {
      readable: this.#readable(this.#toUpstream),
      writable: this.#writable('downstream'),
    };
    this.fromUpstream = {
      readable: this.#readable(this.#toDownstream),
      writable: this.#writable('upstream'),
    };
  }

  send(output: Output): void {
    this.#pump.send(output);
  }

  #readable(sink: WebSink): ReadableStream<Uint8Array> {
    const strategy = new ByteLengthQueuingStrategy({ highWaterMark: waitingBytesMax });
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          sink.controller = controller;
        },
        pull: () => this.#wake(),
        cancel: (reason) => this.#abort(reason),
      },
      strategy,
    );
  }

  #writable(side: Side): WritableStream<Uint8Array> {
    return new WritableStream<Uint8Array>({
      start: (controller) => {
        this.#writers.push(controller);
      },
      write: async (chunk) => {
        this.#throwIfFailed();
        this.#pump.take(side, chunk);
        if (!this.#pump.isOver && !this.#pump.mayRead(side)) await this.#room(side);
        this.#throwIfFailed();
      },
      close: () => {
        this.#pump.end(side);
        this.#throwIfFailed();
      },
      abort: (reason) => this.#abort(reason),
    });
  }

  #room(side: Side): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.set(side, resolve);
    });
  }

  #wake(): void {
    for (const [side, resume] of this.#waiting) {
      if (!this.#pump.mayRead(side)) continue;
      this.#waiting.delete(side);
      resume();
    }
  }

  // A source that is silent would otherwise not hear of the failure before its next chunk.
  #failWriters(reason: unknown): void {
    this.#reason = reason;
    for (const controller of this.#writers) controller.error(reason);
    for (const resume of this.#waiting.values()) resume();
    this.#waiting.clear();
  }

  #throwIfFailed(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  // One of the four ends is gone before its time: none of the others can go on.
  #abort(reason: unknown): void {
    if (this.#pump.isOver) return;
    this.#pump.release();
    const failure = reason ?? new Error('the other half of the connection is gone');
    this.#settle(failure);
    this.#toDownstream.fail(failure);
    this.#toUpstream.fail(failure);
    this.#failWriters(failure);
  }
}

class WebSink implements ByteSink {
  controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #hasEnded = false;

  get hasRoom(): boolean {
    return this.#hasEnded || (this.controller?.desiredSize ?? 0) > 0;
  }

  write(slices: readonly Uint8Array[]): void {
    if (this.#hasEnded) return;
    for (const slice of slices) this.controller?.enqueue(slice);
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.controller?.close();
  }

  fail(reason: unknown): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.controller?.error(reason);
  }
}
