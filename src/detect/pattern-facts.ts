import { ShapeFlag } from '../scan/shape.ts';

/** What every text has that a pattern matches: necessary, never sufficient. */
export interface PatternFacts {
  /** In bytes of UTF-8. */
  readonly lengthMin: number;
  readonly digitsMin: number;
  /** Flags of a shape word. */
  readonly flags: number;
  /** ASCII texts in lower case, of which one occurs in it, in whichever case; none when it is not certain. */
  readonly oneOf: readonly string[];
  /** An ASCII search finds them in every text that matches. */
  readonly isFindable: boolean;
  /** In bytes of UTF-8; infinite where a repetition has no end. */
  readonly lengthMax: number;
}

const EMPTY: PatternFacts = {
  lengthMin: 0,
  digitsMin: 0,
  flags: 0,
  oneOf: [],
  isFindable: true,
  lengthMax: 0,
};
const NOTHING: PatternFacts = { ...EMPTY, lengthMax: Number.POSITIVE_INFINITY };

// More alternatives than that are not worth looking for one by one.
const ONE_OF_MAX = 256;

// Repetitions multiply; beyond this a number says no more.
const COUNT_MAX = 1_000_000;

const FLAG_OF: ReadonlyMap<string, number> = new Map([
  ['@', ShapeFlag.at],
  ['.', ShapeFlag.dot],
  [':', ShapeFlag.colon],
  ['/', ShapeFlag.slash],
  ['-', ShapeFlag.dash],
  ['=', ShapeFlag.assign],
  ['>', ShapeFlag.assign],
  [' ', ShapeFlag.space],
  ['_', ShapeFlag.underscore],
]);

/**
 * Reads an RE2 pattern for what it demands. A construct that is not understood demands nothing, so the
 * answer is always safe to rely on.
 *
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function factsOfPattern(pattern: string): PatternFacts {
  const parser = new Parser(pattern);
  const facts = parser.alternation(0);
  if (facts === undefined || !parser.isAtEnd) return NOTHING;
  // Folding case turns ASCII k and s into letters beyond ASCII, which no ASCII search would find.
  const isFindable = !parser.foldsCase || !facts.oneOf.some((literal) => /[ks]/.test(literal));
  return { ...facts, isFindable };
}

const DEPTH_MAX = 100;

/** Recursive descent; every method returns `undefined` where it does not understand. */
class Parser {
  readonly #pattern: string;
  #at = 0;
  foldsCase = false;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#pattern.length;
  }

  alternation(depth: number): PatternFacts | undefined {
    let all = this.#sequence(depth);
    while (all !== undefined && this.#take('|')) {
      const other = this.#sequence(depth);
      all = other === undefined ? undefined : either(all, other);
    }
    return all;
  }

  #sequence(depth: number): PatternFacts | undefined {
    if (depth > DEPTH_MAX) return undefined;
    let all = EMPTY;
    // Literal characters that stand next to each other.
    let run = '';
    let best: readonly string[] = [];
    while (!this.isAtEnd && !'|)'.includes(this.#peek())) {
      const atom = this.#atom(depth);
      if (atom === undefined) return undefined;
      // What it would repeat differs between bindings.
      if (atom.isEmptyWidth && '*+?{'.includes(this.#peek()) && !this.isAtEnd) return undefined;
      const { min, max } = this.#quantifier();
      all = both(all, repeat(atom, min, max));
      const isRun = min === 1 && max === 1 && atom.isLiteral;
      run = isRun ? run + atom.oneOf[0] : '';
      best = longer(best, isRun ? [run] : min >= 1 ? atom.oneOf : []);
    }
    return { ...all, oneOf: best };
  }

  #atom(depth: number): Atom | undefined {
    const character = this.#next();
    switch (character) {
      case '(':
        return this.#group(depth);
      case '[':
        return this.#characterClass();
      case '\\':
        return this.#escape();
      case '^':
      case '$':
        return emptyWidth;
      case '.':
        return anyCharacter;
      case '*':
      case '+':
      case '?':
        return undefined;
      default:
        return literal(character);
    }
  }

  #group(depth: number): Atom | undefined {
    if (this.#take('?')) {
      const rest = this.#pattern.slice(this.#at);
      const opening = /^(?:P?<\w+>|[imsU-]*:)/.exec(rest)?.[0];
      const flagsOnly = opening === undefined ? /^[imsU-]+\)/.exec(rest)?.[0] : undefined;
      const taken = opening ?? flagsOnly;
      if (taken === undefined) return undefined;
      if (!taken.includes('<') && taken.includes('i')) this.foldsCase = true;
      this.#at += taken.length;
      if (flagsOnly !== undefined) return emptyWidth;
    }
    const inner = this.alternation(depth + 1);
    return inner !== undefined && this.#take(')') ? { ...inner, ...notLiteral } : undefined;
  }

  #escape(): Atom | undefined {
    const character = this.#next();
    if ('AzbB'.includes(character) && character !== '') return emptyWidth;
    if (character === 'd') return anyDigit;
    if ('DsSwWntrfv'.includes(character) && character !== '') return anyCharacter;
    if (character === 'p' || character === 'P') {
      const name = /^(?:\{\^?\w+\}|[A-Z])/.exec(this.#pattern.slice(this.#at))?.[0];
      this.#at += name?.length ?? 0;
      return name === undefined ? undefined : anyCharacter;
    }
    // Punctuation stands for itself; letters and digits not named above are not understood.
    return /^[!-/:-@[-`{-~]$/.test(character) ? literal(character) : undefined;
  }

  #characterClass(): Atom | undefined {
    const isNegated = this.#take('^');
    let isDigits = !isNegated;
    let only: string | undefined;
    let count = 0;
    let isFirst = true;
    while (!this.isAtEnd && (isFirst || this.#peek() !== ']')) {
      isFirst = false;
      const named = /^\[:\^?\w+:\]/.exec(this.#pattern.slice(this.#at))?.[0];
      if (named !== undefined) {
        this.#at += named.length;
        isDigits &&= named === '[:digit:]';
        count += 2;
        continue;
      }
      const from = this.#classMember();
      if (from === undefined) return undefined;
      count += from.length === 1 ? 1 : 2;
      only = from;
      if (this.#pattern[this.#at] === '-' && this.#pattern[this.#at + 1] !== ']') {
        this.#at++;
        const to = this.#classMember();
        if (to === undefined) return undefined;
        count += 2;
        isDigits &&= from >= '0' && to <= '9' && to.length === 1;
      } else {
        isDigits &&= from === '\\d' || (from >= '0' && from <= '9' && from.length === 1);
      }
    }
    if (!this.#take(']')) return undefined;
    if (isDigits) return anyDigit;
    return count === 1 && !isNegated && only !== undefined ? literal(only) : anyCharacter;
  }

  /** One member of a class: a character, or an escape for several. */
  #classMember(): string | undefined {
    const character = this.#next();
    if (character !== '\\') return character === '' ? undefined : character;
    const escaped = this.#next();
    if ('dDsSwW'.includes(escaped) && escaped !== '') return `\\${escaped}`;
    if ('ntrfv'.includes(escaped) && escaped !== '') return `\\${escaped}`;
    return /^[!-/:-@[-`{-~]$/.test(escaped) ? escaped : undefined;
  }

  #quantifier(): { readonly min: number; readonly max: number } {
    const found = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})/.exec(this.#pattern.slice(this.#at));
    if (found === null) return { min: 1, max: 1 };
    this.#at += found[0].length;
    this.#take('?');
    const [text, min, comma, max] = found;
    if (text === '*') return { min: 0, max: COUNT_MAX };
    if (text === '+') return { min: 1, max: COUNT_MAX };
    if (text === '?') return { min: 0, max: 1 };
    return { min: Number(min), max: comma === undefined ? Number(min) : Number(max || COUNT_MAX) };
  }

  #peek(): string {
    return this.#pattern[this.#at] ?? '';
  }

  /** The next character; both halves of one beyond the basic plane. */
  #next(): string {
    const code = this.#pattern.codePointAt(this.#at);
    if (code === undefined) return '';
    const character = String.fromCodePoint(code);
    this.#at += character.length;
    return character;
  }

  #take(expected: string): boolean {
    if (this.#pattern[this.#at] !== expected) return false;
    this.#at += 1;
    return true;
  }
}

