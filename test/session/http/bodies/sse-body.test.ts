import { beforeAll, describe, expect, it } from 'vitest';
import { WireError } from '../../../../src/errors.ts';
import { SseBody, type SseBodyOptions } from '../../../../src/session/http/bodies/sse-body.ts';
import type { BodyMasker } from '../../../../src/session/http/body-masker.ts';
import type { ValueScan } from '../../../../src/session/value-scan.ts';
import { expectOnlyWiremaskErrors, mutations, oneByteAtATime } from '../../../support/properties.ts';
import { emptyScan, loadScans, outputsOf, run } from './support.ts';

let newScan: () => ValueScan;
beforeAll(async () => {
  newScan = await loadScans();
});

/** Masks the strings of one JSON text, and writes it anew only when something was found. */
class WholeJson implements BodyMasker {
  readonly #scan: ValueScan;
  readonly #parts: Uint8Array[] = [];

  constructor(scan: ValueScan) {
    this.#scan = scan;
  }

  push(chunk: Uint8Array): readonly Uint8Array[] {
    this.#parts.push(chunk);
    return [];
  }

  end(): readonly Uint8Array[] {
    const bytes = Buffer.concat(this.#parts);
    let isChanged = false;
    const masked = this.#parse(bytes.toString(), (key, value) => {
      const scanner = this.#scan.scannerFor({ name: key, path: [], kind: 'text' });
      if (typeof value !== 'string' || scanner === undefined) return value;
      const text = Buffer.from(value);
      const found = this.#scan.mask(scanner, text, 0, text.length);
      isChanged ||= found !== undefined;
      return found === undefined ? value : Buffer.from(found).toString();
    });
    return [isChanged ? Buffer.from(JSON.stringify(masked)) : bytes];
  }

  #parse(text: string, replace: (key: string, value: unknown) => unknown): unknown {
    try {
      return JSON.parse(text, replace);
    } catch (cause) {
      throw new WireError('WIREMASK_ERR_MESSAGE_BODY', 'not JSON', { cause });
    }
  }
}

function create(options: SseBodyOptions = {}, scan: ValueScan = newScan()): SseBody {
  return new SseBody(scan, () => new WholeJson(scan), options);
}

const card = '4111 1111 1111 1111';
const CARD = '[masked:CREDIT_CARD]';

