import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { createSessionFactory, type SessionFactory, sampleMasking } from '../support/session.ts';
import { checkSteps, type FuzzFinding, fuzzSessions } from './session-fuzz.ts';

// WIREMASK_FUZZ_RUNS=1000000 WIREMASK_FUZZ_SEED=1 npx vitest run test/fuzz/session-fuzz.test.ts
const runs = Number(process.env['WIREMASK_FUZZ_RUNS'] ?? 20_000);
const firstSeed = Number(process.env['WIREMASK_FUZZ_SEED'] ?? 1);
const foundFolder = new URL('found/', import.meta.url);

let factory: SessionFactory;
let detecting: SessionFactory;

beforeAll(async () => {
  factory = await createSessionFactory(sampleMasking);
  detecting = await createSessionFactory({ ...sampleMasking, detect: { mask: 'redact' } });
});

it.each([
  ['column rules', 1],
  ['column rules and detectors', 0.1],
])(
  'damaged conversations end in our errors, bounded, without a protected value (%s)',
  (rules, share) => {
    const count = Math.ceil(runs * share);
    const masked = rules === 'column rules' ? factory : detecting;
    const { seconds, ends, findings } = fuzzSessions(masked, firstSeed, count);
    const speed = `${seconds.toFixed(1)} s, ${Math.round(count / seconds)} per second`;
    console.log(`${rules}: ${count} conversations from seed ${firstSeed}: ${speed}`);
    console.log([...ends].map(([end, times]) => `${end}: ${times}`).join('\n'));
    for (const finding of findings) console.log(JSON.stringify(finding));
    expect(findings.map(({ seed, mode, problem }) => ({ seed, mode, problem }))).toEqual([]);
    expect(ends.get('no failure')).toBeGreaterThan(count / 10);
  },
  86_400_000,
);

it.each(readdirSync(foundFolder).filter((name) => name.endsWith('.json')))(
  'what was found once stays mended: %s',
  (name) => {
    const finding = JSON.parse(readFileSync(new URL(name, foundFolder), 'utf8')) as FuzzFinding;
    expect(checkSteps(factory, finding)).toBeUndefined();
  },
);
