import { loadRe2, type Re2Engine } from './detect/re2.ts';
import { loadEngine } from './load-engine.ts';
import { compilePolicy } from './policy/compile-policy.ts';
import type { MaskingPolicy } from './policy/masking-policy.ts';
import type { MaskingOptions } from './policy/masking-rule.ts';
import { JsonBody } from './session/http/bodies/json-body.ts';
import type { BodyMasker } from './session/http/body-masker.ts';
import { createBody } from './session/http/body-plan.ts';
import { defaultHttpLimits, HttpContext, type HttpLimits } from './session/http/http-context.ts';
import { type MaskedResponse, type ResponseFacts, ResponseMasker } from './session/http/response-masker.ts';
import { type HttpOptions, HttpSession } from './session/http/session.ts';
import {
  defaultSessionBudget,
  defaultSessionLimits,
  type SessionBudget,
  type SessionLimits,
} from './session/limits.ts';
import { MaskCounts, type ReportListener } from './session/mask-report.ts';
import type { Output } from './session/masking-session.ts';
import {
  CatalogStore,
  type CatalogStoreOptions,
  type PartialCatalog,
} from './session/postgres/catalog/catalog-store.ts';
import { createViewJudge } from './session/postgres/known-names.ts';
import { PlanContext } from './session/postgres/plan-context.ts';
import { PostgresSession } from './session/postgres/session.ts';
import { TextMasker } from './session/postgres/text-masker.ts';
import { ValueMasker } from './session/value-masker.ts';
import { ValueScan } from './session/value-scan.ts';
import { loadPostgresParser, type PostgresStatementReader } from './sql/postgres-statement.ts';
import type { ResponseHead } from './wire/http/head.ts';

/** Options of `createMasker`. */
export interface MaskerOptions {
  /** What is masked, and how. An empty object masks nothing. */
  readonly masking: MaskingOptions;
  /** Limits that differ from `defaultSessionLimits`. */
  readonly limits?: Partial<SessionLimits>;
  /** Limits of HTTP sessions that differ from `defaultHttpLimits`. */
  readonly httpLimits?: Partial<HttpLimits>;
  /** Budget that differs from `defaultSessionBudget`. */
  readonly budget?: Partial<SessionBudget>;
}

/** Options of one PostgreSQL session. */
export interface PostgresOptions {
  /**
   * Where columns come from; a function is called once log-in is over. Share one store between all
   * connections to the same database: sessions read
   * the catalog into it on their own connections. Without one, every column of every relation is unknown.
   */
  readonly catalog?: CatalogStore | (() => CatalogStore);
  /** `true` where TLS ends in front of this session: SCRAM channel binding is then taken from the offer. */
  readonly stripsChannelBinding?: boolean;
  /** Hears of counts as they happen. */
  readonly reportTo?: ReportListener;
  /**
   * Receives output that no chunk has caused: a session that waited while another one read the catalog
   * goes on. Without it every session reads the catalog itself instead of waiting.
   */
  readonly onOutput?: (output: Output) => void;
}

/** Who hears of what is masked. */
export interface ReportOptions {
  /** Hears of counts as they happen. */
  readonly reportTo?: ReportListener;
}

/** Compiled rules, and everything made from them. Create it once, share it between all connections. */
export interface Masker {
  /** Makes the session of one PostgreSQL connection, from its first byte to its last. */
  postgres(options?: PostgresOptions): PostgresSession;
  /**
   * Makes the session of one HTTP/1.1 connection to one upstream: requests pass, heads and bodies of
   * responses are masked by field rules and detectors.
   */
  http(options?: HttpOptions): HttpSession;
  /**
   * Makes the masker of one HTTP response whose head is at hand, for those who read and write messages with a
   * library of their own. Content codings are decoded and applied again.
   *
   * @throws {UnsupportedError} The response must not be passed on.
   */
  httpResponse(head: ResponseHead, facts: ResponseFacts, options?: ReportOptions): MaskedResponse;
  /** Makes the masker of one JSON body: one text, or with `isSequence` any number of them (NDJSON, ...). */
  json(options?: ReportOptions & { readonly isSequence?: boolean }): BodyMasker;
  /** Makes the masker of one event stream (`text/event-stream`). */
  sse(options?: ReportOptions): BodyMasker;
  /**
   * Makes the place where sessions keep the catalog of one database.
   *
   * @param options - Also `snapshot`: a catalog of your own; sessions then read none.
   */
  createCatalogStore(options?: CatalogStoreOptions & { readonly snapshot?: PartialCatalog }): CatalogStore;
  /** Masks what the detectors find in a text. Column rules do not apply: a text has no column. */
  maskText(text: string): string;
  /**
   * Masks the values of one row by column rules and detectors.
   *
   * @param row - Values by column name. Strings are masked inside, other values whole; objects and
   *   arrays are walked.
   * @param origin - Where the columns come from; rules that name another schema or table do not apply.
   *   Left out, any schema or table may be meant.
   */
  maskRow<Row extends Readonly<Record<string, unknown>>>(
    row: Row,
    origin?: { readonly schema?: string; readonly table?: string },
  ): Record<keyof Row, unknown>;
  /** Which engine runs the patterns of rule files: `re2` (native) or `re2js`. */
  readonly patternEngine: Re2Engine['name'];
}

