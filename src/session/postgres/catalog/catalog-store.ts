import type { MaskingPolicy } from '../../../policy/masking-policy.ts';
import { emptyCatalogDraft } from './catalog-queries.ts';
import { CatalogReader, type ViewJudge } from './catalog-reader.ts';
import type { CatalogSnapshot } from './catalog-snapshot.ts';
import { ColumnProtections, type StickyProtections, viewsOverProtected } from './column-protection.ts';

/** A catalog as sessions use it. */
export interface Catalog {
  /** Differs for every catalog taken in; plans made with another one are not used. */
  readonly id: number;
  readonly snapshot: CatalogSnapshot;
  readonly protections: ColumnProtections;
}

/** A catalog from outside: what is left out is empty. */
export type PartialCatalog = Pick<CatalogSnapshot, 'relations'> & Partial<CatalogSnapshot>;

/** Options of a `CatalogStore`. */
export interface CatalogStoreOptions {
  /** A catalog older than this many milliseconds is read again. Default 60,000. */
  readonly maxAgeMs?: number;
  /**
   * Reads the catalog over a connection of its own, with `store.createReader()`, and ends in
   * `store.finishLoading`. Without it, sessions read on the client's connection.
   */
  readonly load?: (store: CatalogStore) => void;
  readonly now?: () => number;
  /** Judges the definitions of views; see `CatalogReader`. */
  readonly judgeView?: ViewJudge;
}

/** Relations looked for in vain that are remembered; beyond, only age and DDL make a catalog due. */
const absentMax = 1_000;

/** Pause after a reading that failed. */
const retryDelayMs = 1_000;

let catalogCount = 0;

/**
 * The catalog of one database, shared by the sessions of one policy that are connected to it. Holds
 * no connection: sessions read the catalog and put it here.
 */
export class CatalogStore {
  readonly #policy: MaskingPolicy;
  readonly #sticky: StickyProtections = new Map();
  readonly #absent = new Set<number>();
  readonly #maxAgeMs: number;
  readonly #now: () => number;
  readonly #judgeView: ViewJudge | undefined;
  readonly #load: ((store: CatalogStore) => void) | undefined;
  #isFixed = false;
  #waiting: (() => void)[] = [];
  #loadedAt = Number.NEGATIVE_INFINITY;
  #isStale = true;
  #isStaleAgain = false;
  #isLoading = false;
  #retryAt = Number.NEGATIVE_INFINITY;
  #fingerprint: string | undefined;
  #current: Catalog | undefined;
  /** How often a catalog was taken in. */
  readCount = 0;

  constructor(policy: MaskingPolicy, options: CatalogStoreOptions = {}) {
    this.#policy = policy;
    this.#load = options.load;
    this.#judgeView = options.judgeView;
    this.#maxAgeMs = options.maxAgeMs ?? 60_000;
    this.#now = options.now ?? (() => performance.now());
  }

  get current(): Catalog | undefined {
    return this.#current;
  }

  /** Whether a session that is idle should read it (again), or wait for the one that does. */
  get isDue(): boolean {
    if (this.#isFixed || this.#now() < this.#retryAt) return false;
    return this.#isStale || this.#now() - this.#loadedAt > this.#maxAgeMs;
  }

  /**
   * Whether the catalog may no longer say what is true: what it calls clean counts as unknown until it is
   * read again.
   */
  get isStale(): boolean {
    return this.#isStale;
  }

  get isLoading(): boolean {
    return this.#isLoading;
  }

  /** A relation nobody knows turned up: worth one look, and no second one for the same OID. */
  noteUnknownRelation(oid: number): void {
    if (this.#absent.has(oid) || this.#absent.size >= absentMax) return;
    this.#absent.add(oid);
    this.#loadedAt = Number.NEGATIVE_INFINITY;
  }

  /** DDL went by. */
  markStale(): void {
    this.#isStale = true;
    this.#isStaleAgain = true;
  }

  /** The caller starts reading; it must call `finishLoading` whatever happens. */
  beginLoading(): void {
    this.#isLoading = true;
    // Until it ends, sessions in a transaction still use the old catalog, and idle ones wait for the new
    // one. DDL that goes by meanwhile makes that one stale, too.
    this.#isStaleAgain = false;
  }

  /**
   * Takes in what was read.
   *
   * @param snapshot - `undefined` when the reading failed: the old catalog stays, in doubt, and the next
   *   idle session tries again after a second.
   * @param fingerprint - The same as before: the catalog in use stays, with every plan made from it.
   */
  finishLoading(snapshot: CatalogSnapshot | undefined, fingerprint?: string): void {
    this.#isLoading = false;
    this.#loadedAt = this.#now();
    if (!snapshot) {
      this.#isStale = true;
      this.#retryAt = this.#loadedAt + retryDelayMs;
    } else {
      this.#isStale = this.#isStaleAgain;
      const isSame = fingerprint !== undefined && fingerprint === this.#fingerprint;
      if (!isSame || !this.#current) this.#takeIn(snapshot);
      this.#fingerprint = fingerprint;
      this.readCount++;
    }
    this.#wakeAll();
  }

  #takeIn(snapshot: CatalogSnapshot): void {
    catalogCount++;
    const protections = new ColumnProtections(snapshot, this.#policy, this.#sticky);
    this.#current = { id: catalogCount, snapshot, protections };
  }

  #wakeAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** The session that was reading is gone: the next one starts over. */
  abandonLoading(): void {
    this.#isStale = true;
    this.#isLoading = false;
    this.#wakeAll();
  }

  /** @returns A conversation that reads the catalog; its snapshot goes to `finishLoading`. */
  createReader(): CatalogReader {
    return new CatalogReader(
      (draft) => viewsOverProtected(draft, this.#policy, this.#sticky),
      this.#judgeView,
    );
  }

  /**
   * Starts reading over a connection of its own, where the store was given one.
   *
   * @returns `false` when there is none: the session reads it itself.
   */
  loadOutside(): boolean {
    if (!this.#load) return false;
    if (!this.#isLoading) {
      this.beginLoading();
      this.#load(this);
    }
    return true;
  }

  /** Calls `wake` once, when the reading that is under way has ended. */
  whenLoaded(wake: () => void): void {
    this.#waiting.push(wake);
  }

  /**
   * Takes a catalog from outside; sessions no longer read one. Call it again after DDL: until then
   * every relation counts as unknown.
   */
  replace(snapshot: PartialCatalog): void {
    this.#isFixed = true;
    this.beginLoading();
    this.finishLoading({ ...emptyCatalogDraft(), ...snapshot });
  }
}
