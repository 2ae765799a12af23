import { encodeJsonString } from '../../../wire/json/string-literal.ts';
import type { ValueScan } from '../../value-scan.ts';
import { type DeltaPiece, DeltaStream } from './delta-stream.ts';
import {
  type DeltaString,
  isDeltaName,
  looksLikeJson,
  mayBeDeltaName,
  readDeltaStrings,
} from './delta-strings.ts';
import { FoundSpans } from './found-spans.ts';

/** An event as far as deltas are concerned. */
export interface DeltaEvent {
  /** The data of the event; `undefined` when it has none. */
  readonly data: Uint8Array | undefined;
  /** Bytes of the event as it came. */
  readonly size: number;
  /** Whether `data` is another one than the event came with. */
  readonly isChanged: boolean;
}

/** Limits of a hold. */
export interface DeltaHoldOptions {
  /** Most bytes of one text that are kept until they are decided. */
  readonly holdSizeMax: number;
  /** Most bytes of events that are kept. Default 64 KiB. */
  readonly heldSizeMax?: number;
}

/** A string of an event, and its part in a text. */
interface PlacedPiece {
  readonly string: DeltaString;
  readonly piece: DeltaPiece;
}

interface HeldEvent<Event> {
  readonly event: Event;
  readonly pieces: readonly PlacedPiece[];
}

const HELD_SIZE_MAX = 64 * 1024;
// What an event costs beside its bytes: many small ones are bounded, too.
const EVENT_COST = 64;
const STREAMS_MAX = 256;
const REMEMBERED_SIZE_MAX = 1024;

/**
 * Finds values in texts that event streams tell piece by piece: strings at the same path in the JSON of
 * successive events. An event is kept while its piece may be part of a finding; what is found stands in the
 * first event concerned and is taken out of the others. Events are never dropped, and keep their order.
 */
export class DeltaHold<Event extends DeltaEvent> {
  readonly #scan: ValueScan;
  readonly #spans: FoundSpans;
  readonly #holdSizeMax: number;
  readonly #heldSizeMax: number;
  readonly #streams = new Map<string, DeltaStream>();
  #lastValues = new Map<string, Uint8Array>();
  #queue: HeldEvent<Event>[] = [];
  #heldSize = 0;

  constructor(scan: ValueScan, options: DeltaHoldOptions) {
    this.#scan = scan;
    this.#spans = new FoundSpans(scan);
    this.#holdSizeMax = options.holdSizeMax;
    this.#heldSizeMax = options.heldSizeMax ?? HELD_SIZE_MAX;
  }

  /** Whether events are kept. */
  get isHolding(): boolean {
    return this.#queue.length > 0;
  }

  /** @returns The events that are decided, in order; `event` may be among them. */
  push(event: Event): readonly Event[] {
    const strings = event.data === undefined ? [] : stringsOf(event.data);
    const deltas = this.#deltasOf(strings);
    const pieces = deltas.map((string) => {
      const piece = this.#streamAt(string).add(string.value);
      return { string, piece };
    });
    for (const { stream } of new Set(pieces.map(({ piece }) => piece))) stream.decide(false);
    this.#queue.push({ event, pieces });
    this.#heldSize += event.size + EVENT_COST;
    const ready = this.#release();
    return this.#heldSize > this.#heldSizeMax ? [...ready, ...this.flush()] : ready;
  }

  /** Decides about everything that is kept. @returns All events. */
  flush(): readonly Event[] {
    for (const stream of this.#streams.values()) if (stream.isHolding) stream.decide(true);
    return this.#release();
  }

  /**
   * Names tell, or that one string alone differs from the event before. Other strings are remembered, since a
   * text shows that it is one with its second piece.
   */
  #deltasOf(strings: readonly DeltaString[]): readonly DeltaString[] {
    if (strings.length === 0) return [];
    const named = strings.filter(({ name }) => isDeltaName(name));
    const others = strings.filter(({ name }) => !isDeltaName(name) && mayBeDeltaName(name));
    const changed = others.filter(({ place, value }) => {
      const last = this.#lastValues.get(place);
      return last !== undefined && Buffer.compare(last, value) !== 0;
    });
    const isText = named.length === 0 && changed.length === 1;
    const lastValues = new Map<string, Uint8Array>();
    for (const string of others) {
      if (string.value.length > REMEMBERED_SIZE_MAX || lastValues.size >= STREAMS_MAX) continue;
      // A copy: the value is part of the event's bytes.
      lastValues.set(string.place, new Uint8Array(string.value));
      const stream = this.#streamAt(string);
      if (!stream.isHolding && !(isText && string === changed[0])) stream.note(string.value);
    }
    this.#lastValues = lastValues;
    return isText ? changed : named;
  }

  #streamAt({ place, name }: DeltaString): DeltaStream {
    let stream = this.#streams.get(place);
    if (stream === undefined) {
      stream = new DeltaStream(this.#scan, this.#spans, name, this.#holdSizeMax);
      if (this.#streams.size >= STREAMS_MAX) this.#forgetOne();
      this.#streams.set(place, stream);
    }
    return stream;
  }

  // What is kept must be decided before it is forgotten; its pieces stay with their events.
  #forgetOne(): void {
    const [place, stream] = this.#streams.entries().next().value!;
    if (stream.isHolding) stream.decide(true);
    this.#streams.delete(place);
  }

  #release(): readonly Event[] {
    const count = this.#queue.findIndex(({ pieces }) =>
      pieces.some(({ piece }) => piece.end > piece.stream.decided),
    );
    const ready = this.#queue.splice(0, count < 0 ? this.#queue.length : count);
    return ready.map(({ event, pieces }) => {
      this.#heldSize -= event.size + EVENT_COST;
      const changed = pieces.filter(({ piece }) => piece.edits.length > 0);
      if (changed.length === 0 || event.data === undefined) return event;
      return { ...event, data: writeStrings(event.data, changed), isChanged: true };
    });
  }
}

function stringsOf(data: Uint8Array): readonly DeltaString[] {
  return looksLikeJson(data) ? readDeltaStrings(data) : [];
}

function writeStrings(data: Uint8Array, changed: readonly PlacedPiece[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { string, piece } of changed) {
    const value = editedValue(piece);
    parts.push(data.subarray(at, string.start), encodeJsonString(value));
    at = string.end;
  }
  parts.push(data.subarray(at));
  return Buffer.concat(parts);
}

function editedValue({ value, edits }: DeltaPiece): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, replacement } of edits) {
    parts.push(value.subarray(at, start), replacement);
    at = end;
  }
  parts.push(value.subarray(at));
  return Buffer.concat(parts);
}
