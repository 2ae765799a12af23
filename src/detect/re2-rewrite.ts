import { isAlnum, isDigit, isTokenByte, isWord } from '../scan/byte-class.ts';
import { closeOf, type PatternToken, patternTokens, textOf } from './pattern-tokens.ts';

// RE2 takes linear time because it leaves out what needs backtracking. A pattern written for another engine
// mostly uses that for its edges and exclusions, which a rule says with keys of its own.

const REPEAT_MAX = 1000;
const ASCII = 128;
const BOUNDARIES: readonly (readonly [string, (byte: number) => boolean])[] = [
  ['digit', isDigit],
  ['alnum', isAlnum],
  ['word', isWord],
  ['token', isTokenByte],
];
const isLook = ({ kind, text }: PatternToken): boolean => kind === 'open' && /^\(\?<?[=!]$/.test(text);
const isAnchor = ({ text }: PatternToken): boolean => /^(?:\\[bBAzZ]|[\^$])$/.test(text);

/**
 * Says what of a pattern RE2 has not, and what to write instead.
 *
 * @param isAnyCase - Whether the pattern is matched in any case.
 * @returns One sentence without a full stop; `undefined` when nothing known is in the pattern.
 */
export function re2RewriteOf(
  pattern: string,
  isAnyCase: boolean = /\(\?[a-zA-Z]*i/.test(pattern),
): string | undefined {
  const tokens = patternTokens(pattern);
  const advice = [...new Set(tokens.flatMap(adviceOn))];
  if (tokens.some(isLook)) advice.push(new LookAround(tokens, isAnyCase).advice());
  return advice.length === 0 ? undefined : advice.join('; ');
}

function adviceOn({ kind, text }: PatternToken): readonly string[] {
  if (kind === 'reference') {
    return /^\\|^\(\?P=/.test(text)
      ? [`RE2 has no back-references: for ${text}, write out what may repeat, or check it with a validator`]
      : [`RE2 has no recursion: for ${text}, write the group out again`];
  }
  if (kind === 'comment') return [`RE2 has no comments: leave out ${text}`];
  if (kind === 'flags' || kind === 'open') return adviceOnGroup(text);
  if (kind === 'quantifier') return adviceOnQuantifier(text);
  return kind === 'escape' ? adviceOnEscape(text) : [];
}

function adviceOnGroup(text: string): readonly string[] {
  if (text === '(?>') return ['RE2 has no atomic groups: write (?: for (?>'];
  if (text.startsWith('(?('))
    return ['RE2 has no conditionals: write a pattern for each case, under patterns'];
  if (text === '(?|') return ['RE2 has no branch reset: write (?: for (?|'];
  const flags = /^\(\?([a-zA-Z]*)(?:-[a-zA-Z]+)?[:)]$/.exec(text)?.[1] ?? '';
  if (flags.includes('x')) {
    return ['RE2 has no verbose patterns: leave out the x flag, the comments and the spaces for layout'];
  }
  const unknown = flags.replace(/[imsU]/g, '');
  return unknown === '' ? [] : [`RE2 has no flag ${unknown}: leave it out`];
}

function adviceOnQuantifier(text: string): readonly string[] {
  if (/[^+]\+$|^\+\+$/.test(text)) {
    return [`RE2 has no possessive quantifiers: write ${text.slice(0, -1)} for ${text}`];
  }
  const counts = text.match(/\d+/g)?.map(Number) ?? [];
  if (counts.every((count) => count <= REPEAT_MAX)) return [];
  return [`RE2 repeats ${REPEAT_MAX} times at most: write {1,${REPEAT_MAX}} or + for ${text}`];
}

function adviceOnEscape(text: string): readonly string[] {
  if (text === '\\Z') return ['RE2 writes the end of the text as \\z: write it for \\Z'];
  if (text === '\\K') return ['RE2 has no \\K: put what follows it in a group and write group: 1'];
  if (text === '\\G') return ['RE2 has no \\G: leave it out'];
  if (text === '\\h') return ['RE2 has no \\h: write [ \\t]'];
  if (text === '\\R') return ['RE2 has no \\R: write \\r?\\n'];
  const code = /^\\[uU]([0-9a-fA-F]+)$/.exec(text)?.[1];
  return code === undefined ? [] : [`RE2 writes code points as \\x{${code}}: write it for ${text}`];
}

/** Turns look-around at the edges of a pattern into keys of a rule. */
class LookAround {
  readonly #isAnyCase: boolean;
  readonly #flags: string;
  #body: readonly PatternToken[];
  readonly #instead: string[] = [];
  readonly #unsaid: string[] = [];
  #before = '';
  #after = '';

  constructor(tokens: readonly PatternToken[], isAnyCase: boolean) {
    this.#isAnyCase = isAnyCase;
    const flags = tokens.findIndex(({ kind }) => kind !== 'flags');
    this.#flags = textOf(tokens.slice(0, flags));
    this.#body = withoutOuterGroup(tokens.slice(flags));
  }

  advice(): string {
    const [first] = this.#body;
    if (this.#body.some(({ kind, depth }) => kind === 'alternative' && depth === first?.depth)) {
      return 'RE2 has no look-around: first write each alternative as a pattern of its own, under patterns';
    }
    while (this.#takeFirst());
    while (this.#takeLast());
    this.#body.forEach((token, open) => {
      if (isLook(token)) this.#unsaid.push(this.#groupAt(open));
    });
    return `RE2 has no look-around: ${[...this.#instead, ...this.#exclusions()].join(', ')}${this.#rest()}`;
  }

  #groupAt(open: number): string {
    return textOf(this.#body.slice(open, closeOf(this.#body, open) + 1));
  }

  #exclusions(): readonly string[] {
    if (this.#unsaid.length === 0) return [];
    const groups = this.#unsaid.join(' and ');
    const isNegative = this.#unsaid.every((group) => /^\(\?<?!/.test(group));
    return [
      isNegative
        ? `for ${groups} write out what is allowed, or name what is not under invalidate or ignoreIfContains`
        : `for ${groups} write out what is allowed, in several patterns where it helps`,
    ];
  }

  #rest(): string {
    if (this.#unsaid.length > 0) return '';
    const body = textOf(this.#body);
    const isGrouped = this.#before !== '' || this.#after !== '';
    const pattern = isGrouped ? `${this.#before}(${body})${this.#after}` : body;
    return `; the pattern is then '${this.#flags}${pattern}'${isGrouped ? ' with group: 1' : ''}`;
  }

  /** @returns Whether there was look-around at the start, and a key says the same. */
  #takeFirst(): boolean {
    const body = this.#body;
    const open = body.findIndex((token) => !isAnchor(token));
    const token = body[open];
    if (token === undefined || !isLook(token)) return false;
    const close = closeOf(body, open);
    const inner = body.slice(open + 1, close);
    const group = this.#groupAt(open);
    if (!this.#sayFirst(token.text, inner, group)) return false;
    this.#body = [...body.slice(0, open), ...body.slice(close + 1)];
    return true;
  }

  #sayFirst(kind: string, inner: readonly PatternToken[], group: string): boolean {
    if (kind === '(?<!') {
      const name = this.#boundaryOf(inner);
      const others = complementOf(inner);
      if (name !== undefined) this.#instead.push(`for ${group} write notBefore: ${name}`);
      else if (others !== undefined) this.#before = this.#consume(group, `(?:^|${others})`);
      return name !== undefined || others !== undefined;
    }
    if (kind === '(?<=') {
      this.#before = this.#consume(group, alternativesOf(inner));
      return true;
    }
    const digits = kind === '(?=' ? digitsAsked(textOf(inner)) : undefined;
    if (digits !== undefined) this.#instead.push(`for ${group} write minDigits: ${digits}`);
    return digits !== undefined;
  }

  /** @returns Whether there was look-around at the end, and a key says the same. */
  #takeLast(): boolean {
    const body = this.#body;
    const close = body.findLastIndex((token) => !isAnchor(token));
    const open = body.findIndex((token, at) => isLook(token) && closeOf(body, at) === close);
    if (close < 0 || open < 0) return false;
    const inner = body.slice(open + 1, close);
    const group = this.#groupAt(open);
    const kind = body[open]!.text;
    const name = this.#boundaryOf(inner);
    const others = complementOf(inner);
    if (kind === '(?!' && name !== undefined) this.#instead.push(`for ${group} write notAfter: ${name}`);
    else if (kind === '(?!' && others !== undefined) this.#after = this.#consume(group, `(?:${others}|$)`);
    else if (kind === '(?=') this.#after = this.#consume(group, alternativesOf(inner));
    else return false;
    this.#body = [...body.slice(0, open), ...body.slice(close + 1)];
    return true;
  }

  #consume(group: string, pattern: string): string {
    this.#instead.push(`for ${group} match ${pattern} outside the group`);
    return pattern;
  }

  /** The class of `notBefore` and `notAfter` that has the characters of a look-around, and no others. */
  #boundaryOf(inner: readonly PatternToken[]): string | undefined {
    if (!areSingle(inner)) return undefined;
    const matches = matcherOf(textOf(inner), this.#isAnyCase);
    return BOUNDARIES.find(([, isIn]) => {
      for (let byte = 0; byte < ASCII; byte++) {
        if (matches(String.fromCharCode(byte)) !== isIn(byte)) return false;
      }
      return true;
    })?.[0];
  }
}

function matcherOf(pattern: string, isAnyCase: boolean): (character: string) => boolean {
  try {
    const compiled = new RegExp(`^(?:${pattern})$`, isAnyCase ? 'i' : '');
    return (character) => compiled.test(character);
  } catch {
    // Not said in JavaScript's dialect: then there is no class to name.
    return () => false;
  }
}

/** `(...)` around everything adds nothing, whichever group it is. */
function withoutOuterGroup(tokens: readonly PatternToken[]): readonly PatternToken[] {
  const [first] = tokens;
  const isGroup = first?.kind === 'open' && /^\((?:\?:|\?P?<\w+>)?$/.test(first.text);
  if (!isGroup || closeOf(tokens, 0) !== tokens.length - 1) return tokens;
  return withoutOuterGroup(tokens.slice(1, -1));
}

/** Whether tokens are one character, or alternatives of one each. */
function areSingle(tokens: readonly PatternToken[]): boolean {
  return tokens.every(({ kind, text }, at) =>
    at % 2 === 1
      ? kind === 'alternative'
      : kind === 'class' ||
        (kind === 'character' && text !== '^' && text !== '$') ||
        /^\\[^bBAzZ]/.test(text),
  );
}

/** A class of every character that is none of these. */
function complementOf(tokens: readonly PatternToken[]): string | undefined {
  if (tokens.length % 2 === 0 || !areSingle(tokens)) return undefined;
  const parts = tokens.filter(({ kind }) => kind !== 'alternative').map(({ text }) => text);
  if (parts.length === 1 && parts[0]!.startsWith('[^')) return `[${parts[0]!.slice(2)}`;
  if (parts.some((part) => part.startsWith('[^'))) return undefined;
  const inner = parts.map((part) => (part.length > 2 && part.startsWith('[') ? part.slice(1, -1) : part));
  return `[^${inner.join('')}]`;
}

function alternativesOf(tokens: readonly PatternToken[]): string {
  const text = textOf(tokens);
  return tokens.some(({ kind, depth }) => kind === 'alternative' && depth === tokens[0]?.depth)
    ? `(?:${text})`
    : text;
}

/** `.*\d` asks for one digit, `(?:\D*\d){3}` for three. */
function digitsAsked(inner: string): number | undefined {
  const one = String.raw`(?:\.|\\D|\[\^0-9\]|\[\^\\d\])[*]\??(?:\\d|\[0-9\])`;
  if (new RegExp(`^${one}$`).test(inner)) return 1;
  const count = new RegExp(String.raw`^\((?:\?:)?${one}\)\{(\d+)(?:,\d*)?\}$`).exec(inner)?.[1];
  return count === undefined ? undefined : Number(count);
}
