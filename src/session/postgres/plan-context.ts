import type { MaskingPolicy } from '../../policy/masking-policy.ts';
import type { PostgresType } from '../../wire/postgres/types/postgres-type.ts';
import { builtinTypes } from '../../wire/postgres/types/type-oids.ts';
import type { MaskCounts } from '../mask-report.ts';
import type { CatalogSnapshot } from './catalog/catalog-snapshot.ts';
import type { ResultPlan } from './column-plans.ts';
import type { CellReport } from './values/cell.ts';

/** Plans kept per masker; the oldest goes first. */
const cachedPlansMax = 1000;

/**
 * What plans are made from, shared by all sessions of one masker: the policy, the built-in types, and
 * the plans already made. Sessions are synchronous, so the counts of the one that is running are
 * reached through `target`, and compiled plans need not be made anew for each.
 */
export class PlanContext {
  readonly policy: MaskingPolicy;
  readonly hasColumnRules: boolean;
  /** Counts of the session that is running. */
  target: MaskCounts | undefined;
  readonly cellReport: CellReport;
  readonly #plans = new Map<string, ResultPlan>();

  constructor(policy: MaskingPolicy) {
    this.policy = policy;
    this.hasColumnRules = policy.columnRules.length > 0;
    this.cellReport = {
      found: (rule) => this.target?.addMasked(policy.engine?.rules[rule]?.id ?? String(rule), 1),
      failedClosed: (reason) => this.target?.addFailedClosed(reason),
    };
  }

  typeOf(oid: number, snapshot: CatalogSnapshot | undefined): PostgresType | undefined {
    return builtinTypes.get(oid) ?? snapshot?.types.get(oid);
  }

  /** @returns The plan kept under this key, or the one `make` makes. */
  planFor(key: string, make: () => ResultPlan): ResultPlan {
    const known = this.#plans.get(key);
    if (known) return known;
    const plan = make();
    if (this.#plans.size >= cachedPlansMax) {
      for (const oldest of this.#plans.keys()) {
        this.#plans.delete(oldest);
        break;
      }
    }
    this.#plans.set(key, plan);
    return plan;
  }
}
