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

/**
 * Moves one body through its masker, and lets go of what is kept back for too long: the part that all
 * wrappers of
 * bodies share. After a throw it is dead and throws the same error again.
 */
export class BodyPump {
  readonly #body: BodyMasker;
  readonly #flushAfterMs: number;
  readonly #onFlush: (slices: readonly Uint8Array[]) => void;
  readonly #onFailure: (failure: WiremaskError) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failure: WiremaskError | undefined;
  #isOver = false;

  /**
   * @param onFlush - Takes slices that no call has asked for.
   * @param onFailure - Hears of an error that no call could throw.
   */
  constructor(
    body: BodyMasker,
    { flushAfterMs = FLUSH_AFTER_MS }: FlushOptions,
    onFlush: (slices: readonly Uint8Array[]) => void,
    onFailure: (failure: WiremaskError) => void,
  ) {
    this.#body = body;
    this.#flushAfterMs = flushAfterMs;
    this.#onFlush = onFlush;
    this.#onFailure = onFailure;
  }

  /** @returns What may go on, none of it empty. @throws {WiremaskError} Nothing of this body may follow. */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const slices = this.#run(() => this.#body.push(chunk));
    this.#stopTimer();
    if (this.#body.isHolding === true) this.#timer = setTimeout(() => this.#flush(), this.#flushAfterMs);
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

  #flush(): void {
    this.#timer = undefined;
    let slices: readonly Uint8Array[];
    try {
      slices = this.#run(() => this.#body.flushHeld?.() ?? []);
    } catch (error) {
      this.#onFailure(failureOf(error));
      return;
    }
    if (slices.length > 0) this.#onFlush(slices);
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
