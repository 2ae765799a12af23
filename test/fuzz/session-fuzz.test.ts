import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { createSessionFactory, sampleMasking, type SessionFactory } from '../support/session.ts';
import { checkSteps, type FuzzFinding, fuzzSessions } from './session-fuzz.ts';

// WIREMASK_FUZZ_RUNS=1000000 WIREMASK_FUZZ_SEED=1 npx vitest run test/fuzz/session-fuzz.test.ts
const runs = Number(process.env['WIREMASK_FUZZ_RUNS'] ?? 20_000);
const firstSeed = Number(process.env['WIREMASK_FUZZ_SEED'] ?? 1);
const foundFolder = new URL('found/', import.meta.url);

let factory: SessionFactory;

beforeAll(async () => {
  factory = await createSessionFactory(sampleMasking);
});

it(`damaged conversations end in our errors, bounded, without a protected value`, () => {
  const { seconds, ends, findings } = fuzzSessions(factory, firstSeed, runs);
  const perSecond = Math.round(runs / seconds);
  console.log(`${runs} conversations from seed ${firstSeed}: ${seconds.toFixed(1)} s, ${perSecond} per second`);
  console.log([...ends].map(([end, count]) => `${end}: ${count}`).join('\n'));
  for (const finding of findings) console.log(JSON.stringify(finding));
  expect(findings).toEqual([]);
  expect(ends.get('no failure')).toBeGreaterThan(runs / 10);
}, 86_400_000);

it.each(readdirSync(foundFolder).filter((name) => name.endsWith('.json')))(
  'what was found once stays mended: %s',
  (name) => {
    const finding = JSON.parse(readFileSync(new URL(name, foundFolder), 'utf8')) as FuzzFinding;
    expect(checkSteps(factory, finding)).toBeUndefined();
  },
);
