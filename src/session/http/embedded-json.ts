// An object that is not empty, or arrays that begin with one.
const BEGINS = /(?:\[[ \t\r\n]*){0,3}\{[ \t\r\n]*"/g;
// Text that costs more was made to: every beginning in it goes on to its end.
const WORK_PER_BYTE = 16;
const WORK_MIN = 65_536;
const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [
  0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d,
];

/**
 * Masks JSON objects, and arrays of them, that stand inside of text: behind a heading, in a Markdown fence.
 *
 * @param mask - Of one document: the masked one, the very same when it stays, `undefined` when it is none.
 * @returns The text with these replaced; the very same when nothing changes; `undefined` when looking for
 *   them costs too much.
 */
export function maskEmbeddedJson(
  text: Uint8Array,
  mask: (document: Uint8Array) => Uint8Array | undefined,
): Uint8Array | undefined {
  const characters = Buffer.from(text.buffer, text.byteOffset, text.length).toString('latin1');
  const parts: Uint8Array[] = [];
  let done = 0;
  let work = WORK_MIN + WORK_PER_BYTE * text.length;
  BEGINS.lastIndex = 0;
  for (let found = BEGINS.exec(characters); found !== null; found = BEGINS.exec(characters)) {
    const start = found.index;
    const end = endOfBrackets(text, start);
    work -= (end ?? text.length) - start;
    if (work < 0) return undefined;
    // It may come back here for what is inside of a string: the place to go on is set behind it.
    const document = end === undefined ? undefined : text.subarray(start, end);
    const masked = document === undefined ? undefined : mask(document);
    if (masked === undefined) {
      // What is no JSON as a whole may hold some.
      BEGINS.lastIndex = start + 1;
      continue;
    }
    BEGINS.lastIndex = start + document!.length;
    if (masked === document) continue;
    parts.push(text.subarray(done, start), masked);
    done = end!;
  }
  return parts.length === 0 ? text : Buffer.concat([...parts, text.subarray(done)]);
}

/** @returns Where the bracket at `start` is closed; `undefined` when it is not. */
function endOfBrackets(text: Uint8Array, start: number): number | undefined {
  let depth = 0;
  let isInString = false;
  for (let at = start; at < text.length; at++) {
    const byte = text[at]!;
    if (isInString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) isInString = false;
    } else if (byte === QUOTE) isInString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}
