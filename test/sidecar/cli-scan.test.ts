import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../sidecar/command-line.ts';
import { scanInput } from '../../sidecar/scan/scan-input.ts';
import { createDetector } from '../../src/index.ts';
import { fakeDependencies, fakeProcess } from './cli-support.ts';

const folder = mkdtempSync(join(tmpdir(), 'wiremask-scan-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { io, output } = fakeProcess();
  const code = await runCommandLine(args, io, fakeDependencies());
  return { code, ...output };
}

interface Finding {
  readonly line: number;
  readonly column: number;
  readonly field: string;
  readonly entity: string;
  readonly masked: string;
  readonly length: number;
}

async function findings(path: string, ...options: string[]): Promise<readonly Finding[]> {
  const { stdout } = await run('scan', '--json', ...options, path);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Finding);
}

const places = (found: readonly Omit<Finding, 'length'>[]): string[] =>
  found.map(({ line, column, field, entity }) => `${line}:${column} ${field} ${entity}`);

describe('wiremask scan', () => {
  test('text: line and column, values masked, exit code 5', async () => {
    const path = file('a.log', 'nothing here\nmail from ada@example.com\n\n  card 4111 1111 1111 1111\n');
    const { code, stdout, stderr } = await run('scan', path);
    expect(code).toBe(5);
    expect(stdout).toContain(`${path}:2:11  EMAIL_ADDRESS  email 1.00  a************m (15)`);
    expect(stdout).toContain(`${path}:4:8  CREDIT_CARD`);
    expect(stdout).not.toContain('ada@');
    expect(stdout).not.toContain('4111');
    expect(stderr).toMatch(/^1 input, 0\.1 KB: 1 \w+, 1 \w+\n$/);
  });

  test('nothing found is 0, a file that cannot be read is 1 and does not stop the others', async () => {
    expect((await run('scan', file('clean.txt', 'plain words\n'))).code).toBe(0);
    const { code, stdout, stderr } = await run('scan', join(folder, 'none'), file('b.txt', 'x@example.com'));
    expect(code).toBe(1);
    expect(stderr).toContain('cannot be read (ENOENT)');
    expect(stdout).toContain('EMAIL_ADDRESS');
  });

  test('csv: the column gives context, quotes may hold line breaks', async () => {
    const path = file('c.csv', 'id,password,note\n1,vK9tzRm4q7,"two\nlines, ada@example.com"\n2,,x\n');
    expect(places(await findings(path))).toEqual(['2:0 password PASSWORD', '2:0 note EMAIL_ADDRESS']);
    expect(places(await findings(file('d.csv', 'id;mail\n7;ada@example.com\n')))).toEqual([
      '2:0 mail EMAIL_ADDRESS',
    ]);
  });

  test('ndjson and json: keys give context, also the name beside a value', async () => {
    const line = '{"user":{"password":"vK9tzRm4q7"},"set":[{"name":"ssn","value":"536904399"}]}';
    const path = file('e.ndjson', `${line}\nno json, ada@example.com\n`);
    expect(places(await findings(path))).toEqual([
      '1:0 user.password PASSWORD',
      '1:0 set.value.ssn US_SSN',
      '2:10  EMAIL_ADDRESS',
    ]);
    expect(places(await findings(file('f.json', line)))).toEqual([
      '0:0 user.password PASSWORD',
      '0:0 set.value.ssn US_SSN',
    ]);
  });

  test('sql: rows of COPY and INSERT by column, everything else as text', async () => {
    const path = file(
      'g.sql',
      `-- dump for ada@example.com
COPY public.users (id, password) FROM stdin;
1\tvK9tzRm4q7
2\t\\N
\\.
INSERT INTO "u" ("id", "password") VALUES (1, 'vK9''tzRm4q7'), (2, NULL);
`,
    );
    expect(places(await findings(path))).toEqual([
      '1:13  EMAIL_ADDRESS',
      '3:0 public.users.password PASSWORD',
      '6:0 u.password PASSWORD',
    ]);
  });

  test('long text is scanned in pieces without losing or doubling what lies between them', async () => {
    const filler = 'words and more words, nothing else to see in this line of text\n'.repeat(400);
    const parts = Array.from({ length: 40 }, (_, index) => `${filler}person${index}@example.com\n`);
    const found = await findings(file('long.txt', parts.join('')));
    expect(found.map(({ line }) => line)).toEqual(
      Array.from({ length: 40 }, (_, index) => 401 * (index + 1)),
    );
  });

  test('one line without end is looked into as well', async () => {
    const path = file('wide.txt', `${'x '.repeat(3_000_000)}ada@example.com ${'y '.repeat(3_000_000)}`);
    expect((await findings(path)).map(({ entity }) => entity)).toEqual(['EMAIL_ADDRESS']);
  });

  test('one line far longer than a piece: everything in it is told once, at its place', async () => {
    const size = 9 * 1024 * 1024;
    const mail = 'ada@example.com';
    // Wherever pieces are cut, some address lies across: they come every 997 characters.
    const unit = `${'x '.repeat(491)}${mail}`;
    const line = unit.repeat(Math.ceil(size / unit.length));
    const found = await findings(file('one-line.txt', `first\n${line}\nand ${mail}\n`));
    const wanted = Array.from({ length: line.length / unit.length }, (_, index) => [
      2,
      (index + 1) * unit.length - mail.length + 1,
    ]);
    expect(found.map((finding) => [finding.line, finding.column])).toEqual([...wanted, [3, 5]]);
  });

  test('a key across the cut of a line is found whole', async () => {
    const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(300);
    const key = `-----BEGIN PRIVATE KEY-----\\n${body}\\n-----END PRIVATE KEY-----`;
    for (const before of [118_000, 126_000, 130_900]) {
      const path = file('key.txt', `${'y '.repeat(before / 2)}${key} ${'z '.repeat(100_000)}`);
      const found = await findings(path);
      expect(found.map(({ column, length }) => [column, length])).toEqual([[before + 1, key.length]]);
    }
  });

  test('lines of a format are read whole, however long', async () => {
    const blob = 'k '.repeat(2_600_000);
    const csv = file('wide.csv', `note,password\n${blob},vK9tzRm4q7\n"a\n${blob}",vK9tzRm4q8\n`);
    expect(places(await findings(csv))).toEqual(['2:0 password PASSWORD', '3:0 password PASSWORD']);
    const ndjson = file('wide.ndjson', `${JSON.stringify({ note: blob, password: 'vK9tzRm4q7' })}\n`);
    expect(places(await findings(ndjson))).toEqual(['1:0 password PASSWORD']);
    const sql = file('wide.sql', `INSERT INTO "u" ("note", "password") VALUES ('${blob}', 'vK9tzRm4q7');\n`);
    expect(places(await findings(sql))).toEqual(['1:0 u.password PASSWORD']);
  });

  test('what is written to cost much is read in a time that grows with its length', async () => {
    const quotes = `a,b\n"${'never closed, ""\n'.repeat(200_000)}`;
    const literals = `INSERT INTO u VALUES ('${"\\'".repeat(1_000_000)}`;
    const mails = Array.from({ length: 40_000 }, (_, index) => `person${index}@example.com`).join(' ');
    const started = performance.now();
    await findings(file('quotes.csv', quotes));
    await findings(file('literals.sql', literals));
    expect(await findings(file('mails.txt', mails))).toHaveLength(40_000);
    expect(performance.now() - started).toBeLessThan(8_000);
  });

  test('standard input: the first line says whether it is NDJSON', async () => {
    const read = async (text: string): Promise<string[]> => {
      const input = (async function* () {
        for (let at = 0; at < text.length; at += 7) yield Buffer.from(text.slice(at, at + 7));
      })();
      const found = [];
      for await (const finding of scanInput(input, undefined, await createDetector())) found.push(finding);
      return places(found);
    };
    expect(await read('\n{"id":1,"password":"vK9tzRm4q7"}\n{"id":2}\n')).toEqual(['2:0 password PASSWORD']);
    expect(await read('{"id":1,"password":"vK9tzRm4q7"}')).toEqual(['1:0 password PASSWORD']);
    expect(await read('[1]\nada@example.com')).toEqual(['2:1  EMAIL_ADDRESS']);
    expect(await read('plain\n{"a":1}\nada@example.com')).toEqual(['3:1  EMAIL_ADDRESS']);
    expect(await read('')).toEqual([]);
  });

  test('--format, --packs and --threshold are obeyed, and wrong ones named', async () => {
    const path = file('h.csv', 'password\nvK9tzRm4q7\n');
    expect(await findings(path, '--format', 'text')).toEqual([]);
    expect(await findings(path, '--packs', 'pii')).toEqual([]);
    expect((await run('scan', '--format', 'xml', path)).stderr).toContain(
      '--format must be one of: text, csv',
    );
    const wrong = await run('scan', '--packs', 'pi', path);
    expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining('there is no rule pack "pi"')]);
  });

  test('a rule file of ones own, and what is wrong with it', async () => {
    const rules = file(
      'rules.yaml',
      `rules:\n  - { id: badge, entity: BADGE, pattern: 'BDG-\\d{4}', score: 0.9 }\n`,
    );
    const path = file('i.txt', 'door opened by BDG-1234\n');
    expect(places(await findings(path, '--rules', rules))).toEqual(['1:16  BADGE']);
    const others = file(
      'others.yaml',
      `rules:\n  - { id: locker, entity: LOCKER, pattern: 'LCK-\\d{4}', score: 0.9 }\n`,
    );
    const both = file('j.txt', 'BDG-1234 and LCK-1234\n');
    expect(places(await findings(both, '--rules', rules, `--rules=${others}`))).toEqual([
      '1:1  BADGE',
      '1:14  LOCKER',
    ]);
    expect((await run('scan', '--format', 'text', '--format', 'csv', both)).stderr).toContain('given twice');
    const broken = file(
      'broken.yaml',
      `rules:\n  - { id: badge, entity: BADGE, pattern: '(', score: 0.9 }\n`,
    );
    const { code, stderr } = await run('scan', '--rules', broken, path);
    expect(code).toBe(3);
    expect(stderr).toMatch(/broken\.yaml:2:\d+: /);
  });
});

