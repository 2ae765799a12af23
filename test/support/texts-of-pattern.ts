/**
 * Makes up texts that an RE2 pattern matches, for a test that wants to see what they have in common. They
 * are drawn with a fixed seed: every run sees the same. Empty-width assertions (`\b`, `^`) are ignored, so
 * whoever uses a text tries it on the pattern first.
 *
 * @returns `undefined` where the pattern has a construct that is not understood.
 */
export function textsOfPattern(pattern: string, count: number): readonly string[] | undefined {
  try {
    const root = new Parser(pattern).parse();
    const random = randomFrom(1);
    return Array.from({ length: count }, () => root(random));
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}

class NotUnderstood extends Error {}

type Random = () => number;
/** Writes one text of a part of a pattern. */
type Writer = (random: Random) => string;

/** Numbers in [0, 1). A linear congruential generator, Numerical Recipes' constants. */
function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const pick = <T>(from: readonly T[], random: Random): T => from[Math.floor(random() * from.length)]!;

const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index));
const only = (expression: RegExp): readonly string[] => PRINTABLE.filter((one) => expression.test(one));
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  d: only(/\d/),
  D: only(/\D/),
  s: [' ', '\n', '\t'],
  S: only(/\S/),
  w: only(/\w/),
  W: only(/\W/),
  n: ['\n'],
  r: ['\r'],
  t: ['\t'],
};
const EMPTY_WIDTH = /^\\[bBAz]|^[\^$]/;
// What is repeated at will is repeated this often at most: long texts show no more than short ones.
const MORE_THAN_MIN = 3;

/** Recursive descent over the part of RE2's syntax that rules use. */
class Parser {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  parse(): Writer {
    const all = this.#alternation();
    if (this.#at < this.#pattern.length) throw new NotUnderstood();
    return all;
  }

  #alternation(): Writer {
    const options = [this.#sequence()];
    while (this.#take(/^\|/) !== undefined) options.push(this.#sequence());
    return (random) => pick(options, random)(random);
  }

  #sequence(): Writer {
    const parts: Writer[] = [];
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at]!)) {
      if (this.#take(EMPTY_WIDTH) === undefined) parts.push(this.#repeated(this.#atom()));
    }
    return (random) => parts.map((part) => part(random)).join('');
  }

  #atom(): Writer {
    if (this.#take(/^\(/) !== undefined) {
      const isFlags = this.#take(/^\?[imsU-]+\)/) !== undefined;
      if (isFlags) return () => '';
      this.#take(/^\?(?:P?<\w+>|[imsU-]*:)/);
      const inner = this.#alternation();
      this.#expect(/^\)/);
      return inner;
    }
    const from = this.#take(/^\[/) === undefined ? this.#member() : this.#class();
    return (random) => pick(from, random);
  }

  #class(): readonly string[] {
    const isNegated = this.#take(/^\^/) !== undefined;
    const members = new Set<string>();
    while (this.#take(/^\]/) === undefined) {
      const from = this.#member(true);
      if (from.length === 1 && this.#take(/^-(?!\])/) !== undefined) {
        const last = this.#member(true)[0]!.charCodeAt(0);
        for (let code = from[0]!.charCodeAt(0); code <= last; code++) members.add(String.fromCharCode(code));
      } else for (const member of from) members.add(member);
    }
    return isNegated ? PRINTABLE.filter((one) => !members.has(one)) : [...members];
  }

  /** A character, an escape, or `.`; what it can stand for. */
  #member(isInClass: boolean = false): readonly string[] {
    if (this.#take(/^\\/) === undefined) {
      const character = this.#expect(/^[\s\S]/);
      return character === '.' && !isInClass ? PRINTABLE : [character];
    }
    const hex = this.#take(/^x[0-9A-Fa-f]{2}/);
    if (hex !== undefined) return [String.fromCharCode(Number.parseInt(hex.slice(1), 16))];
    const escaped = this.#expect(/^[\s\S]/);
    const known = CLASSES[escaped];
    if (known === undefined && /\w/.test(escaped)) throw new NotUnderstood();
    return known ?? [escaped];
  }

  #repeated(atom: Writer): Writer {
    const quantifier = this.#take(/^(?:[*+?]|\{\d+(?:,\d*)?\})\??/);
    if (quantifier === undefined) return atom;
    const [, least = '', comma, most = ''] = /^\{(\d+)(,?)(\d*)/.exec(quantifier) ?? [];
    const min = quantifier.startsWith('{') ? Number(least) : quantifier.startsWith('+') ? 1 : 0;
    const isUpToOne = quantifier.startsWith('?');
    const end = comma === '' ? min : isUpToOne ? 1 : most === '' ? Number.POSITIVE_INFINITY : Number(most);
    const max = Math.min(end, min + MORE_THAN_MIN);
    return (random) => {
      const times = min + Math.floor(random() * (max - min + 1));
      return Array.from({ length: times }, () => atom(random)).join('');
    };
  }

  #expect(expression: RegExp): string {
    const taken = this.#take(expression);
    if (taken === undefined) throw new NotUnderstood();
    return taken;
  }

  #take(expression: RegExp): string | undefined {
    const taken = expression.exec(this.#pattern.slice(this.#at))?.[0];
    this.#at += taken?.length ?? 0;
    return taken;
  }
}
