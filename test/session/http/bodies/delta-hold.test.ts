import { beforeAll, describe, expect, it } from 'vitest';
import { type DeltaEvent, DeltaHold } from '../../../../src/session/http/bodies/delta-hold.ts';
import type { ValueScan } from '../../../../src/session/value-scan.ts';
import { SeededRandom } from '../../../support/properties.ts';
import { loadScans } from './support.ts';

let newScan: () => ValueScan;
beforeAll(async () => {
  newScan = await loadScans();
});

type Json = Readonly<Record<string, unknown>>;
const eventOfText = (text: string): DeltaEvent => ({
  data: Buffer.from(text),
  size: text.length + 8,
  isChanged: false,
});
const eventOf = (json: Json): DeltaEvent => eventOfText(JSON.stringify(json));
const jsonOf = ({ data }: DeltaEvent): Json => JSON.parse(Buffer.from(data!).toString()) as Json;
const newHold = (holdSizeMax = 256): DeltaHold<DeltaEvent> => new DeltaHold(newScan(), { holdSizeMax });

const openAi = (text: string, index = 0): Json => ({
  id: 'chatcmpl-9x1',
  object: 'chat.completion.chunk',
  created: 1_730_000_000,
  model: 'm-4',
  choices: [{ index, delta: { content: text }, finish_reason: null }],
});
const textOfOpenAi = (json: Json): string =>
  (json['choices'] as readonly { delta: { content: string } }[])[0]!.delta.content;

const shapes: Readonly<Record<string, (text: string) => Json>> = {
  OpenAI: openAi,
  'OpenAI responses': (delta) => ({
    type: 'response.output_text.delta',
    item_id: 'i1',
    output_index: 0,
    delta,
  }),
  'OpenAI tools': (text) => ({
    choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: text } }] } }],
  }),
  Anthropic: (text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
  'Anthropic tools': (text) => ({
    type: 'content_block_delta',
    index: 1,
    delta: { type: 'input_json_delta', partial_json: text },
  }),
  Gemini: (text) => ({ candidates: [{ content: { parts: [{ text }], role: 'model' } }] }),
  Ollama: (response) => ({ model: 'm', created_at: '2026-01-01T00:00:00.1Z', response, done: false }),
  'Ollama chat': (content) => ({ model: 'm', message: { role: 'assistant', content }, done: false }),
};

/** The strings that `text` was cut into, after the hold. */
function throughHold(parts: readonly string[], shape: (text: string) => Json, hold = newHold()): string[] {
  const events = parts.map((part) => eventOf(shape(part)));
  const output = [...events.flatMap((event) => hold.push(event)), ...hold.flush()];
  expect(output).toHaveLength(events.length);
  expect(hold.isHolding).toBe(false);
  const marked = JSON.stringify(shape('\u2603')).split('\u2603');
  return output.map(({ data }) => {
    const text = Buffer.from(data!).toString();
    const literal = text.slice(marked[0]!.length, text.length - marked[1]!.length);
    return JSON.parse(`"${literal}"`) as string;
  });
}

