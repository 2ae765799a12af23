import type { Measured } from '../support/measured.ts';
import { median, quantile, ratios } from '../support/numbers.ts';
import { type Hop, type Masking, startHttpHop, startHttpSidecar } from './hops.ts';
import { HttpClient } from './http-client.ts';

/** Rules that are measured, by name. The documents hold nothing a detector should find. */
const maskings: Readonly<Record<string, Masking>> = {
  'other-path': { fields: [{ path: '$.nothing.here', mask: 'redact' }] },
  'path-rules': { fields: [{ path: '$[*].address.zip', mask: 'redact' }] },
  'all-detectors': { detect: { mask: 'redact' } },
};

const WARM_UP_ROUNDS = 3;
const CONNECTIONS = 8;
const LATENCY_REQUESTS = 2000;
const EVENT_STREAMS = 20;

/** Measures the sidecar on HTTP against a reverse proxy of node:http that looks at nothing, in turns. */
export async function measureHttp(rounds: number): Promise<Measured[]> {
  const upstream = await startHttpHop('./http-upstream.js', []);
  const hops: Hop[] = [];
  try {
    hops.push(await startHttpHop('./http-bare-proxy.js', [String(upstream.port)]));
    for (const [name, masking] of Object.entries(maskings)) {
      hops.push(await startHttpSidecar(name, masking, upstream.port));
    }
    return [
      ...(await measureRates(hops, 'http 4 KB', 'req/s', rounds, (hop) => requestRate(hop.port))),
      ...(await measureRates(hops, 'http 10 MB', 'MB/s', rounds, (hop) => throughput(hop.port))),
      ...(await measureLatency(hops, rounds)),
      ...(await measureFirstEvent(hops)),
    ];
  } finally {
    for (const hop of [...hops, upstream]) await hop.stop();
  }
}

async function measureRates(
  hops: readonly Hop[],
  group: string,
  unit: 'req/s' | 'MB/s',
  rounds: number,
  rate: (hop: Hop) => Promise<number>,
): Promise<Measured[]> {
  const rates = hops.map((): number[] => []);
  // A process that has just begun to mask is still being compiled.
  for (let round = 0; round < WARM_UP_ROUNDS; round++) for (const hop of hops) await rate(hop);
  for (let round = 0; round < rounds; round++) {
    for (const [index, hop] of hops.entries()) rates[index]?.push(await rate(hop));
  }
  const [bare = []] = rates;
  return hops.map(({ name }, index) => {
    const own = rates[index] ?? [];
    const share = index === 0 ? {} : { ratio: median(ratios(own, bare)), to: 'bare proxy' };
    return { name: `${group}/${name}`, value: median(own), unit, ...share };
  });
}

const RATE_MS = 1000;

/** Requests per second over several connections. */
async function requestRate(port: number): Promise<number> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => HttpClient.connect(port)));
  const start = performance.now();
  let count = 0;
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() - start < RATE_MS) {
        await client.get('/4k');
        count++;
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  for (const client of clients) client.close();
  return count / seconds;
}

async function throughput(port: number): Promise<number> {
  const client = await HttpClient.connect(port);
  const start = performance.now();
  let size = 0;
  while (performance.now() - start < RATE_MS) size += await client.get('/10m');
  client.close();
  return size / 1e3 / (performance.now() - start);
}

async function measureLatency(hops: readonly Hop[], rounds: number): Promise<Measured[]> {
  const times = hops.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, { port }] of hops.entries()) {
      const client = await HttpClient.connect(port);
      for (let request = 0; request < LATENCY_REQUESTS / rounds; request++) {
        const start = performance.now();
        await client.get('/4k');
        times[index]?.push((performance.now() - start) * 1000);
      }
      client.close();
    }
  }
  const bare = median(times[0] ?? []);
  return hops.flatMap(({ name }, index) => {
    const own = times[index] ?? [];
    const p50: Measured = { name: `http latency/${name} p50`, value: median(own), unit: 'us' };
    const rate: Measured = { name: `http latency/${name} by turns`, value: 1e6 / median(own), unit: 'req/s' };
    if (index === 0) return [p50, rate];
    const added: Measured = { name: `http latency/${name} added p50`, value: median(own) - bare, unit: 'us' };
    return [p50, added, { ...rate, ratio: bare / median(own), to: 'bare proxy' }];
  });
}

async function measureFirstEvent(hops: readonly Hop[]): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const { name, port } of hops) {
    // The first streams of a process are told apart: much of what they run is not compiled yet.
    for (const kind of ['early first event', 'first event']) {
      const times = await firstEvents(port);
      measured.push({ name: `http ${kind}/${name} p50`, value: median(times), unit: 'ms' });
      measured.push({ name: `http ${kind}/${name} slowest`, value: quantile(times, 1), unit: 'ms' });
    }
  }
  return measured;
}

async function firstEvents(port: number): Promise<number[]> {
  const times: number[] = [];
  for (let stream = 0; stream < EVENT_STREAMS; stream++) {
    const client = await HttpClient.connect(port);
    times.push(await client.firstByte('/events'));
    client.close();
  }
  return times;
}
