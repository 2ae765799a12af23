/** A token as PostgreSQL's own scanner reports it; offsets are bytes. */
export interface SqlToken {
  readonly start: number;
  readonly end: number;
  /** Name of the token class: `SCONST`, `ASCII_40`, `C_COMMENT`. */
  readonly name: string;
}

const backslash = 0x5c;
const quote = 0x27;

/**
 * Whether the text holds a backslash directly before a single quote. Without one, no setting can move
 * the end of a literal, and the tokens need not be looked at.
 */
export function hasBackslashBeforeQuote(text: Uint8Array): boolean {
  for (let at = text.indexOf(backslash); at !== -1; at = text.indexOf(backslash, at + 1)) {
    if (text[at + 1] === quote) return true;
  }
  return false;
}

/**
 * Whether a standard literal would end elsewhere under `standard_conforming_strings = off`, where a
 * backslash takes the quote after it into the literal: that is so exactly when an odd number of
 * backslashes stands before a quote. E'' literals and dollar quotes read the same under both settings,
 * U&'' is an error under the other one.
 * https://www.postgresql.org/docs/current/runtime-config-compatible.html#GUC-STANDARD-CONFORMING-STRINGS
 */
export function hasAmbiguousLiteral(text: Uint8Array, tokens: readonly SqlToken[]): boolean {
  for (const token of tokens) {
    if (token.name !== 'SCONST' || text[token.start] !== quote) continue;
    let run = 0;
    for (let at = token.start + 1; at < token.end; at++) {
      const byte = text[at];
      if (byte === backslash) run++;
      else if (byte === quote && run % 2 === 1) return true;
      else run = 0;
    }
  }
  return false;
}

/**
 * Finds the query in `COPY (query)`: the bytes between the first parenthesis of the statement and the
 * one that closes it.
 *
 * @param start - First byte of the statement, in bytes.
 * @param end - First byte after it.
 * @returns The span, or `undefined` when the parentheses do not pair.
 */
export function parenthesizedSpan(
  tokens: readonly SqlToken[],
  start: number,
  end: number,
): { readonly start: number; readonly end: number } | undefined {
  let depth = 0;
  let from = 0;
  for (const token of tokens) {
    if (token.start < start || token.end > end) continue;
    if (token.name === 'ASCII_40') {
      if (depth === 0) from = token.end;
      depth++;
    } else if (token.name === 'ASCII_41') {
      depth--;
      if (depth === 0) return { start: from, end: token.start };
    }
  }
  return undefined;
}
