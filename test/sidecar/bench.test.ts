import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommandLine } from '../../sidecar/command-line.ts';
import { createDependencies } from '../../sidecar/commands/dependencies.ts';
import { fakeProcess } from './cli-support.ts';
import { directory, LISTENER, removeDirectoryAfterwards } from './config-support.ts';

removeDirectoryAfterwards();

const CANARY = 'canary-4711-canary';
const config = join(directory, 'bench.yaml');
const RULES = `masking:
  columns:
    - { column: public.customers.ssn, mask: partial, keepLast: 2 }
    - { column: "*.*.salary", mask: redact }
    - { column: app.customers.profile, mask: redact, path: $.phone }
  detect: { packs: [pii] }
`;

async function bench(
  masking: string,
  ...more: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  await writeFile(config, LISTENER + masking);
  const { io, output } = fakeProcess();
  const args = ['bench', '-c', config, '--seconds', '0.1', ...more];
  const code = await runCommandLine(args, io, createDependencies());
  return { code, ...output };
}

// Few rules: what becomes of the numbers does not depend on how many there are.
const FEW_RULES = 'masking:\n  detect: { packs: [pii], entities: [EMAIL_ADDRESS] }\n';

async function write(name: string, text: string): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, text);
  return file;
}

interface Result {
  readonly listeners: readonly {
    readonly sample: { readonly rows: number; readonly columns: number; readonly rowSize: number };
    readonly unmetRules: readonly string[];
    readonly paths: readonly {
      readonly name: string;
      readonly ratio: number;
      readonly rowsPerSecond: number;
    }[];
  }[];
}

