import { createDetectionEngine } from '../../src/detect/create-detection-engine.ts';
import type { DetectionEngine } from '../../src/detect/detector.ts';
import { loadRe2 } from '../../src/detect/re2.ts';
import type { WiremaskError } from '../../src/errors.ts';
import { loadRules } from '../../src/load-engine.ts';
import { compilePolicy } from '../../src/policy/compile-policy.ts';
import type { MaskingOptions } from '../../src/policy/masking-rule.ts';
import {
  defaultSessionBudget,
  defaultSessionLimits,
  type SessionBudget,
  type SessionLimits,
} from '../../src/session/limits.ts';
import { MaskCounts } from '../../src/session/mask-report.ts';
import type { Output } from '../../src/session/masking-session.ts';
import { CatalogStore, type CatalogStoreOptions } from '../../src/session/postgres/catalog/catalog-store.ts';
import { PlanContext } from '../../src/session/postgres/plan-context.ts';
import { PostgresSession } from '../../src/session/postgres/session.ts';
import { loadPostgresParser, type PostgresStatementReader } from '../../src/sql/postgres-statement.ts';
import { sampleSnapshot } from './scripted-statements.ts';

/** What one session of a test differs in. */
export interface OpenOptions {
  readonly limits?: Partial<SessionLimits>;
  readonly budget?: Partial<SessionBudget>;
  /** Left out: a store that knows the sample catalog and reads none. `null`: none at all. */
  readonly store?: CatalogStore | null;
  readonly now?: () => number;
  readonly stripsChannelBinding?: boolean;
  readonly onOutput?: (output: Output) => void;
}

/** Sessions of one policy, without the files and timers around them. */
export interface SessionFactory {
  open(options?: OpenOptions): PostgresSession;
  /** A store without a catalog: sessions read it. */
  createStore(options?: CatalogStoreOptions): CatalogStore;
}

let reader: PostgresStatementReader | undefined;
let engine: DetectionEngine | undefined;

/** Compiles a policy as `createMasker` does. The detectors are those of all packs. */
export async function createSessionFactory(masking: MaskingOptions): Promise<SessionFactory> {
  reader ??= await loadPostgresParser({ statementSizeMax: defaultSessionLimits.statementSizeMax });
  if (masking.detect) engine ??= await loadEngine();
  const statementReader = reader;
  const policy = compilePolicy(masking, masking.detect ? engine : undefined);
  const plans = new PlanContext(policy);
  const known = new CatalogStore(policy);
  known.replace(sampleSnapshot);
  return {
    createStore: (options = {}) => new CatalogStore(policy, options),
    open: ({ limits, budget, store, now, stripsChannelBinding, onOutput } = {}) =>
      new PostgresSession({
        plans,
        reader: statementReader,
        store: store === null ? undefined : () => store ?? known,
        limits: { ...defaultSessionLimits, ...limits },
        budget: { ...defaultSessionBudget, ...budget },
        counts: new MaskCounts(),
        now: now ?? (() => 0),
        stripsChannelBinding: stripsChannelBinding ?? false,
        onOutput,
      }),
  };
}

async function loadEngine(): Promise<DetectionEngine> {
  const rules = await loadRules({}, await loadRe2());
  return createDetectionEngine({ rules });
}

/** The policy most session tests use: one rule of each kind on table u. */
export const sampleMasking: MaskingOptions = {
  columns: [
    { column: 'public.u.ssn', mask: 'redact' },
    { column: 'public.u.email', mask: 'partial', keepFirst: 1 },
    { column: 'public.u.sal', mask: 'redact' },
    { column: 'public.u.j', mask: 'redact', path: '$.ssn' },
    { column: 'public.u.tags', mask: 'redact' },
  ],
};

/** What came out of a session, joined. */
export interface Heard {
  readonly toUpstream: Buffer;
  readonly toDownstream: Buffer;
  readonly failure: WiremaskError | undefined;
}

/** Joins outputs in order. */
export function joinOutputs(outputs: readonly Output[]): Heard {
  return {
    toUpstream: Buffer.concat(outputs.flatMap((output) => output.toUpstream)),
    toDownstream: Buffer.concat(outputs.flatMap((output) => output.toDownstream)),
    failure: outputs.find((output) => output.failure)?.failure,
  };
}

/** A copy of an output: its slices may alias a chunk, and are valid until the next call only. */
export function keepOutput(output: Output): Output {
  return {
    ...output,
    toUpstream: [Buffer.concat(output.toUpstream)],
    toDownstream: [Buffer.concat(output.toDownstream)],
  };
}
