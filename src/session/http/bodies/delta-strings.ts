import { WireError } from '../../../errors.ts';
import type { JsonPathStep } from '../../../wire/json/json-path.ts';
import { decodeJsonString } from '../../../wire/json/string-literal.ts';
import { walkJson } from '../../../wire/json/tokenizer.ts';

/** A string in an event's JSON that may be part of a text told over several events. */
export interface DeltaString {
  /** Its path; of objects that say their `index`, that as well. */
  readonly place: string;
  /** The last key on its path. */
  readonly name: string;
  /** The literal, quotes included. */
  readonly start: number;
  readonly end: number;
  readonly value: Uint8Array;
}

interface StringAt {
  readonly path: readonly JsonPathStep[];
  readonly start: number;
  readonly end: number;
}

const [OPEN_BRACE, OPEN_BRACKET, QUOTE, SPACE] = [0x7b, 0x5b, 0x22, 0x20];
const DEPTH_MAX = 64;
const INDEX_KEYS: readonly JsonPathStep[] = ['index', 'output_index', 'content_index'];
// What APIs of language models and agents call the next piece of a text.
const DELTA_NAMES: ReadonlySet<string> = new Set([
  'arguments',
  'completion',
  'content',
  'delta',
  'generated_text',
  'output_text',
  'partial_json',
  'reasoning',
  'reasoning_content',
  'refusal',
  'response',
  'text',
  'thinking',
  'token',
  'transcript',
]);
// What changes from event to event without being text.
const LABEL_NAME =
  /(^|[_-])(at|created|date|event|fingerprint|id|model|name|object|obfuscation|reason|role|signature|status|time|timestamp|type)$|[a-z](At|Id)$/;

/** @returns The strings of `data`; empty when it is no JSON object or array. */
export function readDeltaStrings(data: Uint8Array): readonly DeltaString[] {
  const strings: StringAt[] = [];
  const indexes = new Map<string, string>();
  const visitor = {
    scalar(type: string, start: number, end: number, path: readonly JsonPathStep[]): void {
      const key = path.at(-1);
      if (type === 'string' && key !== undefined) strings.push({ path: [...path], start, end });
      if (type !== 'number' || key === undefined || !INDEX_KEYS.includes(key)) return;
      const owner = textOf(path.slice(0, -1));
      const index = Buffer.from(data.subarray(start, end)).toString('latin1');
      indexes.set(owner, `#${index}`);
    },
  };
  try {
    walkJson(data, 0, data.length, visitor, DEPTH_MAX);
    return strings.map(({ path, start, end }) => ({
      place: placeOf(path, indexes),
      name: String(path.findLast((step) => typeof step === 'string') ?? ''),
      start,
      end,
      value: decodeJsonString(data, start, end),
    }));
  } catch (error) {
    // Whoever masks the event says what is wrong with it.
    if (error instanceof WireError) return [];
    throw error;
  }
}

/** @returns Whether data is to be read as JSON. Numbers and words alone are text. */
export function looksLikeJson(data: Uint8Array): boolean {
  const first = data.find((byte) => byte > SPACE);
  return first === OPEN_BRACE || first === OPEN_BRACKET || first === QUOTE;
}

/** @returns Whether a key says that its string is a piece of a text. */
export function isDeltaName(name: string): boolean {
  return DELTA_NAMES.has(name);
}

/** @returns Whether a string under a key of no known meaning may be a piece of a text. */
export function mayBeDeltaName(name: string): boolean {
  return !LABEL_NAME.test(name);
}

function textOf(path: readonly JsonPathStep[]): string {
  return path.map((step) => `/${step}`).join('');
}

function placeOf(path: readonly JsonPathStep[], indexes: ReadonlyMap<string, string>): string {
  if (indexes.size === 0) return textOf(path);
  let place = indexes.get('') ?? '';
  let owner = '';
  for (const step of path) {
    owner += `/${step}`;
    place += `/${step}${indexes.get(owner) ?? ''}`;
  }
  return place;
}