describe('SseBody', () => {
  it.each([
    ['text data', `data: card ${card}\n\n`, `data: card ${CARD}\n\n`],
    ['no space after the colon', `data:card ${card}\n\n`, `data:card ${CARD}\n\n`],
    ['CRLF', `event: e\r\ndata: card ${card}\r\n\r\n`, `event: e\r\ndata: card ${CARD}\r\n\r\n`],
    ['CR', `id: 7\rdata: card ${card}\r\rdata: x\r\r`, `id: 7\rdata: card ${CARD}\r\rdata: x\r\r`],
    ['a byte order mark', `\xef\xbb\xbfdata: ${card}\n\n`, `\xef\xbb\xbfdata: ${CARD}\n\n`],
    ['JSON data', 'data: {"a":"x@corp.com", "b":1}\n\n', 'data: {"a":"[masked:EMAIL_ADDRESS]","b":1}\n\n'],
    ['JSON data over lines', `data: {"a":\ndata: "${card}"}\nid: 1\n\n`, `data: {"a":"${CARD}"}\nid: 1\n\n`],
    ['what only begins like JSON', `data: {${card}\ndata: [DONE]\n\n`, `data: {${CARD}\ndata: [DONE]\n\n`],
    ['a comment', `: ask x@corp.com\n\ndata: y\n\n`, `: ask [masked:EMAIL_ADDRESS]\n\ndata: y\n\n`],
    [
      'a name and an id',
      `event: x@corp.com\nid: ${card}\n\n`,
      `event: [masked:EMAIL_ADDRESS]\nid: ${CARD}\n\n`,
    ],
    ['an unknown field', `x@corp.com\nother: ${card}\n\n`, `[masked:EMAIL_ADDRESS]\nother: ${CARD}\n\n`],
    ['an event without its end', `data: x\n\ndata: ${card}`, `data: x\n\ndata: ${CARD}`],
    ['empty lines', `\n\r\n\rdata: ${card}\n\n\n\n`, `\n\r\n\rdata: ${CARD}\n\n\n\n`],
  ])('masks at every split position: %s', (_name, body, expected) => {
    expect(outputsOf(create, body)).toEqual([expected]);
  });

  it('finds a value that is split over data lines', () => {
    const body = `data: password =\ndata:  "xK9#mQ2$vL7"\nid: 3\n\n`;
    for (const output of outputsOf(create, body)) {
      expect(output).not.toContain('xK9#');
      expect(output).toMatch(/^data: password =\ndata: {2}"\[masked:[A-Z_]*\]"\nid: 3\n\n$/);
    }
  });

  it('finds a value that is split over events', () => {
    const delta = (content: string): string =>
      `data: {"choices":[{"index":0,"delta":{"content":${JSON.stringify(content)}}}]}\n\n`;
    const parts = ['mail jane', '.doe@', 'corp', '.com', ' now', '.'];
    const masked = ['mail [masked:EMAIL_ADDRESS]', '', '', '', ' now', '.'];
    const body = `${parts.map(delta).join('')}data: [DONE]\n\n`;
    expect(outputsOf(create, body)).toEqual([`${masked.map(delta).join('')}data: [DONE]\n\n`]);
  });

  it('lets events leave when they are complete', () => {
    const masker = create();
    expect(Buffer.concat(masker.push(Buffer.from('data: a\n'))).toString()).toBe('');
    expect(Buffer.concat(masker.push(Buffer.from('\r'))).toString()).toBe('data: a\n\r');
    expect(Buffer.concat(masker.push(Buffer.from('\ndata: b\n\nda'))).toString()).toBe('\ndata: b\n\n');
    expect(masker.isHolding).toBe(false);
  });

  it('tells of events it keeps, and lets go of them on request', () => {
    const masker = create();
    const event = 'data: {"delta":{"text":"Hel"}}\n\n';
    expect(masker.push(Buffer.from(event))).toEqual([]);
    expect(masker.isHolding).toBe(true);
    expect(Buffer.concat(masker.flushHeld()).toString()).toBe(event);
    expect(masker.isHolding).toBe(false);
    expect(masker.flushHeld()).toEqual([]);
  });

  it('keeps no event without a hold', () => {
    const event = 'data: {"delta":{"text":"Hel"}}\n\n';
    expect(Buffer.concat(create({ holdSizeMax: 0 }).push(Buffer.from(event))).toString()).toBe(event);
  });

  it('writes no line end of a replacement into a line', async () => {
    const scan = (await loadScans({ mask: 'replace', value: 'a\nid: 7' }))();
    const output = run(create({}, scan), [Buffer.from(`: ${card}\ndata: x ${card}\n\n`)]);
    expect(output).toBe(': a id: 7\ndata: x a\ndata: id: 7\n\n');
  });

  it('refuses an event that is too large', () => {
    const body = Buffer.from(`data: a\n\ndata: ${'x'.repeat(100)}\n\n`);
    for (const chunks of [[body], oneByteAtATime(body), [body.subarray(0, 80)]]) {
      const masker = create({ eventSizeMax: 64 });
      const error = expect.objectContaining({ code: 'WIREMASK_ERR_MESSAGE_SIZE', limit: 'eventSizeMax' });
      expect(() => run(masker, chunks)).toThrow(error);
    }
  });

  it('keeps every byte where nothing is to mask', () => {
    const body = Buffer.from(
      '\xef\xbb\xbf: c\r\n\r\ndata\ndata:\ndata:  x \rid\n\n\r\rretry: 10\ndatax: y\ndata: {"a" : 1.0}\n\ndata: {"text":"a"}\n\n',
      'latin1',
    );
    for (const bytes of [body, ...mutations(body, 9, 300)]) {
      const text = Buffer.from(bytes).toString('latin1');
      expect(run(create({}, emptyScan()), oneByteAtATime(bytes))).toBe(text);
      expect(run(create({}, newScan()), [bytes])).toBe(text);
      expect(run(create({}, newScan()), oneByteAtATime(bytes))).toBe(text);
    }
  });

  it('reads damaged streams without an error', () => {
    const part = (text: string): string => `data: {"response":"${text}"}\n\n`;
    const body = Buffer.from([`jane.d`, 'oe@corp', '.com ok'].map(part).join(''));
    for (const bytes of mutations(body, 21, 300)) {
      const code = expectOnlyWiremaskErrors(() => run(create(), [bytes]));
      expect(code).toBeUndefined();
    }
  });
});
