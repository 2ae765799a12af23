import type { Socket } from 'node:net';
import { CatalogStores } from '../catalog/catalog-stores.ts';
import { CancelKeys } from './cancel-keys.ts';
import type { Connection } from './connection.ts';
import type { ConnectionContext } from './connection-context.ts';
import type { ConnectionError } from './connection-error.ts';
import { HttpConnection } from './http-connection.ts';
import { encodeHttpError } from './http-error.ts';
import { PostgresConnection } from './postgres-connection.ts';
import { UpstreamPools } from './upstream-pool.ts';

/** What a listener has to know of the protocol its clients speak. */
export interface ListenerProtocol {
  /** Makes the connection of a socket that was accepted. @param onClosed - Called once. */
  open(socket: Socket, id: number, onClosed: () => void): Connection;
  /** @returns The bytes that tell a client of an error. */
  encodeError(error: ConnectionError): Uint8Array;
  /** No connection is left: lets go of what they shared. */
  close(): void;
}

/** @returns The protocol of this listener, with what its connections share. */
export function protocolOf({ config, ...shared }: ConnectionContext): ListenerProtocol {
  switch (config.protocol) {
    case 'postgres': {
      const catalogs = new CatalogStores(shared.masker, config, shared.log);
      const context = { ...shared, config, catalogs, cancelKeys: new CancelKeys() };
      return {
        open: (socket, id, onClosed) => new PostgresConnection(socket, id, context, onClosed),
        encodeError: (error) => error.encode(),
        close: () => undefined,
      };
    }
    case 'http': {
      const context = { ...shared, config, pools: new UpstreamPools() };
      return {
        open: (socket, id, onClosed) => new HttpConnection(socket, id, context, onClosed),
        encodeError: (error) => encodeHttpError(error),
        close: () => context.pools.close(),
      };
    }
    default:
      return config satisfies never;
  }
}
