import { patternTokens, textOf } from './pattern-tokens.ts';

// https://docs.python.org/3/library/re.html#flags and https://pypi.org/project/regex/: Presidio searches
// with the latter, whose ASCII flag is 0x80.
const FLAG = { ignoreCase: 2, multiline: 8, dotAll: 16, unicode: 32, ascii: 0x80, oldAscii: 0x100 } as const;
const KNOWN_FLAGS = Object.values(FLAG).reduce<number>((all, flag) => all | flag, 0);

/** DOTALL, MULTILINE and IGNORECASE: what a registry has that says nothing. */
export const defaultRegexFlags: number = FLAG.dotAll | FLAG.multiline | FLAG.ignoreCase;

/** Python's ASCII: `\w` stays as it is written. */
export const asciiFlag: number = FLAG.ascii;

/** Whether RE2 can search with these flags of Python. */
export function areKnownFlags(flags: number): boolean {
  return Number.isInteger(flags) && (flags & ~KNOWN_FLAGS) === 0;
}

/** Whether letters stand for both cases. */
export function isAnyCase(flags: number): boolean {
  return (flags & FLAG.ignoreCase) !== 0;
}

/** Python's flags as RE2 writes them at the start of a pattern: `(?ism)`. */
export function flagPrefix(flags: number): string {
  const letters = [
    isAnyCase(flags) ? 'i' : '',
    (flags & FLAG.dotAll) !== 0 ? 's' : '',
    (flags & FLAG.multiline) !== 0 ? 'm' : '',
  ].join('');
  return letters === '' ? '' : `(?${letters})`;
}

/**
 * Writes a pattern of Python's in RE2's spelling, where RE2 can do the same.
 *
 * `\w` becomes letters, digits and `_` of every script, as in Python; `\b`, `\d` and `\s` stay ASCII, since
 * RE2 has no others.
 */
export function toRe2(pattern: string, flags: number): string {
  const isAscii = (flags & (FLAG.ascii | FLAG.oldAscii)) !== 0;
  const tokens = patternTokens(pattern).map((token) => {
    if (token.kind === 'escape') return { ...token, text: escapeOf(token.text, isAscii) };
    if (token.kind === 'class') return { ...token, text: classOf(token.text, isAscii) };
    if (token.kind === 'comment') return { ...token, text: '' };
    // Python reads {,5} as up to five, RE2 as four characters.
    if (token.kind === 'quantifier') return { ...token, text: token.text.replace(/^\{,/, '{0,') };
    return token;
  });
  return flagPrefix(flags) + textOf(tokens);
}

function escapeOf(text: string, isAscii: boolean): string {
  if (text === '\\Z') return '\\z';
  if (text === '\\w' && !isAscii) return '[\\pL_\\pN]';
  if (text === '\\W' && !isAscii) return '[^\\pL_\\pN]';
  return codePoint(text);
}

function classOf(text: string, isAscii: boolean): string {
  return text.replace(/\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/g, (part) =>
    part === '\\w' && !isAscii ? '\\pL_\\pN' : codePoint(part),
  );
}

function codePoint(text: string): string {
  const code = /^\\[uU]([0-9a-fA-F]+)$/.exec(text)?.[1];
  return code === undefined ? text : `\\x{${code}}`;
}

/** A pattern of whole words, as a deny list means them; longer ones first. */
export function wordsPattern(words: readonly string[], flags: number): string {
  const alternatives = [...words]
    .sort((a, b) => b.length - a.length)
    .map((word) => {
      // \B at a character that is no part of a word: no word goes on there either.
      const before = /^\w/.test(word) ? '\\b' : '\\B';
      const after = /\w$/.test(word) ? '\\b' : '\\B';
      return before + word.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&') + after;
    });
  return `${flagPrefix(flags)}(?:${alternatives.join('|')})`;
}
