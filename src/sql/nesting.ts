/**
 * A bound on how deep the parse tree of a text can get, found by one pass over its bytes.
 *
 * PostgreSQL's parser writes its tree by recursion, and overflowing the stack inside WebAssembly leaves the
 * module's own stack pointer astray. So depth is bounded before the text gets there. Depth comes from
 * brackets, CASE, operators and keywords that chain; commas, AND and OR make lists, which are flat. Only
 * UNION, JOIN and BETWEEN chain across those. This reader decides nothing else: a literal it misreads
 * costs a refusal, no more.
 */
export function exceedsNesting(text: Uint8Array, nestingMax: number): boolean {
  // A level costs at least one byte.
  if (text.length <= nestingMax) return false;
  return new NestingReader(text, nestingMax).exceeds();
}

/** One open bracket, CASE, or the statement itself. */
interface Level {
  /** The byte that closes it; 0 for CASE, -1 for the statement. */
  readonly closer: number;
  /** Tokens that chain over commas and AND. */
  spanning: number;
  /** Tokens that chain since the last separator. */
  segment: number;
  /** Deepest closed bracket since the last separator. */
  inner: number;
  /** Deepest segment so far. */
  deepest: number;
  /** BETWEENs that wait for their AND. */
  betweens: number;
}

// Keywords that build one node on top of another without a bracket or an operator.
const chaining: ReadonlySet<string> = new Set(
  (
    'not is isnull notnull collate at like ilike similar in overlaps operator select values ' +
    'escape any some all'
  ).split(' '),
);
const spanning: ReadonlySet<string> = new Set(['union', 'intersect', 'except', 'join']);
const caseSeparators: ReadonlySet<string> = new Set(['when', 'then', 'else']);

const wordLengthMax = 9;

class NestingReader {
  readonly #text: Uint8Array;
  readonly #max: number;
  readonly #levels: Level[] = [newLevel(-1)];
  /** Sum over the open levels of what encloses the current position. */
  #open = 0;
  #at = 0;

  constructor(text: Uint8Array, max: number) {
    this.#text = text;
    this.#max = max;
  }

  exceeds(): boolean {
    const text = this.#text;
    while (this.#at < text.length) {
      this.#step(text[this.#at]!);
      if (this.#open > this.#max) return true;
    }
    while (this.#levels.length > 1) this.#close();
    return depthOf(this.#levels[0]!) > this.#max;
  }

  #step(byte: number): void {
    if (isWordStart(byte)) {
      this.#word();
      return;
    }
    switch (byte) {
      case 0x27: // '
        this.#quoted(0x27, false);
        return;
      case 0x22: // "
        this.#quoted(0x22, false);
        return;
      case 0x24: // $
        this.#dollar();
        return;
      case 0x28: // (
        this.#push(0x29);
        return;
      case 0x5b: // [
        this.#push(0x5d);
        return;
      case 0x29:
      case 0x5d:
        this.#at++;
        if (this.#top().closer === byte) this.#close();
        return;
      case 0x2c: // ,
        this.#at++;
        this.#separate();
        return;
      case 0x3b: // ;
        this.#at++;
        this.#separate();
        this.#open -= this.#top().spanning;
        this.#top().deepest += this.#top().spanning;
        this.#top().spanning = 0;
        return;
      default:
        this.#operatorOrSpace(byte);
    }
  }

  #top(): Level {
    return this.#levels[this.#levels.length - 1]!;
  }

  #push(closer: number): void {
    if (closer !== 0) this.#at++;
    this.#chain();
    this.#levels.push(newLevel(closer));
  }

  #close(): void {
    const level = this.#levels.pop()!;
    this.#open -= level.segment + level.spanning;
    const top = this.#top();
    top.inner = Math.max(top.inner, depthOf(level));
  }

