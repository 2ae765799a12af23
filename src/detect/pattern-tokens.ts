/** What a piece of a pattern is. `reference` stands for text matched before, or for a group elsewhere. */
export type TokenKind =
  | 'escape'
  | 'class'
  | 'comment'
  | 'flags'
  | 'reference'
  | 'open'
  | 'close'
  | 'alternative'
  | 'quantifier'
  | 'character';

/** A piece of a pattern. */
export interface PatternToken {
  readonly kind: TokenKind;
  readonly text: string;
  /** Groups around it; a parenthesis is not inside its own group. */
  readonly depth: number;
}

// Tried in this order. Between them they read the dialects of Python, PCRE and JavaScript, to name in a
// message what RE2 lacks; whether a pattern is sound is for RE2 to say.
const SHAPES: readonly (readonly [TokenKind, RegExp])[] = [
  ['reference', /\\(?:[1-9][0-9]?|k(?:<\w+>|\{\w+\}|'\w+')|g(?:<\w+>|\{-?\w+\}|\d+))/y],
  ['escape', /\\(?:[xpPN]\{[^}]*\}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[\s\S])/y],
  ['class', /\[\^?\]?(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]/y],
  ['comment', /\(\?#[^)]*\)/y],
  ['reference', /\(\?(?:P[=>]\w+|&\w+|R|[+-]?\d+)\)/y],
  ['flags', /\(\?[a-zA-Z]*(?:-[a-zA-Z]+)?\)/y],
  ['open', /\(\?(?:P?<[A-Za-z_]\w*>|<[=!]|[=!>:|]|\(\w+\)|[a-zA-Z]*(?:-[a-zA-Z]+)?:)/y],
  ['open', /\(/y],
  ['close', /\)/y],
  ['alternative', /\|/y],
  ['quantifier', /(?:[*+?]|\{(?:\d+(?:,\d*)?|,\d+)\})[+?]?/y],
  ['character', /[\s\S]/uy],
];

/** Cuts a pattern into its pieces, which joined give the pattern again. */
export function patternTokens(pattern: string): readonly PatternToken[] {
  const tokens: PatternToken[] = [];
  let [at, depth] = [0, 0];
  while (at < pattern.length) {
    const [kind, text] = tokenAt(pattern, at);
    if (kind === 'close') depth = Math.max(0, depth - 1);
    tokens.push({ kind, text, depth });
    if (kind === 'open') depth++;
    at += text.length;
  }
  return tokens;
}

function tokenAt(pattern: string, at: number): readonly [TokenKind, string] {
  for (const [kind, shape] of SHAPES) {
    shape.lastIndex = at;
    const text = shape.exec(pattern)?.[0];
    if (text !== undefined) return [kind, text];
  }
  return ['character', pattern.charAt(at)];
}

/** The pattern of some tokens. */
export function textOf(tokens: readonly PatternToken[]): string {
  return tokens.map(({ text }) => text).join('');
}

/** @returns The index of the parenthesis that closes the group opened at `open`, or -1. */
export function closeOf(tokens: readonly PatternToken[], open: number): number {
  const { depth } = tokens[open]!;
  return tokens.findIndex((token, at) => at > open && token.kind === 'close' && token.depth === depth);
}
