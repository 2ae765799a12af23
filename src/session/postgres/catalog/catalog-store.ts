import type { MaskingPolicy } from '../../../policy/masking-policy.ts';
import { emptyCatalogDraft } from './catalog-queries.ts';
import { CatalogReader, type OpaqueDefinitionTest } from './catalog-reader.ts';
import type { CatalogSnapshot } from './catalog-snapshot.ts';
import { ColumnProtections, type StickyRules, viewsOverProtected } from './column-protection.ts';

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
  readonly isOpaqueDefinition?: OpaqueDefinitionTest;
}

let catalogCount = 0;

/**
 * The catalog of one database, shared by the sessions of one policy that are connected to it. Holds
 * no connection: sessions read the catalog and put it here.
 */
export class CatalogStore {
  readonly #policy: MaskingPolicy;
  readonly #sticky: StickyRules = new Map();
  readonly #absent = new Set<number>();
  readonly #maxAgeMs: number;
  readonly #now: () => number;
  readonly #isOpaqueDefinition: OpaqueDefinitionTest | undefined;
  readonly #load: ((store: CatalogStore) => void) | undefined;
  #isFixed = false;
  #waiting: (() => void)[] = [];
  #loadedAt = Number.NEGATIVE_INFINITY;
  #isStale = true;
  #isStaleAgain = false;
  #isLoading = false;
  #current: Catalog | undefined;
  /** How often a catalog was taken in. */
  readCount = 0;

  constructor(policy: MaskingPolicy, options: CatalogStoreOptions = {}) {
    this.#policy = policy;
    this.#load = options.load;
    this.#isOpaqueDefinition = options.isOpaqueDefinition;
    this.#maxAgeMs = options.maxAgeMs ?? 60_000;
    this.#now = options.now ?? (() => performance.now());
  }

  get current(): Catalog | undefined {
    return this.#current;
  }

  /** Whether a session that is idle should read it (again), or wait for the one that does. */
  get isDue(): boolean {
    return !this.#isFixed && (this.#isStale || this.#now() - this.#loadedAt > this.#maxAgeMs);
  }

  /** Whether the catalog may no longer say what is true: what it calls clean counts as unknown until it is read again. */
  get isStale(): boolean {
    return this.#isStale;
  }

  get isLoading(): boolean {
    return this.#isLoading;
  }

  /** A relation nobody knows turned up: worth one look, and no second one for the same OID. */
  noteUnknownRelation(oid: number): void {
    if (this.#absent.has(oid)) return;
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

  /** @param snapshot - `undefined` when the reading failed: the next idle session tries again after the maximal age. */
  finishLoading(snapshot: CatalogSnapshot | undefined): void {
    this.#isLoading = false;
    this.#isStale = this.#isStaleAgain;
    if (snapshot) {
      catalogCount++;
      this.#current = {
        id: catalogCount,
        snapshot,
        protections: new ColumnProtections(snapshot, this.#policy, this.#sticky),
      };
      this.readCount++;
    } else {
      this.#current = undefined;
    }
    this.#loadedAt = this.#now();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** The session that was reading is gone: the next one starts over. */
  abandonLoading(): void {
    this.#isStale = true;
    this.#isLoading = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** @returns A conversation that reads the catalog; its snapshot goes to `finishLoading`. */
  createReader(): CatalogReader {
    return new CatalogReader((draft) => viewsOverProtected(draft, this.#policy), this.#isOpaqueDefinition);
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
