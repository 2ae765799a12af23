/** Told about every literal found, in order of its end. */
export interface LiteralSink {
  /**
   * @param literal - Index of the literal in the list the automaton was built from.
   * @param end - Where it ends: index after its last byte.
   * @returns `false` to stop the scan.
   */
  literalFound(literal: number, end: number): boolean;
}

/** An automaton as numbers: from state `s`, byte `b` leads to `next[s + classOf[b]]`. */
export interface AutomatonTables {
  readonly classOf: Uint8Array;
  readonly next: Int32Array;
  /** From this one on, literals end in a state. */
  readonly firstAccepting: number;
}

/** States in which literals end, and where. Reused by its owner. */
export class LiteralHits {
  readonly states: Int32Array;
  readonly ends: Int32Array;
  count = 0;

  /** @param sizeMax - Bytes of a value, at most. */
  constructor(sizeMax: number) {
    this.states = new Int32Array(sizeMax);
    this.ends = new Int32Array(sizeMax);
  }
}

/**
 * Finds any of many literals, one character a byte, in one pass: an Aho-Corasick automaton as a dense table
 * over byte classes. ASCII case is folded. All literals that end at a position are reported, also those
 * inside a longer one.
 */
export class LiteralAutomaton {
  /** Of the table, states times the length of a row: it bounds what a rule file can make us allocate. */
  static readonly tableSizeMax: number = 1 << 22;
  readonly #classOf = new Uint8Array(256);
  // Target of (state, class). States are pre-multiplied by the length of a row, a power of two, and the
  // accepting ones come last, so that one comparison tells whether anything ends here.
  readonly #next: Int32Array;
  readonly #firstAccepting: number;
  readonly #rowShift: number;
  // Literals ending in accepting state k: #outputs[#outputStart[k] .. #outputStart[k + 1]).
  readonly #outputStart: Int32Array;
  readonly #outputs: Int32Array;
  readonly #lengths: readonly number[];

