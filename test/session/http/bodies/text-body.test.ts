import { beforeAll, describe, expect, it } from 'vitest';
import { TextBody } from '../../../../src/session/http/bodies/text-body.ts';
import type { ValueScan } from '../../../../src/session/value-scan.ts';
import { oneByteAtATime, SeededRandom } from '../../../support/properties.ts';
import { emptyScan, loadScans, outputsOf, run } from './support.ts';

let newScan: () => ValueScan;
beforeAll(async () => {
  newScan = await loadScans();
});

const card = '4111 1111 1111 1111';
const words = 'the quick brown fox jumps over the lazy dog and on it goes ';

function base64Lines(count: number, seed = 7): string {
  const random = new SeededRandom(seed);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const line = (): string => Array.from({ length: 64 }, () => alphabet[random.below(64)]).join('');
  return Array.from({ length: count }, () => `${line()}\n`).join('');
}

function privateKey(lines: number): string {
  return `-----BEGIN RSA PRIVATE KEY-----\n${base64Lines(lines)}-----END RSA PRIVATE KEY-----\n`;
}

function randomText(random: SeededRandom): string {
  const pieces: readonly (() => string)[] = [
    () => card,
    () => 'jane.doe@corp.com',
    () => 'password = "xK9#mQ2$vL7"',
    () => 'password =\n  "xK9#mQ2$vL7"',
    () => `api_token=ghp_${base64Lines(1, random.below(99)).replace(/[+/]/g, 'x').slice(0, 36)}`,
    () => privateKey(4 + random.below(30)).trimEnd(),
    () => base64Lines(2, random.below(99)).trimEnd(),
    () => 'call +41 44 668 18 00 now',
    () => 'https://user:s3cr3tPw99@db.corp.com/x',
    () => 'DE89 3704 0044 0532 0130 00',
    () => 'x'.repeat(random.below(300)),
    () => words.repeat(1 + random.below(8)),
  ];
  const ends = random.below(3) === 0 ? [' '] : ['\n', ' ', '\r\n', '\n'];
  const count = 20 + random.below(60);
  const texts = Array.from({ length: count }, () => pieces[random.below(pieces.length)]!());
  return texts.map((text) => text + ends[random.below(ends.length)]!).join('');
}

