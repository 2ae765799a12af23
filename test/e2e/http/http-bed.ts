import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createMetrics } from '../../../sidecar/admin/metrics.ts';
import { DEFAULT_BUDGET, DEFAULT_LIMITS } from '../../../sidecar/config/resolve-config.ts';
import { createLog } from '../../../sidecar/log.ts';
import { startSidecar } from '../../../sidecar/sidecar.ts';
import type { Limits, ListenerTls, MaskingOptions, UpstreamTls } from '../../../sidecar/sidecar-types.ts';
import { type Canary, type CanaryHit, findCanary } from '../../support/canary.ts';
import { startTap } from '../../support/tap.ts';
import { tlsPem } from '../../support/tls-fixtures.ts';

/** What a bed is made with. */
export interface HttpBedOptions {
  readonly masking: MaskingOptions;
  /** Answers requests; left out: nobody listens there. */
  readonly upstream?: RequestListener;
  /** Takes connections itself, for what node:http would never send. */
  readonly rawUpstream?: (socket: Socket) => void;
  readonly limits?: Partial<Limits>;
  readonly listenerTls?: ListenerTls;
  /** The upstream is https://. */
  readonly upstreamTls?: UpstreamTls;
  readonly pathPrefix?: string;
  /** Default: everything goes to the upstream. */
  readonly routes?: readonly BedRoute[];
}

/** A route; without a port to the upstream of the bed. */
export interface BedRoute {
  readonly host?: string;
  readonly path?: string;
  readonly pathPrefix?: string;
  readonly port?: number;
}

/** A sidecar with one HTTP listener in front of an upstream, and a tap in front of the sidecar. */
export interface HttpBed {
  /** Where clients connect: everything the sidecar sends there is recorded. */
  readonly port: number;
  /** The listener itself, past the tap. */
  readonly listenerPort: number;
  readonly upstreamPort: number;
  /** Heads of the requests that reached the upstream, as node:http has read them. */
  readonly requests: readonly UpstreamRequest[];
  readonly logs: readonly string[];
  metricsText(): Promise<string>;
  /** Everything clients got, as it was on the wire. */
  received(): Buffer;
  /** Forgets what clients got so far. */
  forget(): void;
  /** Looks for values in every byte that reached clients, in what they made of it, in logs and metrics. */
  findLeak(
    canaries: readonly Canary[],
    ...decoded: readonly (string | Buffer)[]
  ): Promise<CanaryHit | undefined>;
  /** Stops the sidecar. */
  drain(drainTimeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

/** A request as the upstream saw it. */
export interface UpstreamRequest {
  readonly method: string;
  readonly url: string;
  /** Names and values, in order. */
  readonly rawHeaders: readonly string[];
}

/** Certificates of the tests, as a listener has them. */
export const listenerTls: ListenerTls = {
  cert: Buffer.from(tlsPem.certificate),
  key: Buffer.from(tlsPem.key),
  required: true,
};

/** TLS to an upstream with the certificates of the tests. */
export const upstreamTls: UpstreamTls = {
  mode: 'verify-full',
  ca: Buffer.from(tlsPem.ca),
  serverName: 'localhost',
  direct: true,
};

/** Starts an upstream, a sidecar in front of it and a tap in front of that, all in this process. */
export async function startHttpBed(options: HttpBedOptions): Promise<HttpBed> {
  const requests: UpstreamRequest[] = [];
  const upstream = await startUpstream(options, requests);
  const logs: string[] = [];
  const metrics = createMetrics({ collectsProcess: false });
  const sidecar = await startSidecar({
    config: {
      listeners: [
        {
          name: 'api',
          protocol: 'http',
          address: { kind: 'tcp', host: '127.0.0.1', port: 0 },
          routes: (options.routes ?? [{}]).map(({ host, path = '', pathPrefix, port = upstream.port }) => ({
            host,
            path,
            upstream: {
              address: { kind: 'tcp', host: '127.0.0.1', port },
              tls: options.upstreamTls,
              authority: `localhost:${port}`,
              pathPrefix: pathPrefix ?? options.pathPrefix ?? '',
            },
          })),
          tls: options.listenerTls,
          masking: options.masking,
        },
      ],
      budget: DEFAULT_BUDGET,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      admin: undefined,
      log: { level: 'debug', format: 'json' },
    },
    log: createLog({ level: 'debug', format: 'json', write: (line) => void logs.push(line) }),
    metrics,
  });
  const listenerPort = Number(sidecar.listeners[0]?.address.split(':').at(-1));
  const tap = await startTap({ port: listenerPort });
  return {
    port: tap.port,
    listenerPort,
    upstreamPort: upstream.port,
    requests,
    logs,
    metricsText: async () => (await metrics.expose()).body,
    received: () => tap.toClients(),
    forget: () => tap.reset(),
    findLeak: async (canaries, ...decoded) => {
      const places = [tap.toClients(), logs.join('\n'), (await metrics.expose()).body, ...decoded];
      for (const place of places) {
        const hit = findCanary(Buffer.from(place as string), canaries);
        if (hit !== undefined) return hit;
      }
      return undefined;
    },
    drain: (drainTimeoutMs) => sidecar.close({ drainTimeoutMs }),
    close: async () => {
      await tap.close();
      await sidecar.close();
      await upstream.close();
    },
  };
}

interface RunningUpstream {
  readonly port: number;
  close(): Promise<void>;
}

async function startUpstream(options: HttpBedOptions, requests: UpstreamRequest[]): Promise<RunningUpstream> {
  const server = serverOf(options, requests);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  // Nobody listens where somebody just did.
  if (options.upstream === undefined && options.rawUpstream === undefined) await close();
  return { port, close };
}

function serverOf(options: HttpBedOptions, requests: UpstreamRequest[]): Server {
  const { upstream = () => undefined, rawUpstream } = options;
  if (rawUpstream !== undefined) return createTcpServer({ allowHalfOpen: true }, rawUpstream);
  const listener: RequestListener = (request, response) => {
    const { method = '', url = '', rawHeaders } = request;
    requests.push({ method, url, rawHeaders });
    upstream(request, response);
  };
  if (options.upstreamTls === undefined) return createServer(listener);
  return createHttpsServer({ cert: tlsPem.certificate, key: tlsPem.key }, listener);
}
