import { createMasker } from '../../src/index.ts';
import type { MaskingOptions } from '../../src/policy/masking-rule.ts';
import type { Measured } from '../support/measured.ts';
import { median } from '../support/numbers.ts';

const ROUNDS = 9;
const WARM_UP_MS = 500;
const CHUNK_SIZE = 65_536;

/** Rules that are measured, by name. */
const maskings: Readonly<Record<string, MaskingOptions>> = {
  'other path': { fields: [{ path: '$.nothing.here', mask: 'redact' }] },
  'path rules': { fields: [{ path: '$.users[*].address.zip', mask: 'redact' }] },
  'all detectors': { detect: { mask: 'redact' } },
};

/** Measures masking of JSON in memory against parsing, walking and writing it with what the runtime has. */
export async function measureJson(): Promise<Measured[]> {
  const body = documentOf(20_000);
  const rate = (run: () => void): number => body.length / 1e3 / timeOf(run);
  const native = rate(() => void JSON.stringify(walk(JSON.parse(body.toString('utf8')))));
  const measured: Measured[] = [{ name: 'json/parse, walk, stringify', value: native, unit: 'MB/s' }];
  for (const [name, masking] of Object.entries(maskings)) {
    const masker = await createMasker({ masking });
    const value = rate(() => {
      const json = masker.json();
      for (let at = 0; at < body.length; at += CHUNK_SIZE) json.push(body.subarray(at, at + CHUNK_SIZE));
      json.end();
    });
    const share = { ratio: value / native, to: 'parse, walk, stringify' };
    measured.push({ name: `json/${name}`, value, unit: 'MB/s', ...share });
  }
  return measured;
}

function documentOf(count: number): Buffer {
  const users = Array.from({ length: count }, (_, id) => ({
    id,
    name: `Ada Lovelace ${id}`,
    city: 'Reykjavik',
    active: id % 2 === 0,
    score: id * 1.5,
    tags: ['a', 'b'],
    address: { street: '12 Long Road', zip: `N1 ${id}` },
    note: 'left at the door, please ring twice before leaving',
  }));
  return Buffer.from(JSON.stringify({ users }));
}

/** What a masker written in an afternoon does: it looks at every value and writes a new tree. */
function walk(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(walk);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, key === 'zip' ? '[masked]' : walk(item)]);
  return Object.fromEntries(entries);
}

function timeOf(run: () => void): number {
  const start = performance.now();
  while (performance.now() - start < WARM_UP_MS) run();
  const times = Array.from({ length: ROUNDS }, () => {
    const before = performance.now();
    run();
    return performance.now() - before;
  });
  return median(times);
}
