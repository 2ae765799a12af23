import { PolicyError } from '../../errors.ts';

/** A step down into a document: the key of an object or the index of an array. */
export type JsonPathStep = string | number;

/** A compiled path. */
export interface JsonPath {
  /** As written. */
  readonly text: string;
  /** @returns Whether this path names the value that `steps` lead to; what lies inside it is not named. */
  matches(steps: readonly JsonPathStep[]): boolean;
}

// One step of a compiled path. `name`: undefined = any. `isDescendant`: any number of steps may lie
// before it.
interface Segment {
  readonly name: JsonPathStep | undefined;
  readonly isDescendant: boolean;
}

/**
 * Compiles the part of RFC 9535 that names places: `$`, `.name`, `['name']`, `["name"]`, `[0]`,
 * `.*`, `[*]`, and `..` before any of them. A number is an index of an array only, a name a key of
 * an object only; `*` is both. Filters, slices, lists and negative indexes are not part of it.
 *
 * @throws {PolicyError} WIREMASK_ERR_POLICY naming the position of what cannot be read.
 * @see https://www.rfc-editor.org/rfc/rfc9535
 */
export function compileJsonPath(text: string): JsonPath {
  const segments = parseSegments(text);
  return { text, matches: (steps) => matchSegments(segments, steps) };
}

// As with a wildcard pattern, going back to the last `..` is enough: an earlier one could not
// take more than the last one can. So the time is at most steps times segments.
function matchSegments(segments: readonly Segment[], steps: readonly JsonPathStep[]): boolean {
  let segment = 0;
  let step = 0;
  let retrySegment = -1;
  let retryStep = 0;
  while (step < steps.length) {
    const current = segments[segment];
    if (current?.isDescendant === true && retrySegment !== segment) {
      retrySegment = segment;
      retryStep = step;
    }
    if (current !== undefined && (current.name === undefined || current.name === steps[step])) {
      segment++;
      step++;
    } else if (retrySegment >= 0) {
      segment = retrySegment;
      step = ++retryStep;
    } else {
      return false;
    }
  }
  return segment === segments.length;
}

function parseSegments(text: string): Segment[] {
  if (!text.startsWith('$')) throw pathError(text, 0, 'a path begins with $');
  const segments: Segment[] = [];
  let at = 1;
  while (at < text.length) {
    const isDescendant = text.startsWith('..', at);
    if (isDescendant) at += 2;
    else if (text[at] === '.') at++;
    else if (text[at] !== '[') throw pathError(text, at, '. or [ expected');
    // After one dot only a name or * may stand, after two dots brackets too.
    const isBracket = text[at] === '[' && (isDescendant || text[at - 1] !== '.');
    const parsed = isBracket ? parseBracket(text, at) : parseName(text, at);
    segments.push({ name: parsed.name, isDescendant });
    at = parsed.end;
  }
  return segments;
}

interface ParsedStep {
  readonly name: JsonPathStep | undefined;
  readonly end: number;
}

const namePattern = /[A-Za-z_\u0080-\u{10ffff}][A-Za-z0-9_\-\u0080-\u{10ffff}]*/uy;

function parseName(text: string, at: number): ParsedStep {
  if (text[at] === '*') return { name: undefined, end: at + 1 };
  namePattern.lastIndex = at;
  const name = namePattern.exec(text)?.[0];
  if (name === undefined) throw pathError(text, at, "name or * expected (write other names as ['...'])");
  return { name, end: at + name.length };
}

const indexPattern = /(0|[1-9][0-9]{0,14})\]/y;

function parseBracket(text: string, at: number): ParsedStep {
  if (text.startsWith('[*]', at)) return { name: undefined, end: at + 3 };
  const mark = text[at + 1];
  if (mark === "'" || mark === '"') return parseQuoted(text, at + 1, mark);
  indexPattern.lastIndex = at + 1;
  const index = indexPattern.exec(text);
  if (index === null) throw pathError(text, at, "[*], [0] or ['name'] expected");
  return { name: Number(index[1]), end: indexPattern.lastIndex };
}

// A backslash takes the special meaning of a quote or a backslash away, nothing else.
function parseQuoted(text: string, start: number, mark: string): ParsedStep {
  let name = '';
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === mark) {
      if (text[at + 1] !== ']') throw pathError(text, at + 1, '] expected');
      return { name, end: at + 2 };
    }
    if (text[at] === '\\') {
      at++;
      if (text[at] !== mark && text[at] !== '\\')
        throw pathError(text, at, `only ${mark} and \\ are escaped`);
    }
    name += text[at];
  }
  throw pathError(text, start, 'quote without end');
}

function pathError(text: string, at: number, problem: string): PolicyError {
  return new PolicyError([{ path: text, message: `${problem} at character ${at + 1}` }]);
}
