import { isPart, type Line, wholeLines } from './read-lines.ts';
import { readPart, readText, TextPieces } from './read-text.ts';
import type { ScanItem } from './scan-item.ts';

const NAMING_KEYS = ['name', 'key', 'field', 'label', 'header'];
const NAMED_KEYS = ['value', 'val', 'data', 'content'];

/** Every string and number of a document, with the keys that lead to it. Keys are looked into as well. */
export function* itemsOfDocument(value: unknown, line: number): Generator<ScanItem> {
  // A stack instead of recursion: documents nest deeper than calls can.
  const open: { readonly value: unknown; readonly names: readonly string[] }[] = [{ value, names: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: current, names } = next;
    if (typeof current === 'string' || typeof current === 'number') {
      yield { text: String(current), names, line };
    } else if (Array.isArray(current)) {
      for (const item of current.toReversed()) open.push({ value: item as unknown, names });
    } else if (typeof current === 'object' && current !== null) {
      const entries = Object.entries(current);
      const named = entries.find(([key, item]) => NAMING_KEYS.includes(key) && typeof item === 'string');
      for (const [key, item] of entries.toReversed()) {
        const isNamed = named !== undefined && NAMED_KEYS.includes(key);
        open.push({ value: item, names: [...names, key, ...(isNamed ? [String(named[1])] : [])] });
        yield { text: key, names: [], line };
      }
    }
  }
}

/** One document per line; a line that is none is looked into as text. */
export async function* readNdjson(lines: AsyncIterable<Line>): AsyncGenerator<ScanItem> {
  const pieces = new TextPieces();
  for await (const line of wholeLines(lines)) {
    if (isPart(line)) {
      yield* readPart(line, pieces);
      continue;
    }
    const { text, number } = line;
    if (text.trim() === '') continue;
    const value = parse(text);
    if (value === undefined) yield { text, names: [], line: number };
    else yield* itemsOfDocument(value, number);
  }
}

// A parser needs all of a document; a larger one is looked into as text, keys and values alike.
const DOCUMENT_SIZE_MAX = 64 * 1024 * 1024;

/** One document; what cannot be read as one is looked into as text. */
export async function* readJson(lines: AsyncIterable<Line>): AsyncGenerator<ScanItem> {
  const rest = lines[Symbol.asyncIterator]();
  const held: Line[] = [];
  let size = 0;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    held.push(next.value);
    size += next.value.text.length + 1;
    if (size > DOCUMENT_SIZE_MAX) break;
  }
  const isWhole = size <= DOCUMENT_SIZE_MAX;
  const value = isWhole
    ? parse(held.map(({ text, isCut }) => (isCut ? text : `${text}\n`)).join(''))
    : undefined;
  if (value !== undefined) yield* itemsOfDocument(value, 0);
  else yield* readText(linesFrom(held, rest));
}

/** Lines that were read already, and those that follow. */
export async function* linesFrom(held: readonly Line[], rest: AsyncIterator<Line>): AsyncGenerator<Line> {
  yield* held;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** Whether a line alone is a JSON object, as each line of NDJSON is. */
export function isJsonObject(text: string): boolean {
  const value = parse(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not an error here: it is looked into as text instead. The parser's message would quote it.
    return undefined;
  }
}
