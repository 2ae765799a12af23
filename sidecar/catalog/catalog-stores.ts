import type { CatalogStore, Masker } from 'wiremask';
import type { Log } from '../log.ts';
import type { PostgresListenerConfig } from '../sidecar-types.ts';
import { loadCatalog } from './catalog-login.ts';

/**
 * One catalog store per database of a listener. Asked for after log-in only, so there are no more of them
 * than
 * databases; none is ever dropped, since it remembers which columns were protected under another name.
 */
export class CatalogStores {
  readonly #masker: Masker;
  readonly #config: PostgresListenerConfig;
  readonly #log: Log;
  readonly #stores = new Map<string, CatalogStore>();

  constructor(masker: Masker, config: PostgresListenerConfig, log: Log) {
    this.#masker = masker;
    this.#config = config;
    this.#log = log;
  }

  /** @returns The store shared by all connections to this database. */
  storeFor(database: string): CatalogStore {
    const known = this.#stores.get(database);
    if (known) return known;
    const store = this.#create(database);
    this.#stores.set(database, store);
    return store;
  }

  #create(database: string): CatalogStore {
    const { catalog, upstream, name } = this.#config;
    if (!catalog) return this.#masker.createCatalogStore();
    return this.#masker.createCatalogStore({
      load: (store) => {
        const login = { ...catalog, database: catalog.database ?? database };
        loadCatalog(upstream, login, store)
          .then(({ snapshot, fingerprint }) => store.finishLoading(snapshot, fingerprint))
          .catch((error: unknown) => {
            this.#log.warn('catalog-unread', { listener: name, error });
            store.finishLoading(undefined);
          });
      },
    });
  }
}
