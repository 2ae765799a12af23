import { MaskingError, WiremaskError } from '../errors.ts';
import type { BodyMasker } from '../session/http/body-masker.ts';

/** When events that are kept back leave. */
export interface FlushOptions {
  /**
   * Milliseconds after which events of an event stream leave that were kept back because a value may go on in
   * the next one. Default 500.
   */
  readonly flushAfterMs?: number;
}

const FLUSH_AFTER_MS = 500;

/** Where a body goes. */
export interface BodySink {
  /** Takes slices that no call has asked for. */
  give(slices: readonly Uint8Array[]): void;
  /** Hears of an error that no call could throw. */
  fail(failure: WiremaskError): void;
  /**
   * Whether the reader is behind, so that nothing more is read for it: it must not choose where a value is
   * cut by making the next event wait.
   */
  isFull(): boolean;
}

/**
 * Moves one body through its masker, and lets go of what is kept back for too long: the part that all
 * wrappers of bodies share. After a throw it is dead and throws the same error again.
 */
export class BodyPump {
  readonly #body: BodyMasker;
  readonly #flushAfterMs: number;
  readonly #sink: BodySink;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failure: WiremaskError | undefined;
  #isOver = false;

  constructor(body: BodyMasker, { flushAfterMs = FLUSH_AFTER_MS }: FlushOptions, sink: BodySink) {
    this.#body = body;
    this.#flushAfterMs = flushAfterMs;
    this.#sink = sink;
  }

  /** @returns What may go on, none of it empty. @throws {WiremaskError} Nothing of this body may follow. */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const slices = this.#run(() => this.#body.push(chunk));
    this.#startTimer();
    return slices;
  }

  /** The body is complete. @throws {WiremaskError} as `push`. */
  end(): readonly Uint8Array[] {
    this.#stopTimer();
    const slices = this.#run(() => this.#body.end());
    this.#isOver = true;
    return slices;
  }

  /** Nobody wants the rest. Idempotent, and nothing at all behind `end`. */
  close(): void {
    this.#stopTimer();
    if (this.#isOver) return;
    this.#isOver = true;
    this.#body.close?.();
  }

  #startTimer(): void {
    this.#stopTimer();
    if (this.#body.isHolding === true) this.#timer = setTimeout(() => this.#flush(), this.#flushAfterMs);
  }

  #flush(): void {
    this.#timer = undefined;
    if (this.#sink.isFull()) {
      this.#startTimer();
      return;
    }
    let slices: readonly Uint8Array[];
    try {
      slices = this.#run(() => this.#body.flushHeld?.() ?? []);
    } catch (error) {
      this.#sink.fail(failureOf(error));
      return;
    }
    if (slices.length > 0) this.#sink.give(slices);
  }

  #run(step: () => readonly Uint8Array[]): readonly Uint8Array[] {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return step().filter((slice) => slice.length > 0);
    } catch (error) {
      // Fails closed: whatever it was, nothing of this body follows.
      this.#failure = failureOf(error);
      this.close();
      throw this.#failure;
    }
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/**
 * @returns The error itself, or one of ours with it as the cause: foreign errors do not leave the library.
 */
export function failureOf(error: unknown): WiremaskError {
  if (error instanceof WiremaskError) return error;
  return new MaskingError('WIREMASK_ERR_MASKING', 'masking has failed', { cause: error });
}
