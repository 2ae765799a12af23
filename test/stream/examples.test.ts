import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { readText, root } from '../tidy/source-files.ts';
import { ask, listening, secretJson, serve, type TestServer } from './support/http.ts';

// Inside the project, so that the examples may import it by name, and out of sight of git.
const folder = join(root, '.cache', `examples-${process.pid}`);
let count = 0;

afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

/** Runs a module; returns what it has written. */
async function run(text: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `example-${count++}.ts`);
  await writeFile(path, text);
  let output = '';
  vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
    output += `${values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' ')}\n`;
  });
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk, encoding, callback) => {
    output += Buffer.from(chunk as Uint8Array).toString();
    const isWritten = typeof encoding === 'function' ? encoding : callback;
    isWritten?.();
    return true;
  });
  await import(path);
  vi.restoreAllMocks();
  return output;
}

/** Runs a module that reads users.json and writes masked.json. */
async function runWithFiles(text: string): Promise<{ readonly output: string; readonly masked: string }> {
  await mkdir(folder, { recursive: true });
  const masked = join(folder, 'masked.json');
  const users = join(folder, 'users.json');
  await writeFile(users, secretJson);
  const output = await run(text.replace('users.json', users).replace('masked.json', masked));
  return { output, masked: await readFile(masked, 'utf8') };
}

/** The first example in a doc comment of this file that has this text. */
function docExample(file: string, part: string): string {
  const examples = [...readText(`src/stream/${file}`).matchAll(/ \* ```ts\n([\s\S]*?) \* ```/g)];
  const example = examples.find((match) => match[1]?.includes(part))?.[1] ?? '';
  const lines = example.replaceAll(/^ \* ?/gm, '');
  expect(lines.trim().split('\n').length).toBeLessThanOrEqual(5);
  return lines;
}

function readmeExample(part: string): string {
  const blocks = [...readText('README.md').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
    (match) => match[1] ?? '',
  );
  return blocks.find((block) => block.includes(part)) ?? '';
}

const users = (): Promise<TestServer> =>
  serve((_request, response) => response.setHeader('content-type', 'application/json').end(secretJson));
const at = (text: string, url: string): string => text.replaceAll('http://127.0.0.1:8080/', url);

const prelude = `
import { createReadStream, createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Agent, request } from 'undici';
import { createMasker } from 'wiremask';
import * as wiremask from 'wiremask/stream';
const { createBodyTransform, createBodyWebTransform, createMaskingInterceptor } = wiremask;
const { createMaskingMiddleware, maskResponse } = wiremask;
const masker = await createMasker({ masking: { fields: [{ path: '$..ssn', mask: 'redact' }] } });
`;

describe('examples in doc comments', () => {
  test.each([
    ['mask-response.ts', 'maskResponse(', ''],
    ['undici-interceptor.ts', 'createMaskingInterceptor(', ''],
    ['body-streams.ts', 'createBodyWebTransform(', 'console.log(await new Response(masked).text());'],
  ])('%s: %s', async (file, part, end) => {
    await using server = await users();
    const output = await run(prelude + at(docExample(file, part), server.url) + end);
    expect(output).toContain('[masked]');
    expect(output).not.toContain('219-09-9999');
  });

  test('body-streams.ts: createBodyTransform(', async () => {
    const { output, masked } = await runWithFiles(
      prelude + docExample('body-streams.ts', 'createBodyTransform('),
    );
    expect([output, masked]).toEqual(['', secretJson.replace('219-09-9999', '[masked]')]);
  });

  test('http-middleware.ts', async () => {
    const used: unknown[] = [];
    const made: ReturnType<typeof createServer>[] = [];
    const handle = (_request: unknown, response: import('node:http').ServerResponse): unknown =>
      response.end(secretJson);
    Object.assign(globalThis, { used, made, handle });
    const stand = `
const { used, made, handle } = globalThis;
const app = { use: (given) => used.push(given) };
const fastify = { addHook: (name, hook) => used.push(name, hook) };
`;
    const example = docExample('http-middleware.ts', 'createMaskingMiddleware(');
    await run(
      prelude +
        stand +
        example.replace(/^createServer\(.*\);$/m, (line) => `made.push(${line.slice(0, -1)});`),
    );
    expect(used).toEqual([expect.any(Function), 'onRequest', expect.any(Function)]);
    await using server = await listening(made[0] as ReturnType<typeof createServer>);
    expect((await ask(server.url)).text).toContain('"ssn": "[masked]"');
  });
});

describe('examples in README.md', () => {
  test('what fetch and undici have answered', async () => {
    await using server = await users();
    const output = await run(at(readmeExample('maskResponse('), server.url));
    expect(output.match(/"ssn": "\[masked\]"/g)).toHaveLength(2);
    expect(output).not.toContain('219-09-9999');
  });

  test('what a server answers', async () => {
    const made: ReturnType<typeof createServer>[] = [];
    Object.assign(globalThis, { made });
    const text = readmeExample('createMaskingMiddleware(')
      .replace('createServer((', 'made.push(createServer((')
      .replace(".listen(8080, '127.0.0.1');", ');');
    await run(text.replace(/^import/, '/* globals made */\nimport'));
    await using server = await listening(made[0] as ReturnType<typeof createServer>);
    expect((await ask(server.url)).text).toBe('{"ssn":"[masked]"}');
  });

  test('JSON and event streams', async () => {
    const { output, masked } = await runWithFiles(readmeExample('createBodyTransform('));
    expect(output).toBe('data: [masked:EMAIL_ADDRESS]\n\n');
    expect(masked).toContain('[masked:EMAIL_ADDRESS]');
  });
});

test('examples/mask-api.ts', async () => {
  const masked = '{"ssn":"***-**-9999","note":"Write to [masked:EMAIL_ADDRESS]"}\n';
  expect(await run(readText('examples/mask-api.ts'))).toBe(masked + masked);
});
