import type { TransactionStatus } from '../../wire/postgres/ready-for-query.ts';
import type { SessionBudget, SessionLimits } from '../limits.ts';
import type { MaskCounts } from '../mask-report.ts';
import { OutputBuilder } from '../output-builder.ts';
import type { Catalog, CatalogStore } from './catalog/catalog-store.ts';
import { Expectations } from './expectations.ts';
import type { PlanContext } from './plan-context.ts';
import { RequestedNames } from './requested-names.ts';
import { RowMasker } from './row-masker.ts';
import { TextMasker } from './text-masker.ts';
import type {
  StatementNames,
  StatementReader,
  TrackedPortal,
  TrackedStatement,
} from './tracked-statement.ts';

/** What a session needs from outside. */
export interface ConversationOptions {
  readonly plans: PlanContext;
  readonly reader: StatementReader;
  /** Called once log-in is over: only then is it certain that the client may see this database. */
  readonly store: (() => CatalogStore) | undefined;
  readonly limits: SessionLimits;
  readonly budget: SessionBudget;
  readonly counts: MaskCounts;
  readonly now: () => number;
  /** `true` where TLS ends here: channel binding cannot hold across two TLS connections. */
  readonly stripsChannelBinding: boolean;
}

/** State of one connection after log-in, shared by the handlers of both directions. */
export class Conversation implements StatementNames {
  readonly plans: PlanContext;
  readonly reader: StatementReader;
  /** Set at the end of log-in. */
  store: CatalogStore | undefined;
  readonly limits: SessionLimits;
  readonly counts: MaskCounts;
  readonly rows: RowMasker;
  readonly texts: TextMasker;
  readonly expectations: Expectations;
  readonly toUpstream: OutputBuilder = new OutputBuilder();
  readonly toDownstream: OutputBuilder = new OutputBuilder();

  /** Prepared statements the server has confirmed, by wire name. */
  readonly statements: Map<string, TrackedStatement> = new Map();
  /** The same names as the client's requests use them, ahead of the server. */
  readonly requested: RequestedNames = new RequestedNames();
  /** Portals the server has confirmed, by wire name. */
  readonly portals: Map<string, TrackedPortal> = new Map();
  /** Wire names of SQL cursors whose query touched nothing protected when it was declared. */
  readonly cleanCursors: Set<string> = new Set();
  /** Catalog under which SQL cursors were declared, by wire name; 0 = a doubtful one. */
  readonly cursorCatalogs: Map<string, number> = new Map();

  readonly temporaries: {
    readonly names: Set<string>;
    readonly created: Set<string>;
    isUncertain: boolean;
    mayBeFirst: boolean;
  } = {
    names: new Set(),
    // Made in the transaction under way: no catalog has them yet.
    created: new Set(),
    isUncertain: false,
    // `search_path` may make an unqualified CREATE temporary.
    mayBeFirst: false,
  };
  /** DDL of this connection is under way or not committed: no catalog read elsewhere has seen it. */
  isDefining = false;
  /** Something was made that the catalog does not have: it is read again when the transaction has ended. */
  isCatalogOutgrown = false;

  transactionStatus: TransactionStatus = 'I';
  /** A statement of the current transaction may have seen protected values. */
  hasTouched = false;
  /** After an error in the extended protocol: the server ignores everything up to the next Sync. */
  isSkipping = false;
  /** The server reads COPY FROM STDIN and ignores Sync. */
  isCopyIn = false;
  /** Extended messages were sent since the last Sync. */
  hasUnsynced = false;
  isDateStyleIso = true;
  /** Values of settings the client has sent itself (start-up parameters). */
  readonly clientTexts: Uint8Array[] = [];

  constructor(options: ConversationOptions) {
    this.plans = options.plans;
    this.reader = options.reader;
    this.limits = options.limits;
    this.counts = options.counts;
    this.rows = new RowMasker(options);
    this.texts = new TextMasker(options.plans);
    this.expectations = new Expectations(options.limits.pendingStatementsMax);
  }

  get catalog(): Catalog | undefined {
    return this.store?.current;
  }

  /** Nothing is owed in either direction and no transaction is open: the moment for queries of our own. */
  get isIdle(): boolean {
    return (
      this.transactionStatus === 'I' && this.expectations.isEmpty && !this.isSkipping && !this.hasUnsynced
    );
  }

  /** The catalog may not say what is true: what it calls clean is unknown. */
  get isCatalogDoubtful(): boolean {
    return this.isDefining || (this.store?.isStale ?? true);
  }

  /** Whether a statement may see protected values, as far as anybody can know now. */
  touches(statement: TrackedStatement | undefined): boolean {
    if (!this.plans.hasColumnRules) return false;
    if (statement === undefined) return true;
    return statement.touches(this.catalog, this) || (this.isCatalogDoubtful && statement.namesRelations);
  }

  /** Whether a cursor's rows come from views that may have been other ones when it was declared. */
  isCursorOutdated(name: string): boolean {
    return this.cursorCatalogs.get(name) !== (this.catalog?.id ?? 0);
  }

  /** Whether the rows of a portal, or of an SQL cursor of that name, may hold protected values. */
  portalTouches(name: string): boolean {
    if (!this.plans.hasColumnRules) return false;
    const portal = this.portals.get(name);
    if (!portal) return !this.cleanCursors.has(name);
    return portal.hasTouched || this.touches(portal.statement);
  }

  /**
   * Whether the statement that is answered now, or an earlier one of its transaction, may have seen
   * protected values.
   */
  get isSuspect(): boolean {
    if (!this.plans.hasColumnRules) return false;
    if (this.hasTouched) return true;
    const statement = this.activeStatement;
    return statement === undefined ? this.#runsForgotten : this.touches(statement);
  }

  // A portal whose statement nobody saw being prepared, or was too old to be remembered.
  get #runsForgotten(): boolean {
    const { head } = this.expectations;
    if (head?.kind === 'execute') return this.portals.has(head.portal);
    return head?.kind === 'describe-portal' && this.portals.has(head.name);
  }

  /** The statement whose answer comes next. */
  get activeStatement(): TrackedStatement | undefined {
    const { head } = this.expectations;
    switch (head?.kind) {
      case 'query':
      case 'parse':
        return head.statement;
      case 'bind':
        return this.statements.get(head.statement);
      case 'describe-statement':
        return this.statements.get(head.name);
      case 'describe-portal':
        return this.portals.get(head.name)?.statement;
      case 'execute':
        return this.portals.get(head.portal)?.statement;
      default:
        return undefined;
    }
  }
}
