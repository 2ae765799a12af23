import type { Masker } from 'wiremask';
import type { CatalogStores } from '../catalog/catalog-stores.ts';
import type { Log } from '../log.ts';
import type {
  HttpListenerConfig,
  Limits,
  ListenerConfig,
  ListenerMetrics,
  PostgresListenerConfig,
} from '../sidecar-types.ts';
import type { CancelKeys } from './cancel-keys.ts';
import type { UpstreamPools } from './upstream-pool.ts';

/** What all connections of one listener share. */
export interface ConnectionContext<Config extends ListenerConfig = ListenerConfig> {
  readonly config: Config;
  readonly limits: Limits;
  readonly masker: Masker;
  readonly metrics: ListenerMetrics;
  readonly log: Log;
}

/** The same where PostgreSQL is spoken. */
export interface PostgresContext extends ConnectionContext<PostgresListenerConfig> {
  readonly catalogs: CatalogStores;
  readonly cancelKeys: CancelKeys;
}

/** The same where HTTP is spoken. */
export interface HttpContext extends ConnectionContext<HttpListenerConfig> {
  readonly pools: UpstreamPools;
}
