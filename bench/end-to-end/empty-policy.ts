// A process: the sidecar with a policy that masks nothing, which no configuration file may ask for. Its
// argument is the upstream port; it prints where it listens.
import { createMetrics } from '../../sidecar/admin/metrics.ts';
import { DEFAULT_BUDGET, DEFAULT_LIMITS } from '../../sidecar/config/resolve-config.ts';
import { createLog } from '../../sidecar/log.ts';
import { startSidecar } from '../../sidecar/sidecar.ts';

const sidecar = await startSidecar({
  config: {
    listeners: [
      {
        name: 'bench',
        protocol: 'postgres',
        address: { kind: 'tcp', host: '127.0.0.1', port: 0 },
        upstream: {
          address: { kind: 'tcp', host: '127.0.0.1', port: Number(process.argv[2]) },
          tls: undefined,
        },
        tls: undefined,
        catalog: undefined,
        masking: {},
      },
    ],
    budget: DEFAULT_BUDGET,
    limits: DEFAULT_LIMITS,
    admin: undefined,
    log: { level: 'warn', format: 'text' },
  },
  log: createLog({ level: 'warn', format: 'text', write: (line) => void process.stderr.write(line) }),
  metrics: createMetrics(),
});
console.log(`listens on ${sidecar.listeners[0]?.address ?? ''}`);
// An orderly exit, so that a profiler can write its file.
process.once('SIGTERM', () => process.exit(0));
