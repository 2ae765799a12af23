// Bytes as latin1, so that an index is an offset.
const STRING = /"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const LITERAL = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

/**
 * Reads one JSON text as RFC 8259 spells its grammar, the whole at once and by recursion: what is told about
 * it, a line per call.
 */
export function readJsonSlowly(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('latin1');
  const lines: string[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const takeSign = (signs: string): string => {
    take(SPACE);
    const sign = text[at];
    if (sign === undefined || !signs.includes(sign)) throw new SyntaxError(`${signs} expected at ${at}`);
    at++;
    take(SPACE);
    return sign;
  };
  const tokenLine = (what: string, found: string): void => {
    lines.push(`${what} ${at - found.length} ${found}${found.includes('\\') ? ' escaped' : ''}`);
  };
  const readMember = (): void => {
    const key = take(STRING);
    if (key === undefined) throw new SyntaxError(`key expected at ${at}`);
    tokenLine('key', key);
    takeSign(':');
    readValue();
  };
  const isLeft = (close: string): boolean => {
    take(SPACE);
    if (text[at] !== close) return false;
    lines.push(`leave ${close} ${++at}`);
    return true;
  };
  const readContainer = (isArray: boolean): void => {
    const close = isArray ? ']' : '}';
    lines.push(`enter ${text[at]} ${at++}`);
    if (isLeft(close)) return;
    for (;;) {
      (isArray ? readValue : readMember)();
      if (isLeft(close)) return;
      takeSign(',');
      if (isArray) lines.push('nextElement');
    }
  };
  const readValue = (): void => {
    if (text[at] === '[' || text[at] === '{') {
      readContainer(text[at] === '[');
      return;
    }
    for (const [what, pattern] of [
      ['string', STRING],
      ['literal', LITERAL],
      ['number', NUMBER],
    ] as const) {
      const found = take(pattern);
      if (found === undefined) continue;
      tokenLine(what, found);
      return;
    }
    throw new SyntaxError(`value expected at ${at}`);
  };
  take(SPACE);
  readValue();
  lines.push(`document ${at}`);
  take(SPACE);
  if (at !== text.length) throw new SyntaxError(`bytes after the text at ${at}`);
  return lines;
}
