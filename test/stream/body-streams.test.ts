import { PassThrough, Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Masker } from 'wiremask';
import { createBodyTransform, createBodyWebTransform } from 'wiremask/stream';
import { httpMasker, maskedJson, plainJson, secretJson } from './support/http.ts';

let masker: Masker;
beforeAll(async () => {
  masker = await httpMasker();
});

const event = (content: string): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
const splits = [...secretJson].map((_, at) => [secretJson.slice(0, at), secretJson.slice(at)]);

describe('createBodyTransform', () => {
  test('masks, at every split position', async () => {
    for (const parts of splits) {
      const output = Readable.from(parts.map((part) => Buffer.from(part))).pipe(
        createBodyTransform(masker.json()),
      );
      expect(await text(output)).toBe(maskedJson);
    }
  });

  test('what holds nothing to mask comes out as it went in', async () => {
    const output = Readable.from([plainJson]).pipe(createBodyTransform(masker.json()));
    expect(await text(output)).toBe(plainJson);
  });

  test('an error destroys the stream, and nothing comes out after it', async () => {
    const stream = createBodyTransform(masker.json());
    const output: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => output.push(chunk));
    const failed = new Promise<Error>((resolve) => stream.once('error', resolve));
    stream.write('{"a": 1, "b": nonsense, "c": "behind"}');
    stream.write('"ssn": "219-09-9999"}');
    expect(await failed).toMatchObject({ code: 'WIREMASK_ERR_MESSAGE_BODY' });
    expect(stream.destroyed).toBe(true);
    await sleep(5);
    expect(Buffer.concat(output).toString()).not.toMatch(/behind|219/);
  });

  test('a body that ends too early is an error', async () => {
    const run = pipeline(Readable.from(['{"a":']), createBodyTransform(masker.json()), new PassThrough());
    await expect(run).rejects.toMatchObject({ code: expect.stringMatching(/^WIREMASK_ERR_/) });
  });

  test('a slow reader holds the writer back', async () => {
    let taken = 0;
    const source = Readable.from(
      (function* () {
        for (let line = 0; line < 5000; line++) yield Buffer.from(`{"text":"${'x'.repeat(1000)}"}\n`);
      })(),
    ).on('data', () => taken++);
    const stuck = new Writable({ write: () => undefined });
    source.pipe(createBodyTransform(masker.json({ isSequence: true }))).pipe(stuck);
    await sleep(100);
    expect(taken).toBeLessThan(500);
    source.destroy();
  });

  test('events that are kept back leave when nothing follows', async () => {
    const stream = createBodyTransform(masker.sse(), { flushAfterMs: 20 });
    const output: string[] = [];
    stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    stream.write(event('my address is ada.canary@'));
    await sleep(5);
    const before = output.join('');
    await sleep(80);
    expect(before).not.toContain('ada.canary');
    expect(output.join('')).toContain('data: ');
    stream.end();
  });

  test('a value split over events is found when the next one comes in time', async () => {
    const parts = [event('to ada.canary@exam'), event('ple.com now'), 'data: [DONE]\n\n'];
    const output = await text(Readable.from(parts).pipe(createBodyTransform(masker.sse())));
    expect(output).not.toContain('ada.canary');
    expect(output).toContain('[DONE]');
  });

  test('a stream that is destroyed leaves no timer behind', async () => {
    const stream = createBodyTransform(masker.sse(), { flushAfterMs: 5 });
    stream.write(event('my address is ada.canary@'));
    await sleep(1);
    stream.destroy();
    await sleep(20);
    expect(stream.errored).toBeNull();
  });
});

describe('createBodyWebTransform', () => {
  const through = (
    parts: readonly string[],
    stream: ReturnType<typeof createBodyWebTransform>,
  ): Promise<string> => text(webStream(parts).pipeThrough(stream));

  test('masks, at every split position', async () => {
    for (const parts of splits)
      expect(await through(parts, createBodyWebTransform(masker.json()))).toBe(maskedJson);
  });

  test('an error fails both sides with it', async () => {
    const { readable, writable } = createBodyWebTransform(masker.json());
    const read = text(readable);
    const rejected = expect(read).rejects.toMatchObject({ code: 'WIREMASK_ERR_MESSAGE_BODY' });
    const writer = writable.getWriter();
    const failed = { code: 'WIREMASK_ERR_MESSAGE_BODY' };
    await expect(writer.write(Buffer.from('{"a": nonsense}'))).rejects.toMatchObject(failed);
    await expect(writer.closed).rejects.toMatchObject(failed);
    await rejected;
  });

  test('a writer waits for the reader', async () => {
    const { readable, writable } = createBodyWebTransform(masker.json());
    const writer = writable.getWriter();
    let isTaken = false;
    const write = writer.write(Buffer.from('{"a":1,')).then(() => {
      isTaken = true;
    });
    await sleep(10);
    expect(isTaken).toBe(false);
    const reader = readable.getReader();
    await reader.read();
    await write;
    await reader.cancel();
  });

  test('events that are kept back leave when nothing follows; a reader that goes away stops the timer', async () => {
    const { readable, writable } = createBodyWebTransform(masker.sse(), { flushAfterMs: 10 });
    const writer = writable.getWriter();
    const reader = readable.getReader();
    const read = reader.read();
    await writer.write(Buffer.from(event('my address is ada.canary@')));
    expect(Buffer.from((await read).value ?? []).toString()).toContain('data: ');
    void writer.write(Buffer.from(event('my address is ada.canary@'))).catch(() => undefined);
    await reader.cancel();
    await sleep(30);
  });
});

function webStream(parts: readonly string[]): import('node:stream/web').ReadableStream<Uint8Array> {
  return Readable.toWeb(Readable.from(parts.map((part) => Buffer.from(part))));
}
