import { describe, expect, test } from 'vitest';
import { LATENCY_BOUNDS, LatencyHistogram } from '../../sidecar/admin/latency-histogram.ts';
import { createMetrics } from '../../sidecar/admin/metrics.ts';

/** Lines of one metric, without comments. */
async function linesOf(metrics: ReturnType<typeof createMetrics>, name: string): Promise<string[]> {
  const { body } = await metrics.expose();
  return body.split('\n').filter((line) => line.startsWith(name) && !line.startsWith('#'));
}

describe('createMetrics', () => {
  test('every count appears under its listener and label', async () => {
    const metrics = createMetrics({ collectsProcess: false });
    const listener = metrics.listener('appdb');
    listener.connectionOpened();
    listener.connectionOpened();
    listener.connectionClosed();
    listener.messages('fromUpstream', 5);
    listener.messages('fromDownstream', 2);
    listener.rows(7);
    listener.masked('email', 3);
    listener.masked('*.*.salary', 1);
    listener.masked('email', 1);
    listener.refused('WIREMASK_ERR_STATEMENT_OPAQUE');
    listener.error('WIREMASK_ERR_TRUNCATED');
    listener.failedClosed('budget');
    listener.failedClosed('budget');
    listener.upstreamReachable(true);
    metrics.listener('other').rows(1);
    const { body, contentType } = await metrics.expose();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    const lines = body.split('\n').filter((line) => !line.startsWith('#') && !line.includes('latency'));
    expect(lines.filter((line) => line.includes('"appdb"'))).toEqual([
      'wiremask_connections_total{listener="appdb"} 2',
      'wiremask_messages_total{listener="appdb",direction="from_upstream"} 5',
      'wiremask_messages_total{listener="appdb",direction="from_downstream"} 2',
      'wiremask_rows_total{listener="appdb"} 7',
      'wiremask_cells_masked_total{listener="appdb",rule="email"} 4',
      'wiremask_cells_masked_total{listener="appdb",rule="*.*.salary"} 1',
      'wiremask_statements_refused_total{listener="appdb",code="WIREMASK_ERR_STATEMENT_OPAQUE"} 1',
      'wiremask_errors_total{listener="appdb",code="WIREMASK_ERR_TRUNCATED"} 1',
      'wiremask_failed_closed_total{listener="appdb",reason="budget"} 2',
      'wiremask_connections_active{listener="appdb"} 1',
      'wiremask_upstream_reachable{listener="appdb"} 1',
    ]);
    expect(lines).toContain('wiremask_rows_total{listener="other"} 1');
  });

  test('reading twice does not count twice', async () => {
    const metrics = createMetrics({ collectsProcess: false });
    metrics.listener('a').rows(3);
    await metrics.expose();
    metrics.listener('a').rows(1);
    expect(await linesOf(metrics, 'wiremask_rows_total')).toEqual(['wiremask_rows_total{listener="a"} 4']);
  });

  test('latency is a cumulative histogram with its sum and count', async () => {
    const metrics = createMetrics({ collectsProcess: false });
    for (const seconds of [0.000004, 0.00001, 0.00002, 0.003, 5]) metrics.listener('a').latency(seconds);
    const lines = await linesOf(metrics, 'wiremask_message_latency_seconds');
    expect(lines).toHaveLength(LATENCY_BOUNDS.length + 3);
    expect(lines).toEqual(
      expect.arrayContaining([
        'wiremask_message_latency_seconds_bucket{le="0.00001",listener="a"} 2',
        'wiremask_message_latency_seconds_bucket{le="0.000025",listener="a"} 3',
        'wiremask_message_latency_seconds_bucket{le="0.0025",listener="a"} 3',
        'wiremask_message_latency_seconds_bucket{le="0.005",listener="a"} 4',
        'wiremask_message_latency_seconds_bucket{le="1",listener="a"} 4',
        'wiremask_message_latency_seconds_bucket{le="+Inf",listener="a"} 5',
        'wiremask_message_latency_seconds_count{listener="a"} 5',
      ]),
    );
  });

  test('an upstream nobody connected to yet is absent, not unreachable', async () => {
    const metrics = createMetrics({ collectsProcess: false });
    metrics.listener('a');
    expect(await linesOf(metrics, 'wiremask_upstream_reachable')).toEqual([]);
  });

  test('the process publishes its own metrics unless told not to', async () => {
    expect((await createMetrics().expose()).body).toContain('process_cpu_user_seconds_total');
    expect((await createMetrics({ collectsProcess: false }).expose()).body).not.toContain('process_cpu');
  });

  test('the summary sorts rules by count and keeps the order of listeners', () => {
    const metrics = createMetrics({ collectsProcess: false });
    const listener = metrics.listener('b');
    metrics.listener('a');
    listener.masked('email', 1);
    listener.masked('iban', 9);
    const [first, second] = metrics.summary();
    expect(first?.listener).toBe('b');
    expect(first?.masked).toEqual([
      ['iban', 9],
      ['email', 1],
    ]);
    expect(second).toMatchObject({ listener: 'a', connections: 0, latencyP50: undefined });
  });
});

describe('LatencyHistogram', () => {
  test('quantiles are at most 7.5 % above the truth', () => {
    const histogram = new LatencyHistogram();
    const values = Array.from({ length: 1000 }, (_, index) => (index + 1) * 0.000013);
    for (const value of values) histogram.observe(value);
    for (const [share, truth] of [
      [0.5, 500 * 0.000013],
      [0.99, 990 * 0.000013],
      [1, 1000 * 0.000013],
    ] as const) {
      const ratio = (histogram.quantile(share) ?? 0) / truth;
      expect(ratio).toBeGreaterThanOrEqual(0.9999);
      expect(ratio).toBeLessThan(1.075);
    }
  });

  test('what is no duration counts as zero and breaks nothing', () => {
    const histogram = new LatencyHistogram();
    for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY, 0]) histogram.observe(value);
    expect(histogram.count).toBe(4);
    expect(histogram.sum).toBe(0);
    expect(histogram.buckets[0]).toBe(4);
    expect(histogram.quantile(0.99)).toBeCloseTo(1e-7);
  });

  test('without observations there is no quantile', () => {
    expect(new LatencyHistogram().quantile(0.5)).toBeUndefined();
  });
});
