import { WiremaskError } from '../../../errors.ts';
import type { JsonState } from '../../../wire/json/json-state.ts';
import type { JsonTokenHandler, PartialStringAction } from '../../../wire/json/json-token-handler.ts';
import { JsonTokenizer } from '../../../wire/json/json-tokenizer.ts';
import { ESCAPED_STRING } from '../../../wire/json/kernel/layout.ts';
import type { OpenContainers } from '../../../wire/json/open-containers.ts';
import { OutputBuilder } from '../../output-builder.ts';
import type { ValueScan } from '../../value-scan.ts';
import type { BodyMasker } from '../body-masker.ts';
import { CapturedRows } from './captured-rows.ts';
import { type HeldValue, HeldValues } from './held-values.ts';
import { type Columns, JsonFrames } from './json-frames.ts';
import type { JsonLimits, JsonPlace, JsonPlaces } from './json-places.ts';
import { type JsonScalar, JsonScalars, maskWhole, type NestedMasker } from './json-scalars.ts';
import type { KeyTable } from './key-table.ts';
import { ReadAhead } from './read-ahead.ts';

/** What all JSON bodies of one listener share. */
export interface JsonContext {
  readonly places: JsonPlaces;
  readonly keys: KeyTable;
  readonly limits: JsonLimits;
}

// JSON in a string in a string.
const NESTING_MAX = 3;
const WRITER_SIZE = 4096;
const WITHHELD: Uint8Array = Buffer.from('"[masked]"');
// So few values are replaced one by one.
const SPLICED_MIN = 2;
// Longer runs before the first change are not copied.
const COPIED_MAX = 4096;
// By kind of a value that is told.
const TYPES: readonly JsonScalar[] = ['string', 'string', 'number', 'boolean', 'null'];

/** Where a document stands inside another one. */
interface Within {
  readonly place?: JsonPlace;
  /** How many strings it stands in. */
  readonly nesting?: number;
  /** Names of the cells of its rows. */
  readonly columns?: Columns | undefined;
}

function isScalar({ type }: HeldValue): boolean {
  return type !== 'rows';
}

/** Masks JSON as it arrives: one text, or a sequence of them. Every byte outside of masked tokens stays. */
export class JsonBody implements BodyMasker, JsonTokenHandler {
  readonly #scan: ValueScan;
  readonly #context: JsonContext;
  readonly #scalars: JsonScalars;
  readonly #tokenizer: JsonTokenizer;
  readonly #frames: JsonFrames;
  readonly #ahead: ReadAhead | undefined;
  readonly #scansKeys: boolean;
  readonly #isTransparent: boolean;
  #bytes: Uint8Array = new Uint8Array(0);
  #size = 0;
  // Up to here the window has been dealt with.
  #done = 0;
  readonly #output = new OutputBuilder(WRITER_SIZE);
  readonly #held = new HeldValues(this.#output);
  // Containers open inside one that is masked whole, with it.
  #dropped = 0;
  #isDroppingString = false;
  #hasChanged = false;
  #rows: CapturedRows | undefined;
  // Whether tokens are not to be looked at: nothing is masked at all, or all of where they stand is.
  #isBlind: boolean;
  readonly #nesting: number;

  /**
   * @param isSequence - Several texts, see `JsonTokenizer`.
   * @param within - Where the document stands inside another one.
   */
  constructor(scan: ValueScan, context: JsonContext, isSequence: boolean, within: Within = {}) {
    const { place = context.places.root, nesting = 0, columns } = within;
    this.#scan = scan;
    this.#context = context;
    this.#nesting = nesting;
    this.#frames = new JsonFrames(place, context.keys, columns);
    this.#scansKeys = context.places.scans;
    this.#isTransparent = context.places.isTransparent;
    this.#isBlind = this.#isTransparent;
    const nest: NestedMasker = (text, place) => this.#nested(text, place, nesting + 1);
    this.#scalars = new JsonScalars(scan, nest, context.places.hasRules);
    // A document inside of another one is read while that one is.
    const kernel = nesting === 0 ? context.places.kernel : undefined;
    this.#ahead = kernel && new ReadAhead(kernel, this.#frames, place);
    this.#tokenizer = new JsonTokenizer(this, { ...context.limits, isSequence });
  }

