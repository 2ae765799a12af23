import { beforeAll, expect, it } from 'vitest';
import { httpSessions, type OpenHttp } from '../support/http-session.ts';
import { fuzzHttpSessions } from './http-session-fuzz.ts';

// WIREMASK_FUZZ_RUNS=1000000 WIREMASK_FUZZ_SEED=1 npx vitest run test/fuzz/http-session-fuzz.test.ts
const runs = Math.ceil(Number(process.env['WIREMASK_FUZZ_RUNS'] ?? 20_000) / 5);
const firstSeed = Number(process.env['WIREMASK_FUZZ_SEED'] ?? 1);

const detect = { mask: 'redact' } as const;
let masking: Readonly<Record<string, OpenHttp>>;

beforeAll(async () => {
  masking = {
    responses: await httpSessions({ detect, fields: [{ path: '$..x', mask: 'redact' }] }),
    'requests, too': await httpSessions({ detect, requestBodies: 'mask' }),
  };
});

it.each(['responses', 'requests, too'])(
  'damaged HTTP ends in our errors, told to the client, bounded, without a planted value (%s)',
  (name) => {
    const { seconds, ends, findings } = fuzzHttpSessions(masking[name]!, firstSeed, runs);
    console.log(`${name}: ${runs} conversations from seed ${firstSeed}: ${seconds.toFixed(1)} s`);
    console.log([...ends].map(([end, times]) => `${end}: ${times}`).join('\n'));
    for (const finding of findings) console.log(JSON.stringify(finding));
    expect(findings.map(({ seed, mode, problem }) => ({ seed, mode, problem }))).toEqual([]);
    expect(ends.get('no failure')).toBeGreaterThan(runs / 10);
  },
  86_400_000,
);
