import { isDigit, isSpace, isWord } from '../scan/byte-class.ts';

/** One step of a way through a pattern. */
export interface LinearStep {
  readonly kind: 'bytes' | 'boundary' | 'open' | 'close';
  /** Of `bytes`: 1 for each byte that may stand here. */
  readonly set: Uint8Array;
  /** Of `bytes`: how often at least and at most. */
  readonly min: number;
  readonly max: number;
  /** Of `open` and `close`: which group. */
  readonly group: number;
}

/** A pattern as ways to match it, the preferred ones first. */
export interface LinearPattern {
  readonly ways: readonly (readonly LinearStep[])[];
  readonly groupCount: number;
}

type Way = readonly LinearStep[];

// Beyond these, RE2 is the better choice.
const WAYS_MAX = 32;
const STEPS_MAX = 256;
const REPEATED_MAX = 16;
// RE2 refuses more.
const COUNT_MAX = 1000;
const ENDLESS = 1_000_000;
const NO_BYTES: Uint8Array = new Uint8Array(256);

/**
 * Reads a pattern of RE2's syntax that can be matched byte by byte without ever going back: sequences of
 * ASCII classes with counts and alternatives, as tokens with a prefix are described.
 *
 * @returns `undefined` for every other pattern, also one that is no RE2 syntax.
 */
export function readLinearPattern(pattern: string): LinearPattern | undefined {
  const reader = new Reader(pattern);
  const ways = reader.alternatives();
  if (ways === undefined || !reader.isAtEnd) return undefined;
  return ways.every(isWithoutReturn) ? { ways, groupCount: reader.groupCount } : undefined;
}

/**
 * Whether taking as many bytes as possible at every step is the only way to match: what may follow a step
 * of varying length is none of its own bytes. After a step without end nothing may fail, or every start would
 * go to the end of the value.
 */
function isWithoutReturn(way: Way): boolean {
  if (!way.some(({ min }) => min > 0)) return false;
  return way.every((step, index) => {
    if (step.kind !== 'bytes' || step.min === step.max) return true;
    for (const next of way.slice(index + 1)) {
      const mayFail = next.kind === 'boundary' || next.min > 0;
      if (mayFail && step.max >= ENDLESS) return false;
      if (next.kind === 'boundary' && !isOneSort(step.set)) return false;
      if (next.kind !== 'bytes') continue;
      if (next.set.some((may, byte) => may === 1 && step.set[byte] === 1)) return false;
      if (next.min > 0) return true;
    }
    return true;
  });
}

/** Within bytes that are all parts of words, or all none, there is no boundary. */
function isOneSort(set: Uint8Array): boolean {
  const isWordAt = Array.from(set, (may, byte) => (may === 1 ? isWord(byte) : undefined));
  return !(isWordAt.includes(true) && isWordAt.includes(false));
}

function bytesStep(set: Uint8Array): LinearStep {
  return { kind: 'bytes', set, min: 1, max: 1, group: 0 };
}

function markStep(kind: 'boundary' | 'open' | 'close', group = 0): LinearStep {
  return { kind, set: NO_BYTES, min: 0, max: 0, group };
}

function setOf(accepts: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (byte < 0x80 && accepts(byte) ? 1 : 0));
}

const CLASSES: ReadonlyMap<string, Uint8Array> = new Map([
  ['d', setOf(isDigit)],
  ['w', setOf(isWord)],
  // RE2's \s leaves out the vertical tab.
  ['s', setOf((byte) => isSpace(byte) && byte !== 0x0b)],
]);
const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['n', 0x0a],
  ['t', 0x09],
  ['r', 0x0d],
  ['f', 0x0c],
]);