  #chain(): void {
    this.#top().segment++;
    this.#open++;
  }

  #span(): void {
    this.#top().spanning++;
    this.#open++;
  }

  #separate(): void {
    const top = this.#top();
    top.deepest = Math.max(top.deepest, top.segment + top.inner);
    this.#open -= top.segment;
    top.segment = 0;
    top.inner = 0;
  }

  #word(): void {
    const text = this.#text;
    const start = this.#at;
    let end = start + 1;
    while (end < text.length && isWordPart(text[end]!)) end++;
    this.#at = end;
    const length = end - start;
    if (length === 1 && (text[start]! | 0x20) === 0x65 && text[end] === 0x27) {
      this.#quoted(0x27, true);
      return;
    }
    if (length > wordLengthMax) return;
    let word = '';
    for (let index = start; index < end; index++) word += String.fromCharCode(text[index]! | 0x20);
    this.#keyword(word);
  }

  #keyword(word: string): void {
    const top = this.#top();
    if (chaining.has(word)) {
      this.#chain();
      return;
    }
    if (spanning.has(word)) {
      this.#span();
      return;
    }
    if (word === 'between') {
      top.betweens++;
      this.#span();
      return;
    }
    if (word === 'and' || word === 'or') {
      // The AND of a BETWEEN separates nothing.
      if (word === 'and' && top.betweens > 0) top.betweens--;
      else this.#separate();
      return;
    }
    if (word === 'case') {
      this.#push(0);
      return;
    }
    if (top.closer !== 0) return;
    if (word === 'end') this.#close();
    else if (caseSeparators.has(word)) this.#separate();
  }

  #operatorOrSpace(byte: number): void {
    const next = this.#text[this.#at + 1];
    if (byte === 0x2d && next === 0x2d) {
      this.#lineComment();
      return;
    }
    if (byte === 0x2f && next === 0x2a) {
      this.#blockComment();
      return;
    }
    this.#at++;
    // + and - are operators of their own next to others.
    if (
      isOperatorByte(byte) &&
      (byte === 0x2b || byte === 0x2d || next === undefined || !isOperatorByte(next))
    ) {
      this.#chain();
    }
  }

  #quoted(quote: number, hasEscapes: boolean): void {
    const text = this.#text;
    let at = this.#at + 1;
    while (at < text.length) {
      const byte = text[at]!;
      if (byte === quote) {
        if (text[at + 1] !== quote) break;
        at++;
      } else if (hasEscapes && byte === 0x5c) at++;
      at++;
    }
    this.#at = at + 1;
  }

  #dollar(): void {
    const text = this.#text;
    let end = this.#at + 1;
    while (end < text.length && isWordPart(text[end]!) && text[end] !== 0x24) end++;
    const first = text[this.#at + 1] ?? 0;
    const isQuote = text[end] === 0x24 && (end === this.#at + 1 || isWordStart(first));
    if (!isQuote) {
      this.#at++;
      return;
    }
    const tag = Buffer.from(text.buffer, text.byteOffset + this.#at, end + 1 - this.#at);
    const whole = Buffer.from(text.buffer, text.byteOffset, text.length);
    const close = whole.indexOf(tag, end + 1);
    this.#at = close === -1 ? text.length : close + tag.length;
  }

  #lineComment(): void {
    const text = this.#text;
    while (this.#at < text.length && text[this.#at] !== 0x0a && text[this.#at] !== 0x0d) this.#at++;
  }

  #blockComment(): void {
    const text = this.#text;
    let depth = 0;
    while (this.#at < text.length) {
      const byte = text[this.#at];
      const next = text[this.#at + 1];
      if (byte === 0x2f && next === 0x2a) {
        depth++;
        this.#at += 2;
      } else if (byte === 0x2a && next === 0x2f) {
        depth--;
        this.#at += 2;
        if (depth === 0) return;
      } else this.#at++;
    }
  }
}

function newLevel(closer: number): Level {
  return { closer, spanning: 0, segment: 0, inner: 0, deepest: 0, betweens: 0 };
}

function depthOf(level: Level): number {
  return level.spanning + Math.max(level.deepest, level.segment + level.inner);
}

function isWordStart(byte: number): boolean {
  const lower = byte | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || byte === 0x5f || byte >= 0x80;
}

function isWordPart(byte: number): boolean {
  return isWordStart(byte) || (byte >= 0x30 && byte <= 0x39) || byte === 0x24;
}

/** ~ ! @ # ^ & | ` ? + - * / % < > = and the colon of a cast. */
function isOperatorByte(byte: number): boolean {
  switch (byte) {
    case 0x21:
    case 0x23:
    case 0x25:
    case 0x26:
    case 0x2a:
    case 0x2b:
    case 0x2d:
    case 0x2f:
    case 0x3a:
    case 0x3c:
    case 0x3d:
    case 0x3e:
    case 0x3f:
    case 0x40:
    case 0x5e:
    case 0x60:
    case 0x7c:
    case 0x7e:
      return true;
    default:
      return false;
  }
}
