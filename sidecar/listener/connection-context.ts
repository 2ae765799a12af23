import type { Masker } from 'wiremask';
import type { CatalogStores } from '../catalog/catalog-stores.ts';
import type { Log } from '../log.ts';
import type { Limits, ListenerConfig, ListenerMetrics } from '../sidecar-types.ts';
import type { CancelKeys } from './cancel-keys.ts';

/** What all connections of one listener share. */
export interface ConnectionContext {
  readonly config: ListenerConfig;
  readonly limits: Limits;
  readonly masker: Masker;
  readonly catalogs: CatalogStores;
  readonly cancelKeys: CancelKeys;
  readonly metrics: ListenerMetrics;
  readonly log: Log;
}