describe('DeltaHold', () => {
  const text = 'Sure, write to jane.doe@corp.com or pay with 4111 1111 1111 1111 today, bye.';
  const masked = 'Sure, write to [masked:EMAIL_ADDRESS] or pay with [masked:CREDIT_CARD] today, bye.';

  it.each(Object.keys(shapes))('finds a value that is split over events: %s', (name) => {
    for (const size of [1, 2, 3, 5, 8, 13, 100]) {
      const parts: string[] = [];
      for (let at = 0; at < text.length; at += size) parts.push(text.slice(at, at + size));
      expect(throughHold(parts, shapes[name]!).join('')).toBe(masked);
    }
  });

  it('finds a value at every split into two events', () => {
    for (let at = 0; at <= text.length; at++)
      expect(throughHold([text.slice(0, at), text.slice(at)], openAi).join('')).toBe(masked);
  });

  it('writes the replacement into the first event concerned', () => {
    const parts = ['mail jane', '.doe@', 'corp', '.com', ' now', '.'];
    expect(throughHold(parts, openAi)).toEqual(['mail [masked:EMAIL_ADDRESS]', '', '', '', ' now', '.']);
  });

  it('keeps events only while their last word is undecided', () => {
    const hold = newHold();
    expect(hold.push(eventOf(openAi('Hello ')))).toHaveLength(1);
    expect(hold.push(eventOf(openAi('wor')))).toHaveLength(0);
    expect(hold.isHolding).toBe(true);
    expect(hold.push(eventOf(openAi('ld ')))).toHaveLength(2);
    expect(hold.push(eventOf(openAi('call 030 ')))).toHaveLength(0);
    expect(hold.push(eventOf(openAi('times ')))).toHaveLength(2);
    expect(hold.isHolding).toBe(false);
  });

  it('gives events back as they came when nothing is found', () => {
    const hold = newHold();
    const events = ['a', ' "b', '\u00e9 \n', ' 12', ' c '].map((part) => eventOf(openAi(part)));
    const output = events.flatMap((event) => hold.push(event));
    expect(output).toHaveLength(5);
    for (const [index, event] of output.entries()) expect(event).toBe(events[index]);
  });

  it('keeps the order of events that carry no text', () => {
    const hold = newHold();
    const ping: DeltaEvent = { data: undefined, size: 3, isChanged: false };
    const other = eventOf({ type: 'ping' });
    const first = eventOf(openAi('ab'));
    expect(hold.push(first)).toEqual([]);
    expect([...hold.push(ping), ...hold.push(other)]).toEqual([]);
    expect(hold.push(eventOf(openAi('c ')))).toEqual([first, ping, other, expect.anything()]);
  });

  it('tells texts with an index of their own apart', () => {
    const hold = newHold();
    const parts: readonly (readonly [string, number])[] = [
      ['jane.', 0],
      ['4111 1111 ', 1],
      ['doe@corp', 0],
      ['1111 1111', 1],
      ['.com ', 0],
      [' x ', 1],
    ];
    const output = parts.flatMap(([part, index]) => hold.push(eventOf(openAi(part, index))));
    const texts = [...output, ...hold.flush()].map((event) => textOfOpenAi(jsonOf(event)));
    expect(texts).toEqual(['[masked:EMAIL_ADDRESS]', '[masked:CREDIT_CARD]', '', '', ' ', ' x ']);
  });

  it('takes a string of any key that alone differs from event to event for text', () => {
    const shape = (part: string): Json => ({ id: 'x1', kind: 'chunk', body: part });
    const parts = ['pay 4111', ' 1111', ' 1111 11', '11 now'];
    const joined = throughHold(parts, shape).join('');
    // The first event was out before it could be known.
    expect(joined).toBe('pay 4111[masked:CREDIT_CARD] now');
  });

  it('does not keep events whose strings are no text', () => {
    const hold = newHold();
    for (let index = 0; index < 5; index++) {
      const json = { id: `a${index}`, created_at: `2026-01-0${index}`, user: `u${index}`, city: `c${index}` };
      expect(hold.push(eventOf(json))).toHaveLength(1);
    }
  });

  it('masks what a scan of the joined text masks, however it is cut', () => {
    const joined = `${text} ${text.toUpperCase()} call +41 44 668 18 00 or 536-22-1234. password: xK9#mQ2$vL7 !`;
    const scan = newScan();
    const bytes = Buffer.from(joined);
    const scanner = scan.scannerFor({ name: 'content', path: [], kind: 'text' })!;
    const expected = Buffer.from(scan.mask(scanner, bytes, 0, bytes.length)!).toString();
    const random = new SeededRandom(4);
    for (let round = 0; round < 60; round++) {
      const parts: string[] = [];
      for (let at = 0; at < joined.length; ) {
        const size = 1 + random.below(12);
        parts.push(joined.slice(at, at + size));
        at += size;
      }
      expect(throughHold(parts, openAi).join('')).toBe(expected);
    }
  });

  it('lets go on request and goes on masking what has begun', () => {
    const hold = newHold();
    const output = [...hold.push(eventOf(openAi('to jane.doe@corp.co'))), ...hold.flush()];
    expect(hold.isHolding).toBe(false);
    output.push(...hold.push(eventOf(openAi('m and '))));
    expect(output.map((event) => textOfOpenAi(jsonOf(event)))).toEqual([
      'to [masked:EMAIL_ADDRESS]',
      ' and ',
    ]);
  });

  it('bounds what it keeps of a text, and of events', () => {
    const hold = newHold(64);
    for (let index = 0; index < 200; index++) hold.push(eventOf(openAi('abcdefg')));
    expect(hold.flush().length).toBeLessThan(12);
    hold.push(eventOf(openAi('ab')));
    const large = eventOfText(' '.repeat(70_000));
    expect(hold.push(large).at(-1)).toBe(large);
    hold.push(eventOf(openAi('ab')));
    let kept = 0;
    for (let index = 0; index < 2000; index++) {
      kept += 1 - hold.push({ data: undefined, size: 1, isChanged: false }).length;
      expect(kept).toBeLessThan(1025);
      if (!hold.isHolding) break;
    }
    expect(hold.isHolding).toBe(false);
  });

  it('removes all that follows where a finding does not end', () => {
    const scan = newScan();
    const hold = new DeltaHold<DeltaEvent>(scan, { holdSizeMax: 256 });
    const line = Buffer.from('the quick brown fox 01234567890 jumps over the')
      .toString('base64')
      .slice(0, 64);
    const parts = ['-----BEGIN PRIVATE KEY-----\n', ...Array.from({ length: 300 }, () => `${line}\n`)];
    const joined = throughHold(parts, openAi, hold).join('');
    expect(joined).toMatch(/^-----BEGIN PRIVATE KEY-----\n\[masked:[A-Z_]*\]$/);
    expect(scan.report.failedClosed.get('size')).toBe(1);
  });

  it('removes a private key that is told over many events', () => {
    const body = Buffer.from(Uint8Array.from({ length: 1200 }, (_, index) => (index * 89 + 17) % 251));
    const lines = body.toString('base64').replace(/.{64}/g, '$&\n');
    const key = `Here: -----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n done.`;
    const parts: string[] = [];
    for (let at = 0; at < key.length; at += 7) parts.push(key.slice(at, at + 7));
    expect(throughHold(parts, openAi).join('')).toMatch(
      /^Here: -----BEGIN PRIVATE KEY-----\n\[masked:[A-Z_]*\]\n done\.$/,
    );
  });
});