describe('wiremask rules', () => {
  test('lists, shows and tests', async () => {
    const list = await run('rules', 'list');
    expect(list.code).toBe(0);
    expect(list.stdout).toMatch(/^iban +IBAN_CODE +pii +/m);
    const json = await run('rules', 'show', '--json', 'iban');
    expect(JSON.parse(json.stdout)).toMatchObject({
      id: 'iban',
      entity: 'IBAN_CODE',
      pack: 'pii',
      matcher: 'iban',
    });
    const tested = await run('rules', 'test', 'iban', 'email');
    expect([tested.code, tested.stdout]).toEqual([0, '2 rules, 0 failures\n']);
  });

  test('a rule that does not do what its examples say fails', async () => {
    const rules = file(
      'wrong.yaml',
      `rules:
  - id: badge
    entity: BADGE
    pattern: 'BDG-\\d{4}'
    score: 0.9
    examples: ['BDG-12']
    counterExamples: ['BDG-1234']
`,
    );
    const { code, stderr } = await run('rules', 'test', '--rules', rules, 'badge');
    expect(code).toBe(1);
    expect(stderr).toBe('badge: examples[0] is not found\nbadge: counterExamples[0] is found\n');
  });

  test('says what it does not know', async () => {
    expect((await run('rules')).stderr).toContain('rules list, rules show ID or rules test');
    const { code, stderr } = await run('rules', 'show', 'nope');
    expect([code, stderr]).toEqual([2, expect.stringContaining('there is no rule nope')]);
  });
});

describe('wiremask explain', () => {
  test('says why, and never the text', async () => {
    const { code, stdout } = await run('explain', '--field', 'users.ssn', '536904399');
    expect(code).toBe(5);
    expect(stdout).toMatch(/^0-9 {2}US_SSN {2}us-ssn-digits \d\.\d\d: .*"ssn" in the field/);
    expect(stdout).not.toContain('536904399');
    expect((await run('explain', 'card 4111111111111111')).stdout).toMatch(/CREDIT_CARD/);
    expect(await run('explain', 'plain words')).toEqual({ code: 0, stdout: '', stderr: 'nothing found\n' });
  });
});
