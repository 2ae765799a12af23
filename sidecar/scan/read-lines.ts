import { StringDecoder } from 'node:string_decoder';

/** A line without its end, and its number from 1. */
export interface Line {
  readonly text: string;
  readonly number: number;
}

// A longer line is given in pieces: nothing is held that grows with the input.
const LINE_SIZE_MAX = 4 * 1024 * 1024;

/** Cuts a stream into lines; invalid UTF-8 becomes U+FFFD. */
export async function* readLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new StringDecoder('utf8');
  let held = '';
  let number = 1;
  for await (const chunk of input) {
    const lines = (held + decoder.write(Buffer.from(chunk))).split('\n');
    held = lines.pop() ?? '';
    for (const text of lines) {
      yield { text: text.endsWith('\r') ? text.slice(0, -1) : text, number };
      number++;
    }
    while (held.length > LINE_SIZE_MAX) {
      yield { text: held.slice(0, LINE_SIZE_MAX), number };
      held = held.slice(LINE_SIZE_MAX);
    }
  }
  held += decoder.end();
  if (held !== '') yield { text: held, number };
}