type Atom = PatternFacts & { readonly isLiteral: boolean; readonly isEmptyWidth: boolean };

const notLiteral = { isLiteral: false, isEmptyWidth: false } as const;
const emptyWidth: Atom = { ...EMPTY, isLiteral: false, isEmptyWidth: true };
// Any character takes up to four bytes.
const anyCharacter: Atom = { ...EMPTY, ...notLiteral, lengthMin: 1, lengthMax: 4 };
const anyDigit: Atom = { ...EMPTY, ...notLiteral, lengthMin: 1, lengthMax: 1, digitsMin: 1 };

function literal(character: string): Atom {
  const isAscii = character >= ' ' && character <= '~' && character.length === 1;
  return {
    ...EMPTY,
    // Folding case can change how many bytes a character takes.
    lengthMin: 1,
    lengthMax: isAscii && !/[ks]/i.test(character) ? 1 : 4,
    digitsMin: isAscii && character >= '0' && character <= '9' ? 1 : 0,
    flags: FLAG_OF.get(character) ?? 0,
    oneOf: isAscii ? [character.toLowerCase()] : [],
    isLiteral: isAscii,
    isEmptyWidth: false,
  };
}

/** The list whose shortest text is longer: it occurs by chance less often. */
function longer(a: readonly string[], b: readonly string[]): readonly string[] {
  const shortest = (texts: readonly string[]): number =>
    texts.length === 0 ? 0 : Math.min(...texts.map((text) => text.length));
  return shortest(b) > shortest(a) ? b : a;
}

function both(a: PatternFacts, b: PatternFacts): PatternFacts {
  return {
    lengthMin: Math.min(COUNT_MAX, a.lengthMin + b.lengthMin),
    lengthMax: a.lengthMax + b.lengthMax,
    digitsMin: Math.min(COUNT_MAX, a.digitsMin + b.digitsMin),
    flags: a.flags | b.flags,
    oneOf: [],
    isFindable: true,
  };
}

function either(a: PatternFacts, b: PatternFacts): PatternFacts {
  const oneOf = [...new Set([...a.oneOf, ...b.oneOf])];
  const isCertain = a.oneOf.length > 0 && b.oneOf.length > 0 && oneOf.length <= ONE_OF_MAX;
  return {
    lengthMin: Math.min(a.lengthMin, b.lengthMin),
    lengthMax: Math.max(a.lengthMax, b.lengthMax),
    digitsMin: Math.min(a.digitsMin, b.digitsMin),
    flags: a.flags & b.flags,
    oneOf: isCertain ? oneOf : [],
    isFindable: true,
  };
}

function repeat(facts: PatternFacts, min: number, max: number): PatternFacts {
  return {
    lengthMin: Math.min(COUNT_MAX, facts.lengthMin * min),
    lengthMax:
      max >= COUNT_MAX ? (facts.lengthMax === 0 ? 0 : Number.POSITIVE_INFINITY) : facts.lengthMax * max,
    digitsMin: Math.min(COUNT_MAX, facts.digitsMin * min),
    flags: min >= 1 ? facts.flags : 0,
    oneOf: [],
    isFindable: true,
  };
}