describe('wiremask bench', () => {
  let measured: ReturnType<typeof bench> | undefined;
  const measureRules = (): ReturnType<typeof bench> => (measured ??= bench(RULES, '--json'));

  test('measures forwarding, column rules, detection and all of it against a copy', async () => {
    const { code, stdout, stderr } = await measureRules();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [listener] = (JSON.parse(stdout) as Result).listeners;
    expect(listener?.paths.map(({ name }) => name)).toEqual([
      'copy',
      'forwarding',
      'column rules',
      'detection',
      'all rules',
    ]);
    expect(listener?.paths[0]?.ratio).toBe(1);
    for (const path of listener?.paths ?? []) expect(path.rowsPerSecond).toBeGreaterThan(1000);
    expect(listener?.unmetRules).toEqual([]);
  });

  test('the built-in rows have about 170 bytes in eight columns', async () => {
    const { stdout } = await measureRules();
    const { rowSize, columns } = (JSON.parse(stdout) as Result).listeners[0]!.sample;
    expect(columns).toBe(8);
    expect(rowSize).toBeGreaterThan(150);
    expect(rowSize).toBeLessThan(210);
  });

  test('prints a table for people', async () => {
    const { stdout } = await bench(FEW_RULES);
    expect(stdout).toContain('listener appdb: 20000 rows of');
    expect(stdout).toMatch(/MB\/s +rows\/s +p50 us +p99 us +ratio to copy/);
    expect(stdout).toMatch(/^ {2}detection +\d+ +\d+ +[\d.]+ +[\d.]+ +\d\.\d{3}$/m);
    expect(stdout).not.toContain('column rules');
  });

  test('a ratio below the floor fails with a sentence that names the path and both numbers', async () => {
    const { code, stderr } = await bench(FEW_RULES, '--floor', '1');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^wiremask bench: appdb, detection: ratio to copy 0\.\d{3} is below the floor 1$/m,
    );
    expect(stderr).not.toContain('forwarding');
  });

  test('a fall of more than the margin below the baseline fails, a smaller one does not', async () => {
    const { stdout } = await bench(FEW_RULES, '--json');
    const times = (factor: number): string =>
      stdout.replace(/"ratio": ([\d.]+)/g, (_, ratio: string) => `"ratio": ${Number(ratio) * factor}`);
    const low = await write('low.json', times(0.2));
    expect((await bench(FEW_RULES, '--baseline', low)).code).toBe(0);
    const high = await write('high.json', times(5));
    const { code, stderr } = await bench(FEW_RULES, '--baseline', high);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /appdb, detection: ratio to copy is [\d.]+, the baseline [\d.]+: more than 15 % below/,
    );
  });

  test('a baseline that is something else is refused before anything is measured', async () => {
    const other = await write('other.json', '{"format": 1, "listeners": [{"listener": "appdb"}]}');
    const expected = {
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('was not made by wiremask bench'),
    };
    expect(await bench(RULES, '--baseline', other)).toEqual(expected);
    expect((await bench(RULES, '--baseline', join(directory, 'none.json'))).stderr).toContain('(ENOENT)');
  });

  test('a CSV sample is matched to rules by column name, and no value is printed', async () => {
    const csv = await write('rows.csv', `id,ssn,comment\n1,"${CANARY}, ""quoted""",\n2,${CANARY},x\n`);
    const { code, stdout, stderr } = await bench(RULES, '--sample', csv, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [listener] = (JSON.parse(stdout) as Result).listeners;
    expect(listener?.sample).toMatchObject({ source: 'rows.csv', rows: 2, columns: 3 });
    expect(listener?.unmetRules).toEqual(['*.*.salary', 'app.customers.profile']);
    expect(stdout).not.toContain(CANARY);
  });

  test('a sample with one JSON object per line keeps kinds of values', async () => {
    const rows = [
      { id: 1, salary: 10.5, profile: { phone: CANARY }, isNew: true },
      { id: 2, salary: 11, profile: null, isNew: false, extra: CANARY },
    ];
    const file = await write('rows.ndjson', rows.map((row) => JSON.stringify(row)).join('\n'));
    const { code, stdout } = await bench(RULES, '--sample', file, '--json');
    expect(code).toBe(0);
    const [listener] = (JSON.parse(stdout) as Result).listeners;
    expect(listener?.sample).toMatchObject({ rows: 2, columns: 5 });
    expect(listener?.unmetRules).toEqual(['public.customers.ssn']);
    expect(stdout).not.toContain(CANARY);
  });

  test.each([
    ['short.csv', `a,b\n1,2\n${CANARY}\n`, ':3 has 1 fields for 2 columns'],
    ['broken.ndjson', `{"a": 1}\n{"a": ${CANARY}\n`, ':2 is not JSON'],
    ['array.ndjson', `{"a": 1}\n["${CANARY}"]\n`, ':2 is not a JSON object'],
    ['empty.csv', 'a,b\n', 'holds no rows'],
  ])('a bad sample (%s) is refused by line, without its values', async (name, text, message) => {
    const { code, stdout, stderr } = await bench(RULES, '--sample', await write(name, text));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain(CANARY);
  });

  test('problems of the configuration are those of wiremask check', async () => {
    const { code, stderr } = await bench('masking:\n  columns: [{ column: ssn, mask: redact }]\n');
    expect(code).toBe(3);
    expect(stderr).toContain('schema.table.column');
  });
});

describe('the stored floors', () => {
  test('are numbers between 0 and what can be reached', async () => {
    const text = await readFile(join(import.meta.dirname, '../../bench/floors.json'), 'utf8');
    const floors = JSON.parse(text) as Record<'ratioMin' | 'valueMax', Record<string, number>>;
    for (const ratio of Object.values(floors.ratioMin)) expect(ratio > 0 && ratio < 20).toBe(true);
    expect(Object.keys(floors.ratioMin).length).toBeGreaterThan(3);
  });

  test('listeners of other protocols are not measured', async () => {
    const file = await write(
      'http.yaml',
      `listeners:
  - { name: api, protocol: http, listen: "127.0.0.1:1", upstream: { url: "http://127.0.0.1:2" } }
${FEW_RULES}`,
    );
    const { io, output } = fakeProcess();
    expect(await runCommandLine(['bench', '-c', file], io, createDependencies())).toBe(1);
    expect(output.stderr).toContain('wiremask bench: no listener has protocol: postgres');
  });
});
