import type { FieldScanner } from '../../../detect/detector.ts';
import { LimitError, WireError } from '../../../errors.ts';
import type { ValueScan } from '../../value-scan.ts';
import type { BodyMasker } from '../body-masker.ts';
import { type DeltaEvent, DeltaHold } from './delta-hold.ts';
import { looksLikeJson } from './delta-strings.ts';
import { HeldBytes } from './held-bytes.ts';
import { readSseLines, SseEventEnds, type SseLine, sseDataOf, writeSseEvent } from './sse-event.ts';

/** Limits of an event stream. */
export interface SseBodyOptions {
  /** Bytes of one event. Default 1 MiB. */
  readonly eventSizeMax?: number;
  /** Most bytes of a text told in deltas that are kept until it is decided. Default 256; 0: none. */
  readonly holdSizeMax?: number;
}

/** An event on its way. */
interface SseEvent extends DeltaEvent {
  readonly bytes: Uint8Array;
  readonly lines: readonly SseLine[];
}

const EVENT_SIZE_MAX = 1_048_576;
const HOLD_SIZE_MAX = 256;
const [LINE_FEED, CARRIAGE_RETURN, SPACE] = [0x0a, 0x0d, 0x20];

/**
 * Masks `text/event-stream`. The data of an event is one value, however many lines it has; an event whose
 * data is not changed leaves as it came. A text told in deltas over several events is looked at as a whole.
 *
 * Events may be kept for what follows them: while `isHolding`, call `flushHeld` when it takes too long.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class SseBody implements BodyMasker {
  readonly #scan: ValueScan;
  readonly #scanner: FieldScanner | undefined;
  readonly #createDataMasker: () => BodyMasker;
  readonly #eventSizeMax: number;
  readonly #deltas: DeltaHold<SseEvent> | undefined;
  readonly #held = new HeldBytes();
  readonly #ends = new SseEventEnds();
  // Bytes of the event at hand that have been read.
  #read = 0;
  #isFirst = true;

  /** @param createDataMasker - Makes a masker of one JSON text. */
  constructor(scan: ValueScan, createDataMasker: () => BodyMasker, options: SseBodyOptions = {}) {
    this.#scan = scan;
    this.#scanner = scan.scannerFor({ name: '', path: [], kind: 'text' });
    this.#createDataMasker = createDataMasker;
    this.#eventSizeMax = options.eventSizeMax ?? EVENT_SIZE_MAX;
    const holdSizeMax = options.holdSizeMax ?? HOLD_SIZE_MAX;
    const mayHold = holdSizeMax > 0 && this.#scanner !== undefined;
    this.#deltas = mayHold ? new DeltaHold(scan, { holdSizeMax }) : undefined;
  }

  /** Whether complete events are kept because of what may follow. */
  get isHolding(): boolean {
    return this.#deltas?.isHolding ?? false;
  }

  push(chunk: Uint8Array): readonly Uint8Array[] {
    this.#held.push(chunk);
    const output: Uint8Array[] = [];
    for (;;) {
      const { bytes } = this.#held;
      const end = this.#ends.next(bytes, this.#read);
      const size = end < 0 ? bytes.length : end;
      if (size > this.#eventSizeMax) {
        const measured = { limit: 'eventSizeMax', size, max: this.#eventSizeMax };
        throw new LimitError('WIREMASK_ERR_MESSAGE_SIZE', 'event of an event stream', measured);
      }
      this.#read = end < 0 ? size : 0;
      if (end < 0) return output;
      this.#takeEvent(end, output);
    }
  }

  end(): readonly Uint8Array[] {
    const output: Uint8Array[] = [];
    // A reader ignores an event without its empty line, but it can be read off the wire.
    if (this.#held.length > 0) this.#takeEvent(this.#held.length, output);
    output.push(...this.flushHeld());
    return output;
  }

  /** Decides about the events that are kept, by what is known. @returns All of them, masked. */
  flushHeld(): readonly Uint8Array[] {
    return this.#deltas?.flush().map((event) => this.#maskEvent(event)) ?? [];
  }

  #takeEvent(size: number, output: Uint8Array[]): void {
    const bytes = this.#held.take(size);
    const lines = readSseLines(bytes, this.#isFirst);
    this.#isFirst = false;
    const event = { bytes, size, lines, data: sseDataOf(bytes, lines), isChanged: false };
    const ready = this.#deltas?.push(event) ?? [event];
    for (const decided of ready) output.push(this.#maskEvent(decided));
  }

  #maskEvent({ bytes, lines, data, isChanged }: SseEvent): Uint8Array {
    const masked = data === undefined || data.length === 0 ? undefined : this.#maskData(data);
    const newData = masked ?? (isChanged ? data : undefined);
    let hasChange = newData !== undefined;
    const changes = new Map<SseLine, Uint8Array>();
    for (const line of lines) {
      const changed = line.dataStart < 0 ? this.#maskLine(bytes, line) : undefined;
      if (changed === undefined) continue;
      changes.set(line, changed);
      hasChange = true;
    }
    return hasChange ? writeSseEvent(bytes, lines, newData, (line) => changes.get(line)) : bytes;
  }

  #maskData(data: Uint8Array): Uint8Array | undefined {
    if (looksLikeJson(data)) {
      const masked = this.#maskJson(data);
      if (masked !== undefined) return Buffer.compare(masked, data) === 0 ? undefined : masked;
    }
    return this.#scanner && this.#scan.mask(this.#scanner, data, 0, data.length);
  }

  // What is no JSON is text: `[DONE]`.
  #maskJson(data: Uint8Array): Uint8Array | undefined {
    const masker = this.#createDataMasker();
    try {
      return Buffer.concat([...masker.push(data), ...masker.end()]);
    } catch (error) {
      if (error instanceof WireError) return undefined;
      throw error;
    }
  }

  #maskLine(bytes: Uint8Array, { start, end }: SseLine): Uint8Array | undefined {
    if (this.#scanner === undefined || end === start) return undefined;
    const masked = this.#scan.mask(this.#scanner, bytes, start, end);
    // A line end in a replacement would begin another field.
    return masked?.map((byte) => (byte === LINE_FEED || byte === CARRIAGE_RETURN ? SPACE : byte));
  }
}
