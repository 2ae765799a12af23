import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client';
import type { ListenerMetrics, Metrics } from '../sidecar-types.ts';
import { LATENCY_BOUNDS, LatencyHistogram } from './latency-histogram.ts';

/** What one listener has done so far. */
export interface ListenerSummary {
  readonly listener: string;
  readonly connections: number;
  readonly connectionsActive: number;
  readonly rows: number;
  /** Masked cells by rule id, most first. */
  readonly masked: readonly (readonly [rule: string, count: number])[];
  readonly refused: number;
  readonly failedClosed: number;
  readonly errors: number;
  /** Seconds; `undefined` when nothing was measured. */
  readonly latencyP50: number | undefined;
  readonly latencyP99: number | undefined;
  /** `undefined` until the first attempt to connect. */
  readonly isUpstreamReachable: boolean | undefined;
}

/** Counts of the whole process: recorders for listeners, text for Prometheus, numbers for people. */
export interface MetricsRegistry extends Metrics {
  /** By listener, in the order in which their recorders were asked for. */
  summary(): readonly ListenerSummary[];
  /** Prometheus text format, and its content type. */
  expose(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** Options of `createMetrics`. */
export interface MetricsOptions {
  /** Also publish CPU, memory, event loop delay and the like of the process. Default `true`. */
  readonly collectsProcess?: boolean;
}

/**
 * Makes the metrics of one process. Recorders only add numbers; the registry is filled when it is read,
 * so that counting costs the data path a few nanoseconds. Label values come from configuration, rule
 * files and error codes, never from data.
 */
export function createMetrics(options: MetricsOptions = {}): MetricsRegistry {
  const recorders = new Map<string, ListenerRecorder>();
  const registry = new Registry();
  if (options.collectsProcess ?? true) collectDefaultMetrics({ register: registry });
  registerCounters(registry, recorders);
  registerLatency(registry, recorders);
  return {
    listener: (name) => {
      const known = recorders.get(name);
      if (known !== undefined) return known;
      const recorder = new ListenerRecorder();
      recorders.set(name, recorder);
      return recorder;
    },
    summary: () => [...recorders].map(([name, recorder]) => summarize(name, recorder)),
    expose: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

class Tally {
  readonly counts: Map<string, number> = new Map();
  total = 0;

  add(key: string, count: number): void {
    this.total += count;
    this.counts.set(key, (this.counts.get(key) ?? 0) + count);
  }
}

class ListenerRecorder implements ListenerMetrics {
  opened = 0;
  active = 0;
  fromUpstream = 0;
  fromDownstream = 0;
  rowCount = 0;
  isUpstreamReachable: boolean | undefined;
  readonly cells: Tally = new Tally();
  readonly statements: Tally = new Tally();
  readonly errors: Tally = new Tally();
  readonly closed: Tally = new Tally();
  readonly latencies: LatencyHistogram = new LatencyHistogram();

  connectionOpened(): void {
    this.opened += 1;
    this.active += 1;
  }

  connectionClosed(): void {
    this.active -= 1;
  }

  messages(direction: 'fromUpstream' | 'fromDownstream', count: number): void {
    if (direction === 'fromUpstream') this.fromUpstream += count;
    else this.fromDownstream += count;
  }

  rows(count: number): void {
    this.rowCount += count;
  }

  masked(ruleId: string, count: number): void {
    this.cells.add(ruleId, count);
  }

  refused(code: string): void {
    this.statements.add(code, 1);
  }

  failedClosed(reason: string): void {
    this.closed.add(reason, 1);
  }

  error(code: string): void {
    this.errors.add(code, 1);
  }

  latency(seconds: number): void {
    this.latencies.observe(seconds);
  }

  upstreamReachable(isReachable: boolean): void {
    this.isUpstreamReachable = isReachable;
  }
}

type Recorders = ReadonlyMap<string, ListenerRecorder>;

interface Series {
  readonly name: string;
  readonly help: string;
  /** Second label besides `listener`. */
  readonly label?: string;
  /** One count per value of the label; the key is ignored without a label. */
  readonly read: (recorder: ListenerRecorder) => Iterable<readonly [string, number]>;
}

const SERIES: readonly Series[] = [
  {
    name: 'wiremask_connections_total',
    help: 'Connections accepted.',
    read: (recorder) => [['', recorder.opened]],
  },
  {
    name: 'wiremask_messages_total',
    help: 'Protocol messages relayed, by who sent them.',
    label: 'direction',
    read: (recorder) => [
      ['from_upstream', recorder.fromUpstream],
      ['from_downstream', recorder.fromDownstream],
    ],
  },
  { name: 'wiremask_rows_total', help: 'Rows relayed.', read: (recorder) => [['', recorder.rowCount]] },
  {
    name: 'wiremask_cells_masked_total',
    help: 'Cells masked, by rule.',
    label: 'rule',
    read: (recorder) => recorder.cells.counts,
  },
  {
    name: 'wiremask_statements_refused_total',
    help: 'Statements refused, by error code.',
    label: 'code',
    read: (recorder) => recorder.statements.counts,
  },
  {
    name: 'wiremask_errors_total',
    help: 'Errors that ended a connection, by code.',
    label: 'code',
    read: (recorder) => recorder.errors.counts,
  },
  {
    name: 'wiremask_failed_closed_total',
    help: 'Values masked whole because they could not be judged, by reason.',
    label: 'reason',
    read: (recorder) => recorder.closed.counts,
  },
];

function registerCounters(registry: Registry, recorders: Recorders): void {
  for (const { name, help, label, read } of SERIES) {
    const labelNames = label === undefined ? ['listener'] : ['listener', label];
    new Counter({
      name,
      help,
      labelNames,
      registers: [registry],
      collect() {
        this.reset();
        for (const [listener, recorder] of recorders) {
          for (const [key, count] of read(recorder)) {
            this.inc(label === undefined ? { listener } : { listener, [label]: key }, count);
          }
        }
      },
    });
  }
  new Gauge({
    name: 'wiremask_connections_active',
    help: 'Connections open now.',
    labelNames: ['listener'],
    registers: [registry],
    collect() {
      for (const [listener, recorder] of recorders) this.set({ listener }, recorder.active);
    },
  });
  new Gauge({
    name: 'wiremask_upstream_reachable',
    help: '1 when the last attempt to connect to the upstream succeeded, else 0; absent before the first.',
    labelNames: ['listener'],
    registers: [registry],
    collect() {
      for (const [listener, { isUpstreamReachable }] of recorders) {
        if (isUpstreamReachable !== undefined) this.set({ listener }, isUpstreamReachable ? 1 : 0);
      }
    },
  });
}

// prom-client's own histogram hashes labels on every observation; here the typed arrays of the
// recorders are read when somebody asks.
function registerLatency(registry: Registry, recorders: Recorders): void {
  const name = 'wiremask_message_latency_seconds';
  const metric = {
    name,
    help: 'Time from the last byte of a message in to its first byte out.',
    type: 'histogram',
    aggregator: 'sum',
    reset: () => undefined,
    get: async () => ({
      name,
      help: metric.help,
      type: metric.type,
      aggregator: metric.aggregator,
      values: [...recorders].flatMap(([listener, recorder]) =>
        latencyValues(name, listener, recorder.latencies),
      ),
    }),
  };
  registry.registerMetric(metric as unknown as Metric);
}

function latencyValues(name: string, listener: string, latencies: LatencyHistogram): readonly object[] {
  let cumulative = 0;
  const buckets = [...latencies.buckets].map((count, index) => {
    cumulative += count;
    const le = LATENCY_BOUNDS[index] ?? '+Inf';
    return { metricName: `${name}_bucket`, labels: { le, listener }, value: cumulative };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: { listener }, value: latencies.sum },
    { metricName: `${name}_count`, labels: { listener }, value: latencies.count },
  ];
}

function summarize(listener: string, recorder: ListenerRecorder): ListenerSummary {
  return {
    listener,
    connections: recorder.opened,
    connectionsActive: recorder.active,
    rows: recorder.rowCount,
    masked: [...recorder.cells.counts].toSorted(([, left], [, right]) => right - left),
    refused: recorder.statements.total,
    failedClosed: recorder.closed.total,
    errors: recorder.errors.total,
    latencyP50: recorder.latencies.quantile(0.5),
    latencyP99: recorder.latencies.quantile(0.99),
    isUpstreamReachable: recorder.isUpstreamReachable,
  };
}
