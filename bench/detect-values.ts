// Cost of detection per field, with every shipped rule on. Run from the package root; prints nanoseconds per
// field and MB/s per kind of value. Numbers compare runs on one machine, nothing else.
import { Bench } from 'tinybench';
import { createDetectionEngine } from '../src/detect/create-detection-engine.ts';
import { type FieldKind, FindingList } from '../src/detect/detector.ts';
import { loadRe2 } from '../src/detect/re2.ts';
import { compileRulePacks } from '../src/detect/rule-pack.ts';
import { loadRulePacks, rulePackNames } from '../src/rule-pack-files.ts';

interface FieldMix {
  readonly name: string;
  readonly kind: FieldKind;
  readonly values: readonly string[];
}

const clean: readonly FieldMix[] = [
  { name: 'first_name', kind: 'text', values: ['Ada', 'Grace', 'Jürgen', 'Marie-Claire', 'Bo'] },
  { name: 'city', kind: 'text', values: ['London', 'São Paulo', 'Frankfurt am Main', 'Reykjavik'] },
  { name: 'status', kind: 'text', values: ['active', 'pending', 'closed', 'on-hold'] },
  { name: 'price_text', kind: 'text', values: ['19.99', '1,299.00 EUR', '0.5', '12000.00'] },
  { name: 'created', kind: 'text', values: ['2024-03-01 12:34:56.789+00', '2023-11-30T08:15:00Z'] },
  { name: 'id', kind: 'text', values: ['10482', 'c0a80101-7f3e-4b2a-9d6c-1f0e2d3c4b5a', 'ORD-2024-000123'] },
  {
    name: 'note',
    kind: 'text',
    values: ['Called back, will order again in spring', 'Left at door: ring twice'],
  },
  { name: 'path', kind: 'text', values: ['/var/lib/app/images/2024/03/photo_0001.jpg', 'src/main/index.ts'] },
];
const sensitive: readonly FieldMix[] = [
  { name: 'contact', kind: 'text', values: ['ada@example.com', 'grace.hopper@navy.example.org'] },
  { name: 'payment', kind: 'text', values: ['4111 1111 1111 1111', '5555555555554444'] },
  {
    name: 'remark',
    kind: 'text',
    values: ['my password: Tr0ub4dor&3', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'],
  },
];

const rules = compileRulePacks(await loadRulePacks(await rulePackNames()), await loadRe2());
const engine = createDetectionEngine({ rules });
const findings = new FindingList();
const budget = { remaining: 0 };

/** The values of a mix side by side in one array, as a row has them; `rounds` of each. */
function prepare(
  mixes: readonly FieldMix[],
  rounds: number,
): { run: () => number; fields: number; size: number } {
  const cells = Array.from({ length: rounds }, (_, round) =>
    mixes.map((mix) => ({ mix, text: Buffer.from(mix.values[round % mix.values.length]!) })),
  ).flat();
  const bytes = Buffer.concat(cells.map((cell) => cell.text));
  const ends: number[] = [];
  for (const cell of cells) ends.push((ends.at(-1) ?? 0) + cell.text.length);
  const scanners = cells.map(({ mix }) => engine.scannerFor({ name: mix.name, path: [], kind: mix.kind }));
  const run = (): number => {
    let found = 0;
    let start = 0;
    for (let cell = 0; cell < ends.length; cell++) {
      const end = ends[cell]!;
      findings.clear();
      budget.remaining = 1 << 20;
      scanners[cell]?.scan(bytes, start, end, findings, budget);
      found += findings.length;
      start = end;
    }
    return found;
  };
  return { run, fields: cells.length, size: bytes.length };
}

const mixed = [...Array.from({ length: 6 }, () => clean).flat(), ...sensitive.slice(0, 1)];
const tasks = new Map<string, ReturnType<typeof prepare>>([
  ...clean.map((mix) => [`clean ${mix.name}`, prepare([mix], 1000)] as const),
  ['all clean', prepare(clean, 1000)],
  ['2 % sensitive', prepare(mixed, 100)] as const,
  ...sensitive.map((mix) => [`sensitive ${mix.name}`, prepare([mix], 1000)] as const),
]);

const bench = new Bench({ time: 200, warmupTime: 100 });
for (const [name, task] of tasks) bench.add(name, task.run);
await bench.run();
for (const { name, result } of bench.tasks) {
  const { fields, size } = tasks.get(name)!;
  if (!('latency' in result)) throw new Error(`${name} did not run`);
  const ns = result.latency.p50 * 1e6;
  const perField = `${(ns / fields).toFixed(0)} ns/field`;
  console.log(name.padEnd(22), perField.padStart(14), `${((size * 1e3) / ns).toFixed(0)} MB/s`.padStart(10));
}
