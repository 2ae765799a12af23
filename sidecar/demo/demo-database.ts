import { DEMO_SQL } from './demo-data.ts';

/** A database made for the demonstration. */
export interface DemoDatabase {
  /** On 127.0.0.1; takes any user and password, without TLS. */
  readonly port: number;
  close(): Promise<void>;
}

/** What the demonstration needs besides wiremask itself. */
export const DEMO_PACKAGES: readonly string[] = ['@electric-sql/pglite', '@electric-sql/pglite-socket'];

/** Clients that may be connected at once; they share one backend and take turns. */
const CONNECTIONS_MAX = 32;

/**
 * Starts PostgreSQL (PGlite, in memory) with the demonstration's data on a free port. It runs in this
 * process: a few small queries do not need a second one, and starting one would take longer.
 *
 * @returns The database, or `undefined` when `DEMO_PACKAGES` are not installed.
 */
export async function startDemoDatabase(): Promise<DemoDatabase | undefined> {
  const packages = await loadPackages();
  if (packages === undefined) return undefined;
  const { PGlite, PGLiteSocketServer } = packages;
  const database = await PGlite.create();
  try {
    await database.exec(DEMO_SQL);
    const server = new PGLiteSocketServer({
      db: database,
      host: '127.0.0.1',
      port: 0,
      maxConnections: CONNECTIONS_MAX,
    });
    await server.start();
    const port = Number(server.getServerConn().split(':').at(-1));
    return {
      port,
      close: async () => {
        await server.stop();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

interface Packages {
  readonly PGlite: typeof import('@electric-sql/pglite').PGlite;
  readonly PGLiteSocketServer: typeof import('@electric-sql/pglite-socket').PGLiteSocketServer;
}

async function loadPackages(): Promise<Packages | undefined> {
  try {
    const { PGlite } = await import('@electric-sql/pglite');
    const { PGLiteSocketServer } = await import('@electric-sql/pglite-socket');
    return { PGlite, PGLiteSocketServer };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return undefined;
  }
}
