import { Duplex } from 'node:stream';
import type { MaskingSession, Output } from '../session/masking-session.ts';
import { type ByteSink, SessionPump, type Side } from './session-pump.ts';

/** A pair of streams to pipe a connection through. Both belong to one session: use both. */
export interface MaskingTransforms {
  /** Write what the client sent; read what goes to the server. */
  readonly fromDownstream: Duplex;
  /** Write what the server sent; read what goes to the client. */
  readonly fromUpstream: Duplex;
  /**
   * Settles when the session is over. Rejects with the `WiremaskError` it has failed with, or with what
   * one of the streams was destroyed with. Nobody has to listen.
   */
  readonly done: Promise<void>;
  /** Sends output that no chunk has caused: pass it to the session as `onOutput`. */
  send(output: Output): void;
}

/**
 * Makes two streams to pipe a connection through.
 *
 * What is written to one may come out of the other: a session answers some messages itself. When the
 * session fails, both readable sides end behind the last bytes, and both streams are then destroyed with
 * that error; what is written meanwhile waits and is dropped. `connectStreams` does the same for two
 * sockets and waits until the last bytes have left.
 *
 * @example
 * ```ts
 * const { fromDownstream, fromUpstream } = createMaskingTransforms(masker.postgres());
 * await Promise.all([
 *   pipeline(client, fromDownstream, server),
 *   pipeline(server, fromUpstream, client),
 * ]);
 * ```
 */
export function createMaskingTransforms(session: MaskingSession): MaskingTransforms {
  return new TransformPair(session);
}

class TransformPair implements MaskingTransforms {
  readonly fromDownstream: MaskingTransform;
  readonly fromUpstream: MaskingTransform;
  readonly done: Promise<void>;
  readonly #pump: SessionPump;
  #settle: (failure: Error | undefined) => void = () => undefined;

  constructor(session: MaskingSession) {
    this.fromDownstream = new MaskingTransform('downstream', this);
    this.fromUpstream = new MaskingTransform('upstream', this);
    this.done = new Promise((resolve, reject) => {
      this.#settle = (failure) => (failure ? reject(failure) : resolve());
    });
    // Whoever listens to the streams hears of the failure there.
    this.done.catch(() => undefined);
    this.#pump = new SessionPump({
      session,
      toDownstream: this.fromUpstream.sink,
      toUpstream: this.fromDownstream.sink,
      onOver: (failure) => {
        this.#settle(failure);
        if (failure) this.#destroyWhenRead(failure);
      },
    });
  }

  send(output: Output): void {
    this.#pump.send(output);
  }

  /** @returns Whether the next chunk may come now. */
  take(side: Side, chunk: Uint8Array): boolean {
    this.#pump.take(side, chunk);
    return this.mayTake(side);
  }

  mayTake(side: Side): boolean {
    return this.#pump.failure === undefined && this.#pump.mayRead(side);
  }

  end(side: Side): void {
    this.#pump.end(side);
  }

  /** One readable side was read. */
  flow(): void {
    this.fromDownstream.flow();
    this.fromUpstream.flow();
  }

  destroyed(error: Error | null): void {
    if (this.#pump.isOver) return;
    this.#pump.release();
    this.#settle(error ?? undefined);
    this.fromDownstream.destroy(error ?? undefined);
    this.fromUpstream.destroy(error ?? undefined);
  }

  #destroyWhenRead(failure: Error): void {
    const ends = [this.fromDownstream, this.fromUpstream].map(
      (stream) =>
        new Promise<void>((resolve) => {
          if (stream.readableEnded || stream.destroyed) resolve();
          else stream.once('end', resolve).once('close', resolve);
        }),
    );
    void Promise.all(ends).then(() => {
      this.fromDownstream.destroy(failure);
      this.fromUpstream.destroy(failure);
    });
  }
}

class MaskingTransform extends Duplex {
  readonly sink: TransformSink;
  readonly #side: Side;
  readonly #pair: TransformPair;
  #isDone: (() => void) | undefined;

  constructor(side: Side, pair: TransformPair) {
    super();
    this.#side = side;
    this.#pair = pair;
    this.sink = new TransformSink(this);
  }

  flow(): void {
    const isDone = this.#isDone;
    if (!isDone || !this.#pair.mayTake(this.#side)) return;
    this.#isDone = undefined;
    isDone();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, isDone: () => void): void {
    if (this.#pair.take(this.#side, chunk)) isDone();
    else this.#isDone = isDone;
  }

  override _final(isDone: () => void): void {
    this.#pair.end(this.#side);
    isDone();
  }

  override _read(): void {
    this.sink.hasRoom = true;
    this.#pair.flow();
  }

  override _destroy(error: Error | null, isDone: (error: Error | null) => void): void {
    // Destroyed after both halves have ended is the ordinary end of a stream.
    if (error || !this.readableEnded || !this.writableFinished) this.#pair.destroyed(error);
    isDone(error);
  }
}

class TransformSink implements ByteSink {
  readonly #stream: Duplex;
  hasRoom = true;
  #hasEnded = false;

  constructor(stream: Duplex) {
    this.#stream = stream;
  }

  write(slices: readonly Uint8Array[]): void {
    if (this.#hasEnded) return;
    for (const slice of slices) this.hasRoom = this.#stream.push(slice);
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    // Nobody reads behind the end, so nobody would say that there is room again.
    this.hasRoom = true;
    this.#stream.push(null);
  }
}
