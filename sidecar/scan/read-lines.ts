import { StringDecoder } from 'node:string_decoder';

/** A line without its end, or a part of a long one. */
export interface Line {
  readonly text: string;
  /** Number of the line, from 1. */
  readonly number: number;
  /** Characters of the line before this part of it. */
  readonly column: number;
  /** Another part of the same line follows. */
  readonly isCut: boolean;
}

// A longer line is given in parts: nothing is held that grows with the input.
const PART_SIZE = 64 * 1024;

/** Cuts a stream into lines, and long lines into parts; invalid UTF-8 becomes U+FFFD. */
export async function* readLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new StringDecoder('utf8');
  let held = '';
  let number = 1;
  let column = 0;
  for await (const chunk of input) {
    const lines = (held + decoder.write(Buffer.from(chunk))).split('\n');
    held = lines.pop() ?? '';
    for (const text of lines) {
      yield { text: text.endsWith('\r') ? text.slice(0, -1) : text, number, column, isCut: false };
      number++;
      column = 0;
    }
    if (held.length <= PART_SIZE) continue;
    // A return at the end of the chunk may belong to the end of the line.
    const end = held.endsWith('\r') ? held.length - 1 : held.length;
    yield { text: held.slice(0, end), number, column, isCut: true };
    column += end;
    held = held.slice(end);
  }
  held += decoder.end();
  if (held !== '' || column > 0) yield { text: held, number, column, isCut: false };
}

// Formats need their lines whole: rows of a dump have up to 16 MiB, and a document in one line any length.
const WHOLE_SIZE_MAX = 64 * 1024 * 1024;

/** Joins the parts of each line; a line longer than a parser should be given stays in parts. */
export async function* wholeLines(lines: AsyncIterable<Line>): AsyncGenerator<Line> {
  let parts: Line[] = [];
  let size = 0;
  for await (const line of lines) {
    size += line.text.length;
    if (parts.length === 0 && (!line.isCut || size > WHOLE_SIZE_MAX)) {
      yield line;
    } else {
      parts.push(line);
      if (!line.isCut) yield joined(parts);
      else if (size > WHOLE_SIZE_MAX) yield* parts;
      else continue;
      parts = [];
    }
    if (!line.isCut) size = 0;
  }
}

function joined(parts: readonly Line[]): Line {
  return { ...parts[0]!, text: parts.map(({ text }) => text).join(''), isCut: false };
}

/** Whether this is but a part of a line that no parser is given. */
export function isPart({ isCut, column }: Line): boolean {
  return isCut || column > 0;
}