describe('TextBody', () => {
  it.each([
    ['a line', 'write to jane.doe@corp.com today\nbye\n', 'write to [masked:EMAIL_ADDRESS] today\nbye\n'],
    ['no line end', `card ${card}`, 'card [masked:CREDIT_CARD]'],
    ['CRLF', `card ${card}\r\nnext\r\n`, 'card [masked:CREDIT_CARD]\r\nnext\r\n'],
    ['CR', `card ${card}\rnext\r`, 'card [masked:CREDIT_CARD]\rnext\r'],
    ['two findings', `a@b.example.org x ${card} y\n`, '[masked:EMAIL_ADDRESS] x [masked:CREDIT_CARD] y\n'],
  ])('masks findings at every split position: %s', (_name, body, expected) => {
    expect(outputsOf(() => new TextBody(newScan()), body)).toEqual([expected]);
  });

  it('masks a value that stands on the line after its key', () => {
    const body = 'password =\n  "xK9#mQ2$vL7"\nend\n';
    for (const output of outputsOf(() => new TextBody(newScan()), body)) {
      expect(output).not.toContain('xK9#');
      expect(output).toMatch(/^password =\n {2}"\[masked:.*\]"\nend\n$/);
    }
  });

  it('masks a private key over many lines at every split position', () => {
    const body = `before\n${privateKey(20)}after\n`;
    const outputs = outputsOf(() => new TextBody(newScan()), body);
    expect(outputs).toEqual([expect.stringMatching(/^before\n\[masked:[A-Z_]*\]\nafter\n$/)]);
  });

  it('masks a private key whose beginning is lost', () => {
    const body = `${base64Lines(12)}-----END PRIVATE KEY-----\nafter\n`;
    const outputs = outputsOf(() => new TextBody(newScan()), body);
    expect(outputs).toEqual([expect.stringMatching(/^\[masked:[A-Z_]*\]\nafter\n$/)]);
  });

  it('masks a private key whose end never comes', () => {
    const body = `x\n-----BEGIN PRIVATE KEY-----\n${base64Lines(10)}`;
    for (const output of outputsOf(() => new TextBody(newScan()), body))
      expect(output).toMatch(/^x\n\[masked:[A-Z_]*\]$/);
  });

  it('drops a private key that is larger than the hold, up to its END line, and counts it', () => {
    for (const chunkSize of [1, 100, 4096, 1_000_000]) {
      const scan = newScan();
      const masker = new TextBody(scan, { holdSizeMax: 4096 });
      const body = Buffer.from(`x\n${privateKey(200)}after ${card}\nend\n`);
      const chunks = Array.from({ length: Math.ceil(body.length / chunkSize) }, (_, index) =>
        body.subarray(index * chunkSize, (index + 1) * chunkSize),
      );
      expect(run(masker, chunks)).toMatch(/^x\n\[masked:[A-Z_]*\]\nafter \[masked:CREDIT_CARD\]\nend\n$/);
      if (chunkSize <= 100) expect(scan.report.failedClosed.get('size')).toBe(1);
    }
  });

  it('lets complete lines leave at once', () => {
    const masker = new TextBody(newScan());
    expect(Buffer.concat(masker.push(Buffer.from('hello world\nand'))).toString()).toBe('hello world\n');
    expect(Buffer.concat(masker.push(Buffer.from(' more\n'))).toString()).toBe('and more\n');
    expect(masker.end()).toEqual([]);
  });

  it('keeps a block only while it may be a key', () => {
    const masker = new TextBody(newScan());
    expect(masker.push(Buffer.from('-----BEGIN PRIVATE KEY-----\n'))).toEqual([]);
    const prose = `${words}\n`.repeat(40);
    const output = Buffer.concat([...masker.push(Buffer.from(prose)), ...masker.end()]).toString();
    expect(output).toBe(`-----BEGIN PRIVATE KEY-----\n${prose}`);
  });

  it('keeps no more than its limit of a text without lines', () => {
    const holdSizeMax = 16 * 1024;
    const masker = new TextBody(newScan(), { holdSizeMax });
    const chunk = Buffer.from(`${words}${'z'.repeat(3000)} `);
    let kept = 0;
    for (let index = 0; index < 200; index++) {
      kept += chunk.length;
      for (const part of masker.push(chunk)) kept -= part.length;
      expect(kept).toBeLessThanOrEqual(holdSizeMax + 4096);
    }
  });

  it('finds what lies across parts of a text without lines', () => {
    const body = `${words.repeat(150)}card ${card} ${words.repeat(200)}jane.doe@corp.com ${words.repeat(90)}`;
    const expected = body.replace(card, '[masked:CREDIT_CARD]').replace(/\S+@\S+/, '[masked:EMAIL_ADDRESS]');
    for (const size of [1, 7, 1000, 4096, 5000, 100_000]) {
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < body.length; at += size) chunks.push(Buffer.from(body.slice(at, at + size)));
      expect(run(new TextBody(newScan()), chunks)).toBe(expected);
    }
  });

  it('finds a card wherever it lies in a text without lines', () => {
    for (let before = 3800; before < 4400; before += 3) {
      const body = `${words.repeat(80).slice(0, before)} ${card} ${words.repeat(10)}`;
      const output = run(new TextBody(newScan()), oneByteAtATime(Buffer.from(body)));
      expect(output).toBe(body.replace(card, '[masked:CREDIT_CARD]'));
    }
  });

  it('drops the rest of a token that is longer than the hold', () => {
    const random = new SeededRandom(3);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    const text = (size: number): string =>
      Array.from({ length: size }, () => alphabet[random.below(62)]).join('');
    const token = `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ${text(200)}.${text(9000)}`;
    const scan = newScan();
    const output = run(
      new TextBody(scan, { holdSizeMax: 4096 }),
      oneByteAtATime(Buffer.from(`t ${token} end\n`)),
    );
    expect(output).toMatch(/^t \[masked:[A-Z_]*\] end\n$/);
  });

  it('keeps every byte where nothing is found', () => {
    const random = new SeededRandom(11);
    const bytes = Buffer.from(Uint8Array.from({ length: 20_000 }, () => random.below(256) & 0x8f));
    const text = bytes.toString('latin1');
    expect(run(new TextBody(newScan()), oneByteAtATime(bytes))).toBe(text);
    expect(run(new TextBody(newScan()), [bytes])).toBe(text);
    expect(run(new TextBody(emptyScan()), oneByteAtATime(bytes))).toBe(text);
    const blob = base64Lines(600);
    expect(run(new TextBody(newScan()), oneByteAtATime(Buffer.from(blob)))).toBe(blob);
  });

  it('waits for the line after a setting that may have blanks in its value', () => {
    const body = 'DB_PASSWORD=xK9#mQ2$ horse vL7w\nDB_HOST=db1\nend\n';
    const outputs = outputsOf(() => new TextBody(newScan()), body);
    expect(outputs).toEqual(['DB_PASSWORD=[masked:PASSWORD]\nDB_HOST=db1\nend\n']);
  });

  it('gives what a scan of the whole text gives, in chunks of any size', () => {
    for (let seed = 1; seed <= 25; seed++) {
      const body = Buffer.from(randomText(new SeededRandom(seed)));
      const scan = newScan();
      const scanner = scan.scannerFor({ name: '', path: [], kind: 'text' })!;
      const expected = Buffer.from(scan.mask(scanner, body, 0, body.length) ?? body).toString('latin1');
      for (const size of [1, 17, 333, 5000, body.length]) {
        const count = Math.ceil(body.length / size);
        const chunks = Array.from({ length: count }, (_, at) => body.subarray(at * size, (at + 1) * size));
        expect(run(new TextBody(newScan()), chunks)).toBe(expected);
      }
    }
  });

  it('takes linear time', () => {
    const blob = Buffer.from(base64Lines(16_000));
    const masker = new TextBody(newScan());
    const started = performance.now();
    for (let at = 0; at < blob.length; at += 13) masker.push(blob.subarray(at, at + 13));
    masker.end();
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