  /** @param literals - Characters are bytes: those beyond ASCII as in Latin-1. An empty one is refused. */
  constructor(literals: readonly string[]) {
    const folded = literals.map((literal) => Buffer.from(foldAscii(literal), 'latin1'));
    if (folded.some((literal) => literal.length === 0)) throw new RangeError('a literal must not be empty');
    this.#lengths = folded.map((literal) => literal.length);
    const classCount = this.#assignClasses(folded);
    this.#rowShift = 32 - Math.clz32(classCount - 1);
    const trie = new Trie(classCount);
    folded.forEach((literal, index) => {
      trie.add(literal, this.#classOf, index);
    });
    if (trie.size > LiteralAutomaton.tableSizeMax >> this.#rowShift)
      throw new RangeError('too many literals');
    trie.link();
    const order = trie.acceptingLast();
    this.#firstAccepting = order.firstAccepting << this.#rowShift;
    this.#next = new Int32Array(trie.size << this.#rowShift);
    const starts = [0];
    const outputs: number[] = [];
    order.states.forEach((state, position) => {
      for (let symbol = 0; symbol < classCount; symbol++) {
        this.#next[(position << this.#rowShift) + symbol] =
          order.positionOf[trie.target(state, symbol)]! << this.#rowShift;
      }
      if (position < order.firstAccepting) return;
      outputs.push(...trie.outputs(state));
      starts.push(outputs.length);
    });
    this.#outputStart = Int32Array.from(starts);
    this.#outputs = Int32Array.from(outputs);
  }

  #assignClasses(literals: readonly Uint8Array[]): number {
    let count = 1;
    for (const literal of literals) {
      for (const byte of literal) {
        if (this.#classOf[byte] !== 0) continue;
        if (count === 256) throw new RangeError('too many different bytes in literals');
        this.#classOf[byte] = count;
        if (byte >= 0x61 && byte <= 0x7a) this.#classOf[byte - 0x20] = count;
        count++;
      }
    }
    return count;
  }

  /** @returns Length of the literal, in bytes. */
  lengthOf(literal: number): number {
    return this.#lengths[literal]!;
  }

  /**
   * Reports every literal inside `bytes[start, end)`.
   *
   * @returns `false` when the sink stopped the scan.
   */
  scan(bytes: Uint8Array, start: number, end: number, sink: LiteralSink): boolean {
    const classOf = this.#classOf;
    const next = this.#next;
    const firstAccepting = this.#firstAccepting;
    let state = 0;
    for (let at = start; at < end; at++) {
      state = next[state + classOf[bytes[at]!]!]!;
      if (state >= firstAccepting && !this.#report(state, at + 1, sink)) return false;
    }
    return true;
  }

  /** For loops that do more than one thing at a byte: see `shapeAndHitsOf`. */
  get tables(): AutomatonTables {
    return { classOf: this.#classOf, next: this.#next, firstAccepting: this.#firstAccepting };
  }

  /** Reports what was met by such a loop. @returns `false` when the sink stopped. */
  reportHits({ states, ends, count }: LiteralHits, sink: LiteralSink): boolean {
    for (let hit = 0; hit < count; hit++) if (!this.#report(states[hit]!, ends[hit]!, sink)) return false;
    return true;
  }

  #report(state: number, end: number, sink: LiteralSink): boolean {
    const accepting = (state - this.#firstAccepting) >> this.#rowShift;
    const last = this.#outputStart[accepting + 1]!;
    for (let at = this.#outputStart[accepting]!; at < last; at++) {
      if (!sink.literalFound(this.#outputs[at]!, end)) return false;
    }
    return true;
  }
}

/** A to Z in lower case, and nothing else: other letters are parts of characters. */
function foldAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The automaton while it is built: goto edges, then failure links merged into a full table. */
class Trie {
  readonly #classCount: number;
  readonly #edges: Int32Array[] = [];
  readonly #outputs: number[][] = [];

  constructor(classCount: number) {
    this.#classCount = classCount;
    this.#addState();
  }

  get size(): number {
    return this.#edges.length;
  }

  #addState(): number {
    this.#outputs.push([]);
    return this.#edges.push(new Int32Array(this.#classCount).fill(-1)) - 1;
  }

  add(literal: Uint8Array, classOf: Uint8Array, index: number): void {
    let state = 0;
    for (const byte of literal) {
      const symbol = classOf[byte]!;
      if (this.#edges[state]![symbol] === -1) this.#edges[state]![symbol] = this.#addState();
      state = this.#edges[state]![symbol]!;
    }
    this.#outputs[state]!.push(index);
  }

  /** Breadth first, so that the state a failure link leads to is complete before it is copied from. */
  link(): void {
    const failure = new Int32Array(this.size);
    const queue: number[] = [];
    const root = this.#edges[0]!;
    for (let symbol = 0; symbol < this.#classCount; symbol++) {
      if (root[symbol] === -1) root[symbol] = 0;
      else queue.push(root[symbol]!);
    }
    for (let head = 0; head < queue.length; head++) {
      const state = queue[head]!;
      const fallback = failure[state]!;
      this.#outputs[state]!.push(...this.#outputs[fallback]!);
      const edges = this.#edges[state]!;
      for (let symbol = 0; symbol < this.#classCount; symbol++) {
        const through = this.#edges[fallback]![symbol]!;
        if (edges[symbol] === -1) edges[symbol] = through;
        else {
          failure[edges[symbol]!] = through;
          queue.push(edges[symbol]!);
        }
      }
    }
  }

  target(state: number, symbol: number): number {
    return this.#edges[state]![symbol]!;
  }

  outputs(state: number): readonly number[] {
    return this.#outputs[state]!;
  }

  acceptingLast(): { states: readonly number[]; positionOf: Int32Array; firstAccepting: number } {
    const all = this.#outputs.map((_, state) => state);
    const plain = all.filter((state) => this.#outputs[state]!.length === 0);
    const states = [...plain, ...all.filter((state) => this.#outputs[state]!.length > 0)];
    const positionOf = new Int32Array(this.size);
    states.forEach((state, position) => {
      positionOf[state] = position;
    });
    return { states, positionOf, firstAccepting: plain.length };
  }
}