/** Recursive descent; every method returns `undefined` where it does not understand. */
class Reader {
  readonly #pattern: string;
  #at = 0;
  groupCount = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#pattern.length;
  }

  alternatives(): readonly Way[] | undefined {
    const all: Way[] = [];
    do {
      const ways = this.#sequence();
      if (ways === undefined || all.length + ways.length > WAYS_MAX) return undefined;
      all.push(...ways);
    } while (this.#take('|'));
    return all;
  }

  #sequence(): readonly Way[] | undefined {
    let all: readonly Way[] = [[]];
    while (!this.isAtEnd && !'|)'.includes(this.#peek())) {
      const atom = this.#atom();
      const ways = atom === undefined ? undefined : this.#repeated(atom);
      if (ways === undefined || all.length * ways.length > WAYS_MAX) return undefined;
      all = all.flatMap((before) => ways.map((after) => [...before, ...after]));
      if (all.some(({ length }) => length > STEPS_MAX)) return undefined;
    }
    return all;
  }

  #atom(): readonly Way[] | undefined {
    const character = this.#next();
    if (character === '(') return this.#group();
    if (character === '\\' && this.#take('b')) return [[markStep('boundary')]];
    const set = character === '[' ? this.#class() : this.#set(character);
    return set === undefined ? undefined : [[bytesStep(set)]];
  }

  #group(): readonly Way[] | undefined {
    if (this.#take('?')) {
      if (!this.#take(':')) return undefined;
      const ways = this.alternatives();
      return this.#take(')') ? ways : undefined;
    }
    const group = ++this.groupCount;
    const ways = this.alternatives();
    if (!this.#take(')')) return undefined;
    return ways?.map((way) => [markStep('open', group), ...way, markStep('close', group)]);
  }

  #repeated(ways: readonly Way[]): readonly Way[] | undefined {
    const found = /^(?:[*+?]|\{(\d{1,6})(?:(,)(\d{0,6}))?\})/.exec(this.#pattern.slice(this.#at));
    if (found === null) return '*+?{'.includes(this.#peek()) && !this.isAtEnd ? undefined : ways;
    this.#at += found[0].length;
    // Lazy, possessive or doubled.
    if ('*+?{'.includes(this.#peek()) && !this.isAtEnd) return undefined;
    const [text, least, comma, most] = found;
    const min = least === undefined ? Number(text === '+') : Number(least);
    const last = comma === undefined ? min : Number(most === '' ? ENDLESS : most);
    const max = least === undefined ? (text === '?' ? 1 : ENDLESS) : last;
    const isCount = min <= COUNT_MAX && (max <= COUNT_MAX || max === ENDLESS);
    return !isCount || max < min || max === 0 ? undefined : repeat(ways, min, max);
  }

  /** One character outside of a class. */
  #set(character: string): Uint8Array | undefined {
    if (character === '\\') return this.#escape();
    if ('^$.*+?{'.includes(character)) return undefined;
    const code = character.charCodeAt(0);
    return code < 0x80 ? setOf((byte) => byte === code) : undefined;
  }

  #escape(): Uint8Array | undefined {
    const character = this.#next();
    const named = CLASSES.get(character);
    if (named !== undefined) return named;
    const code = this.#escapedCode(character);
    return code === undefined ? undefined : setOf((byte) => byte === code);
  }

  #escapedCode(character: string): number | undefined {
    if (character === 'x') {
      const hex = /^[0-7][0-9a-fA-F]/.exec(this.#pattern.slice(this.#at))?.[0];
      if (hex === undefined) return undefined;
      this.#at += hex.length;
      return Number.parseInt(hex, 16);
    }
    return (
      CONTROLS.get(character) ?? (/^[!-/:-@[-`{-~]$/.test(character) ? character.charCodeAt(0) : undefined)
    );
  }

  /** A class that is not negated: what a negated one takes can be longer than a byte. */
  #class(): Uint8Array | undefined {
    const set = new Uint8Array(256);
    if (this.#peek() === '^') return undefined;
    for (let isFirst = true; isFirst || this.#peek() !== ']'; isFirst = false) {
      if (this.isAtEnd || this.#pattern.startsWith('[:', this.#at)) return undefined;
      const named = this.#peek() === '\\' ? CLASSES.get(this.#pattern[this.#at + 1] ?? '') : undefined;
      if (named !== undefined) {
        this.#at += 2;
        named.forEach((may, byte) => {
          if (may === 1) set[byte] = 1;
        });
        continue;
      }
      const from = this.#member();
      const isRange = this.#peek() === '-' && this.#pattern[this.#at + 1] !== ']';
      if (isRange) this.#at++;
      const to = isRange ? this.#member() : from;
      if (from === undefined || to === undefined || to < from) return undefined;
      set.fill(1, from, to + 1);
    }
    this.#at++;
    return set;
  }

  #member(): number | undefined {
    const character = this.#next();
    const code = character === '\\' ? this.#escapedCode(this.#next()) : character.charCodeAt(0);
    return code !== undefined && code < 0x80 ? code : undefined;
  }

  #peek(): string {
    return this.#pattern[this.#at] ?? '';
  }

  #next(): string {
    return this.#pattern[this.#at++] ?? '';
  }

  #take(expected: string): boolean {
    if (this.#peek() !== expected) return false;
    this.#at++;
    return true;
  }
}

function repeat(ways: readonly Way[], min: number, max: number): readonly Way[] | undefined {
  const [way] = ways;
  const [step] = way ?? [];
  if (way === undefined || step === undefined || way.some(({ kind }) => kind === 'boundary'))
    return undefined;
  const isOneByte =
    ways.length === 1 && way.length === 1 && step.kind === 'bytes' && step.min * step.max === 1;
  if (isOneByte) return [[{ ...step, min, max }]];
  if (min === 0 && max === 1) return [...ways, []];
  if (ways.length > 1 || min !== max || max > REPEATED_MAX) return undefined;
  return [Array.from({ length: min }, () => way).flat()];
}