  push(chunk: Uint8Array): readonly Uint8Array[] {
    this.#tokenizer.push(chunk);
    this.#scalars.flushCount();
    const parts = this.#held.take();
    if (this.#held.size + (this.#rows?.size ?? 0) <= this.#context.limits.valueSizeMax) return parts;
    // Fails closed: nobody knows what they are.
    this.#scan.report.addFailedClosed('held');
    this.#rows?.withhold();
    this.#held.resolve(
      () => true,
      () => WITHHELD,
    );
    return [...parts, ...this.#held.take()];
  }

  end(): readonly Uint8Array[] {
    this.#tokenizer.end();
    this.#scalars.flushCount();
    this.#ahead?.release();
    return this.#held.take();
  }

  /**
   * After a throw, where there are no rules for fields: what is masked so far, and the bytes after it, as
   * they came. Of a string that is withheld nothing is left.
   */
  giveUp(): { readonly done: readonly Uint8Array[]; readonly rest: Uint8Array } {
    this.#resolve(0);
    this.#scalars.flushCount();
    this.#ahead?.release();
    const done = this.#held.take();
    const from = this.#isDroppingString ? this.#size : this.#done;
    return { done, rest: new Uint8Array(this.#bytes.subarray(from, this.#size)) };
  }

  begin(bytes: Uint8Array, size: number): void {
    this.#bytes = bytes;
    this.#size = size;
    this.#done = 0;
    this.#ahead?.begin(bytes, size);
  }

  flush(end: number): void {
    if (this.#rows !== undefined) this.#rows.add(this.#bytes, this.#done, end);
    else if (this.#dropped === 0 && !this.#isDroppingString) this.#keep(end);
    this.#done = end;
    this.#frames.settle(this.#bytes);
  }

  #keep(end: number): void {
    this.#output.forward(this.#bytes, this.#done, end);
    this.#done = end;
  }

  #replace(start: number, end: number, token: Uint8Array): void {
    this.#keep(start);
    this.#hasChanged = true;
    this.#output.beginWriting().bytes(token);
    this.#done = end;
  }

  enter(isArray: boolean, start: number): void {
    if (this.#isTransparent) return;
    if (this.#dropped > 0) this.#dropped++;
    if (this.#rows !== undefined) this.#rows.depth++;
    if (this.#isBlind) return;
    // Values with names beside them stand in flat objects; rows may have their columns in one.
    if (!this.#held.isEmpty) this.#held.resolve(isScalar, (value) => this.#maskHeld(value));
    if (isArray && this.#context.places.hasRules && this.#frames.mayBeRows) {
      this.#keep(start);
      this.#rows = new CapturedRows(this.#frames.placeOfContainer);
      this.#isBlind = true;
      return;
    }
    const place = this.#frames.deciding;
    if (place.plan.action === 'mask') {
      this.#scan.report.addMasked(place.plan.rule.id, 1);
      this.#replace(start, start, maskWhole(place.plan.rule, 'container', this.#bytes, start, start));
      this.#dropped = 1;
      this.#isBlind = true;
    } else this.#frames.enter(isArray);
  }

  leave(_isArray: boolean, end: number): void {
    if (this.#isTransparent) return;
    if (this.#rows !== undefined && --this.#rows.depth < 0) this.#endRows(this.#rows, end - 1);
    if (this.#rows !== undefined) return;
    if (this.#dropped > 0) {
      if (--this.#dropped > 0) return;
      this.#done = end;
      this.#isBlind = false;
      return;
    }
    this.#resolve(this.#frames.depth);
    this.#frames.leave();
  }

  #endRows(rows: CapturedRows, end: number): void {
    rows.add(this.#bytes, this.#done, end);
    this.#rows = undefined;
    this.#isBlind = false;
    this.#done = end;
    if (rows.isWithheld) this.#replace(end, end, WITHHELD);
    else {
      const depth = this.#frames.depth - 1;
      this.#held.hold({ token: rows.take(), type: 'rows', place: rows.place, depth });
    }
  }

  /** Decides about what waits in the container at this depth: its end has come. */
  #resolve(depth: number): void {
    if (this.#held.isEmpty) return;
    this.#held.resolve(
      (value) => value.depth >= depth,
      (value) => this.#maskHeld(value),
    );
  }

  key(start: number, end: number): void {
    if (this.#isBlind) return;
    const entry = this.#frames.key(this.#bytes, start, end);
    const { key } = entry;
    if (this.#scansKeys) {
      if (key.masked === undefined) key.masked = this.#scalars.maskKey(this.#bytes, start, end) ?? null;
      if (key.masked !== null) {
        this.#replace(start, end, key.masked);
        return;
      }
    }
    if (!entry.isLearnt) this.#context.places.kernel?.learnKey(this.#frames.placeOfContainer, entry);
  }

  readAhead(at: number, state: JsonState, open: OpenContainers): ReadAhead | undefined {
    const ahead = this.#ahead;
    if (ahead === undefined) return undefined;
    if (this.#isBlind) return this.#skipAhead(ahead, at, state, open);
    // What comes next may have another place than that of its path, or something waits for it.
    if (!this.#held.isEmpty || this.#frames.named !== undefined) return undefined;
    const told = ahead.run(at, state, open);
    if (told > 0) this.#maskTold(ahead, told);
    return told < 0 ? undefined : ahead;
  }

  /** Where nothing is looked at, only brackets count. */
  #skipAhead(ahead: ReadAhead, at: number, state: JsonState, open: OpenContainers): ReadAhead | undefined {
    const { depth } = open;
    if (this.#isTransparent) return ahead.run(at, state, open, 1) < 0 ? undefined : ahead;
    const rows = this.#rows;
    // The one that is dropped, or holds the rows.
    const outermost = rows === undefined ? depth - this.#dropped + 1 : depth - rows.depth;
    if (ahead.run(at, state, open, outermost) < 0) return undefined;
    if (rows === undefined) this.#dropped += open.depth - depth;
    else rows.depth += open.depth - depth;
    return ahead;
  }

  #maskTold(ahead: ReadAhead, count: number): void {
    ahead.isBusy = true;
    try {
      let edited = -1;
      for (let index = 0; index < count; index++) {
        const value = ahead.told(index);
        const { place, kind, start, end } = value;
        const type = TYPES[kind]!;
        const token = this.#scalars.mask(place, type, this.#bytes, start, end, kind === ESCAPED_STRING);
        if (token === undefined) continue;
        if (count <= SPLICED_MIN) {
          this.#replace(start, end, token);
          continue;
        }
        if (edited < 0) this.#keep(Math.max(this.#done, ahead.start, start - COPIED_MAX));
        if (!ahead.edit(value, token)) {
          this.#splice(ahead, edited);
          if (!ahead.edit(value, token)) this.#replace(start, end, token);
        }
        edited = end;
      }
      if (edited >= 0) this.#splice(ahead, edited);
    } finally {
      ahead.isBusy = false;
    }
  }

  #splice(ahead: ReadAhead, end: number): void {
    if (end <= this.#done) return;
    this.#hasChanged = true;
    const spliced = ahead.splice(this.#done, end);
    if (spliced.length > COPIED_MAX) this.#output.add(Uint8Array.from(spliced));
    else this.#output.beginWriting().bytes(spliced);
    this.#done = end;
  }

  nextElement(): void {
    if (!this.#isBlind) this.#frames.nextElement();
  }

  string(start: number, end: number, hasEscape: boolean): void {
    if (this.#isBlind) return;
    this.#scalar('string', start, end, hasEscape);
    this.#frames.noteString(this.#bytes, start, end);
  }

  #maskHeld({ token, type, place }: HeldValue): Uint8Array {
    if (type === 'rows') {
      // Without its brackets.
      return this.#nestedBody(token, place, this.#nesting, this.#frames.columns ?? []).subarray(1, -1);
    }
    const named = this.#frames.placeBeside(this.#bytes) ?? place;
    const masked = this.#scalars.mask(named, type, token, 0, token.length);
    if (masked !== undefined) this.#hasChanged = true;
    return masked ?? token;
  }

  number(start: number, end: number): void {
    this.#scalar('number', start, end);
  }

  literal(start: number, end: number): void {
    this.#scalar(this.#bytes[start] === 0x6e ? 'null' : 'boolean', start, end);
  }

  #scalar(type: JsonScalar, start: number, end: number, hasEscape?: boolean): void {
    if (this.#isBlind) return;
    const place = this.#frames.deciding;
    if (type !== 'null' && this.#frames.mayBeNamed) {
      this.#keep(start);
      const { depth } = this.#frames;
      // Not `slice`: that of a Buffer shares its memory.
      const token = new Uint8Array(this.#bytes.subarray(start, end));
      this.#held.hold({ token, type, place, depth });
      this.#done = end;
      return;
    }
    if (type !== 'string' && place.plan.action === 'forward') return;
    const masked = this.#scalars.mask(place, type, this.#bytes, start, end, hasEscape);
    if (masked !== undefined) this.#replace(start, end, masked);
  }

  document(): void {
    this.#frames.restart();
  }

  partialString(start: number, size: number): PartialStringAction {
    if (this.#isBlind) return 'pass';
    if (size <= this.#context.limits.valueSizeMax) return 'hold';
    this.#scan.report.addFailedClosed('size');
    this.#replace(start, start, WITHHELD);
    this.#isDroppingString = true;
    return 'pass';
  }

  passedString(end: number): void {
    if (this.#isDroppingString) this.#done = end;
    this.#isDroppingString = false;
  }

  #nestedBody(text: Uint8Array, place: JsonPlace, nesting: number, columns?: Columns): Uint8Array {
    const body = new JsonBody(this.#scan, this.#context, true, { place, nesting, columns });
    const parts = [...body.push(text), ...body.end()];
    if (body.#hasChanged) this.#hasChanged = true;
    return body.#hasChanged ? Buffer.concat(parts) : text;
  }

  /** The masked text, the text itself when it stays, or `undefined` when it is no JSON. */
  #nested(text: Uint8Array, place: JsonPlace, nesting: number): Uint8Array | undefined {
    if (nesting > NESTING_MAX) return undefined;
    try {
      return this.#nestedBody(text, place, nesting);
    } catch (error) {
      // No JSON after all, or too deep to read: a text like any other.
      if (error instanceof WiremaskError) return undefined;
      throw error;
    }
  }
}
