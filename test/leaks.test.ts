import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leakSections } from './e2e/leak-cases/index.ts';
import { findCanary } from './support/canary.ts';
import { canariesOf, createLeakBed, type LeakBed, type LeakRun } from './support/leak-bed.ts';
import { DRIVER_NAMES, type DriverName, LEAK_MASKING, type LeakCase } from './support/leak-case.ts';
import { hasOwnerStatement } from './support/leak-drivers.ts';
import { findPostgres } from './support/postgres-binaries.ts';
import { startTestSidecar, type TestSidecar } from './support/sidecar.ts';
import { startTap, type Tap } from './support/tap.ts';

interface Trial {
  readonly leakCase: LeakCase;
  readonly driver: DriverName | undefined;
}

/** What makes a database of its own for every trial is slow, and an older server needs no second opinion. */
const FEW_DRIVERS: readonly DriverName[] = ['pg text', 'postgres.js'];
const ONE_DRIVER: readonly DriverName[] = ['pg text'];

/** One trial per driver that can run the case. */
function trialsOf(leakCase: LeakCase, isFirstServer: boolean): readonly Trial[] {
  if (leakCase.kind === 'protocol') return [{ leakCase, driver: undefined }];
  const { drivers = DRIVER_NAMES, statements, ownDatabase } = leakCase;
  const wanted = isFirstServer ? (ownDatabase === true ? FEW_DRIVERS : DRIVER_NAMES) : ONE_DRIVER;
  const able = drivers.filter((driver) => driver !== 'psql' || !hasOwnerStatement(statements));
  const both = able.filter((driver) => wanted.includes(driver));
  return (both.length > 0 ? both : able.slice(0, 1)).map((driver) => ({ leakCase, driver }));
}

/** The verdict: what may differ between the run without wiremask and the one with it. */
function expectVerdict({ leakCase }: Trial, direct: LeakRun, masked: LeakRun): void {
  switch (leakCase.expects) {
    case 'masked':
      expect(masked.outcome, 'works as without wiremask').toEqual(direct.outcome);
      break;
    case 'refused':
      expect(masked.outcome.errors, 'is refused').not.toEqual(direct.outcome.errors);
      expect(masked.hasErrorResponse, 'by an ErrorResponse').toBe(true);
      break;
    case 'either':
      // An end of the connection is an answer only when an ErrorResponse says why.
      if (masked.outcome.errors.includes('lost'))
        expect(masked.hasErrorResponse, 'says why it ended').toBe(true);
      break;
    default:
      leakCase.expects satisfies never;
  }
}

const servers = findPostgres();

describe.each(servers)('with PostgreSQL $version', (binaries) => {
  let bed: LeakBed;
  let sidecar: TestSidecar;
  let direct: Tap;
  let masked: Tap;

  beforeAll(async () => {
    bed = await createLeakBed(binaries);
    sidecar = await startTestSidecar({ upstreamPort: bed.server.port, masking: LEAK_MASKING });
    direct = await startTap({ port: bed.server.port });
    masked = await startTap({ port: sidecar.port });
  });

  afterAll(async () => {
    await direct?.close();
    await masked?.close();
    await sidecar?.close();
    await bed?.close();
  });

  const check = async (trial: Trial): Promise<void> => {
    const { leakCase, driver } = trial;
    const without = await bed.run(leakCase, driver, direct);
    if (leakCase.neverExposes === undefined) {
      expect(without.hit, 'shows a value without wiremask, or the test proves nothing').toBeDefined();
    }
    const logStart = sidecar.logs.length;
    const through = await bed.run(leakCase, driver, masked);
    const wanted = canariesOf(leakCase);
    expect(through.hit, 'no value reaches the client').toBeUndefined();
    const log = sidecar.logs.slice(logStart).join('\n');
    expect(findCanary(Buffer.from(log), wanted), 'no value in the log').toBeUndefined();
    const metrics = await sidecar.metricsText();
    expect(findCanary(Buffer.from(metrics), wanted), 'no value in the metrics').toBeUndefined();
    expectVerdict(trial, without, through);
  };

  for (const { title, cases } of leakSections) {
    describe(title, () => {
      for (const leakCase of cases) {
        if (leakCase.since !== undefined && leakCase.since > binaries.major) continue;
        for (const trial of trialsOf(leakCase, binaries === servers[0])) {
          it(`${leakCase.name}${trial.driver === undefined ? '' : `, by ${trial.driver}`}`, () =>
            check(trial));
        }
      }
    });
  }
});
