import { byteAt, byteBefore, isWord } from '../scan/byte-class.ts';
import type { LinearPattern, LinearStep } from './linear-pattern.ts';
import type { AnchoredPattern, PatternSpan, Re2Pattern } from './re2.ts';

/**
 * Matches a linear pattern as RE2 would: the leftmost match, of those that begin there the preferred one.
 * About fifteen times as fast as a search by automaton, and nothing has to be compiled for it.
 */
export class LinearMatcher implements Re2Pattern, AnchoredPattern {
  readonly groupCount: number;
  readonly #ways: readonly CompiledWay[];
  /** By way: what its first bytes may be, as far as every match has them. */
  readonly #beginnings: readonly (readonly Uint8Array[])[];
  /** 1 for each byte a match may begin with, and for each that may come after that one. */
  readonly #first: Uint8Array = new Uint8Array(256);
  readonly #second: Uint8Array = new Uint8Array(257);

  constructor({ ways, groupCount }: LinearPattern) {
    this.#ways = ways.map(compileWay);
    this.#beginnings = ways.map(beginningOf);
    this.groupCount = groupCount;
    for (const way of ways) {
      const steps = way.filter(({ kind }) => kind === 'bytes');
      const [first, second] = steps;
      noteFirst(steps, this.#first);
      const isSecondKnown = first?.min === 1 && first.max === 1 && second !== undefined;
      if (isSecondKnown) noteFirst(steps.slice(1), this.#second);
      else this.#second.fill(1);
    }
  }

  find(bytes: Uint8Array, from: number, group: number, span: PatternSpan): boolean {
    const first = this.#first;
    const second = this.#second;
    const end = bytes.length;
    let work = 0;
    for (let at = from; at < end; at++) {
      if (first[bytes[at]!] !== 1 || second[byteAt(bytes, at + 1, end)] !== 1) continue;
      const isMatch = this.at(bytes, at, 0, end, group, span);
      work += span.work;
      if (!isMatch) continue;
      span.work = work + (at - from);
      return true;
    }
    span.work = work + (end - from);
    return false;
  }

  at(bytes: Uint8Array, at: number, start: number, end: number, group: number, span: PatternSpan): boolean {
    span.work = 0;
    for (const { prefix, rest } of this.#ways) {
      if (!startsWith(bytes, at, end, prefix)) continue;
      const isMatch = matchAt(rest, bytes, at, prefix.length, start, end, group, span);
      span.work += span.matchEnd - at;
      if (!isMatch) continue;
      span.matchStart = at;
      return true;
    }
    return false;
  }

  /**
   * @param literals - In lower case.
   * @returns Whether every match begins with one of the literals, and meeting these by their ends meets the
   *   matches from left to right: none stands inside another one, but at its beginning.
   */
  beginsWith(literals: readonly string[]): boolean {
    const isInside = literals.some((inner) => literals.some((outer) => outer.includes(inner, 1)));
    return !isInside && this.#beginnings.every((sets) => allBeginWith(sets, '', literals));
  }
}

/** A way, of which the first bytes are fixed; they may be none. */
interface CompiledWay {
  readonly prefix: Uint8Array;
  readonly rest: readonly LinearStep[];
}

function compileWay(way: readonly LinearStep[]): CompiledWay {
  const prefix: number[] = [];
  for (const { kind, set, min, max } of way) {
    const byte = set.indexOf(1);
    if (kind !== 'bytes' || min !== 1 || max !== 1 || set.indexOf(1, byte + 1) >= 0) break;
    prefix.push(byte);
  }
  return { prefix: Uint8Array.from(prefix), rest: way.slice(prefix.length) };
}

// Longer than any literal that tells patterns apart.
const BEGINNING_MAX = 32;

/** Boundaries and groups take no bytes. */
function beginningOf(way: readonly LinearStep[]): readonly Uint8Array[] {
  const sets: Uint8Array[] = [];
  for (const { kind, set, min, max } of way) {
    if (kind !== 'bytes') continue;
    for (let count = 0; count < min && sets.length < BEGINNING_MAX; count++) sets.push(set);
    if (min !== max) break;
  }
  return sets;
}

/** Whether each text the sets allow, behind what is already read of them, begins with one of the literals. */
function allBeginWith(sets: readonly Uint8Array[], read: string, literals: readonly string[]): boolean {
  if (literals.some((literal) => read.startsWith(literal))) return true;
  const set = sets[read.length];
  if (set === undefined || !literals.some((literal) => literal.startsWith(read))) return false;
  return set.every(
    (may, byte) => may === 0 || allBeginWith(sets, read + String.fromCharCode(byte).toLowerCase(), literals),
  );
}

function startsWith(bytes: Uint8Array, at: number, end: number, prefix: Uint8Array): boolean {
  if (at + prefix.length > end) return false;
  for (let index = 0; index < prefix.length; index++) if (bytes[at + index] !== prefix[index]) return false;
  return true;
}

/** Sets what the first of the steps may take, and where it may take nothing, the next. */
function noteFirst(steps: readonly LinearStep[], into: Uint8Array): void {
  for (const { set, min } of steps) {
    for (let byte = 0; byte < 256; byte++) into[byte]! |= set[byte]!;
    if (min > 0) return;
  }
  into.fill(1);
}

/**
 * @param matchStart - Where the match begins; the way begins `skipped` bytes after that.
 * @returns Whether the rest of the way leads on from there; `span.matchEnd` says how far it came in any case.
 */
function matchAt(
  way: readonly LinearStep[],
  bytes: Uint8Array,
  matchStart: number,
  skipped: number,
  start: number,
  end: number,
  group: number,
  span: PatternSpan,
): boolean {
  let at = matchStart + skipped;
  span.start = group === 0 ? matchStart : -1;
  span.end = -1;
  for (const step of way) {
    switch (step.kind) {
      case 'bytes': {
        const last = Math.min(end, at + step.max);
        const least = at + step.min;
        while (at < last && step.set[bytes[at]!] === 1) at++;
        if (at >= least) break;
        span.matchEnd = at;
        return false;
      }
      case 'boundary': {
        const before = byteBefore(bytes, at, start);
        if (isWord(before) !== isWord(byteAt(bytes, at, end))) break;
        span.matchEnd = at;
        return false;
      }
      case 'open':
        if (step.group === group) span.start = at;
        break;
      case 'close':
        if (step.group === group) span.end = at;
        break;
    }
  }
  span.matchEnd = at;
  if (group === 0) span.end = at;
  return true;
}
