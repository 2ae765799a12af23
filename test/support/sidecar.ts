import { createMetrics } from '../../sidecar/admin/metrics.ts';
import { DEFAULT_BUDGET, DEFAULT_LIMITS } from '../../sidecar/config/resolve-config.ts';
import { createLog } from '../../sidecar/log.ts';
import type {
  Budget,
  Limits,
  ListenerTls,
  MaskingOptions,
  StartSidecar,
  UpstreamTls,
} from '../../sidecar/sidecar-types.ts';

export interface TestSidecarOptions {
  /** A PostgreSQL on 127.0.0.1. */
  readonly upstreamPort: number;
  readonly masking: MaskingOptions;
  readonly upstreamTls?: UpstreamTls;
  readonly listenerTls?: ListenerTls;
  readonly limits?: Partial<Limits>;
  readonly budget?: Partial<Budget>;
}

/** A sidecar with one PostgreSQL listener on a free loopback port. */
export interface TestSidecar {
  readonly port: number;
  /** Every log line so far, at the most talkative level. */
  readonly logs: readonly string[];
  /** What a scraper of the metrics would read. */
  metricsText(): Promise<string>;
  close(): Promise<void>;
}

/** Starts a sidecar in this process. */
export async function startTestSidecar(options: TestSidecarOptions): Promise<TestSidecar> {
  const { startSidecar } = (await import('../../sidecar/sidecar.ts')) as { startSidecar: StartSidecar };
  const logs: string[] = [];
  const metrics = createMetrics({ collectsProcess: false });
  const sidecar = await startSidecar({
    config: {
      listeners: [
        {
          name: 'test',
          protocol: 'postgres',
          address: { kind: 'tcp', host: '127.0.0.1', port: 0 },
          upstream: {
            address: { kind: 'tcp', host: '127.0.0.1', port: options.upstreamPort },
            tls: options.upstreamTls,
          },
          tls: options.listenerTls,
          catalog: undefined,
          masking: options.masking,
        },
      ],
      budget: { ...DEFAULT_BUDGET, ...options.budget },
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      admin: undefined,
      log: { level: 'debug', format: 'json' },
    },
    log: createLog({ level: 'debug', format: 'json', write: (line) => void logs.push(line) }),
    metrics,
  });
  const address = sidecar.listeners[0]?.address ?? '';
  return {
    port: Number(address.slice(address.lastIndexOf(':') + 1)),
    logs,
    metricsText: async () => (await metrics.expose()).body,
    close: async () => await sidecar.close(),
  };
}