/**
 * Compiles rules into a masker. The only asynchronous step: it reads the rule packs that come with the
 * package and loads the SQL reader. Nothing it returns does any I/O.
 *
 * @throws {PolicyError} `WIREMASK_ERR_POLICY` or `WIREMASK_ERR_RULE_FILE`, with every problem found.
 */
export async function createMasker(options: MaskerOptions): Promise<Masker> {
  const limits: SessionLimits = { ...defaultSessionLimits, ...options.limits };
  const budget: SessionBudget = { ...defaultSessionBudget, ...options.budget };
  const re2 = await loadRe2();
  const { detect } = options.masking;
  const isWanted = detect && (detect.packs?.length !== 0 || detect.rules !== undefined);
  const engine = isWanted ? await loadEngine(detect, re2) : undefined;
  const policy = compilePolicy(options.masking, engine);
  const reader = await loadPostgresParser({ statementSizeMax: limits.statementSizeMax });
  const http = new HttpContext(policy, { ...defaultHttpLimits, ...options.httpLimits });
  return new CompiledMasker(policy, reader, { limits, budget }, re2.name, http);
}

class CompiledMasker implements Masker {
  readonly patternEngine: Re2Engine['name'];
  readonly #plans: PlanContext;
  readonly #reader: PostgresStatementReader;
  readonly #bounds: { readonly limits: SessionLimits; readonly budget: SessionBudget };
  readonly #values: ValueMasker;
  readonly #http: HttpContext;

  constructor(
    policy: MaskingPolicy,
    reader: PostgresStatementReader,
    bounds: { readonly limits: SessionLimits; readonly budget: SessionBudget },
    patternEngine: Re2Engine['name'],
    http: HttpContext,
  ) {
    this.#http = http;
    this.#plans = new PlanContext(policy);
    this.#reader = reader;
    this.#bounds = bounds;
    this.#values = new ValueMasker(policy, new TextMasker(this.#plans));
    this.patternEngine = patternEngine;
  }

  postgres(options: PostgresOptions = {}): PostgresSession {
    const { catalog } = options;
    return new PostgresSession({
      plans: this.#plans,
      reader: this.#reader,
      store: typeof catalog === 'object' ? () => catalog : catalog,
      ...this.#bounds,
      counts: new MaskCounts(options.reportTo),
      now: () => performance.now(),
      stripsChannelBinding: options.stripsChannelBinding ?? false,
      onOutput: options.onOutput,
    });
  }

  http(options: HttpOptions = {}): HttpSession {
    return new HttpSession(this.#http, options);
  }

  httpResponse(head: ResponseHead, facts: ResponseFacts, options: ReportOptions = {}): MaskedResponse {
    return new ResponseMasker(this.#http, this.#scan(options)).mask(head, facts);
  }

  json(options: ReportOptions & { readonly isSequence?: boolean } = {}): BodyMasker {
    return new JsonBody(this.#scan(options), this.#http.json, options.isSequence ?? false);
  }

  sse(options: ReportOptions = {}): BodyMasker {
    return createBody('sse', undefined, this.#http, this.#scan(options));
  }

  #scan({ reportTo }: ReportOptions): ValueScan {
    return new ValueScan(this.#http.policy, new MaskCounts(reportTo));
  }

  createCatalogStore(
    options: CatalogStoreOptions & { readonly snapshot?: PartialCatalog } = {},
  ): CatalogStore {
    const judgeView = createViewJudge(this.#reader);
    const store = new CatalogStore(this.#plans.policy, { judgeView, ...options });
    if (options.snapshot) store.replace(options.snapshot);
    return store;
  }

  maskText(text: string): string {
    return this.#values.maskText(text);
  }

  maskRow<Row extends Readonly<Record<string, unknown>>>(
    row: Row,
    origin: { readonly schema?: string; readonly table?: string } = {},
  ): Record<keyof Row, unknown> {
    return this.#values.maskRow(row, origin);
  }
}
