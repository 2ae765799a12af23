import type { Measured } from '../support/measured.ts';
import { median, quantile } from '../support/numbers.ts';
import { maskings, startBarePipe, startWiremask } from './hops.ts';
import { RawClient } from './raw-client.ts';

const BLOCK_SIZE = 100;

// Where the system places the processes of one connection moves its figures by 20 us in either direction.
const CONNECTIONS = 5;

// Until then short answers are slower: code is still being compiled, here and in the hop.
const warmUpBlocks = 10;

type Statements = (index: number) => string;

const statements: Readonly<Record<string, Statements>> = {
  'same statement': () => 'select 1',
  'changing literals': (index) => `select ${1_000_000 + index}`,
};

/** Sends short statements through every hop, in turns of blocks, over a few connections each. */
export async function measureLatency(serverPort: number, blocks: number): Promise<Measured[]> {
  const hops = [await startBarePipe(serverPort)];
  for (const name of Object.keys(maskings)) hops.push(await startWiremask(name, serverPort));
  const lanes = await Promise.all(
    [{ name: 'direct', port: serverPort }, ...hops].map(async ({ name, port }) => ({
      name,
      clients: await Promise.all(Array.from({ length: CONNECTIONS }, () => RawClient.connect(port))),
    })),
  );
  const measured: Measured[] = [];
  let next = 0;
  for (const [kind, textOf] of Object.entries(statements)) {
    const times = lanes.map((): number[] => []);
    for (let block = -warmUpBlocks; block < blocks; block++) {
      for (let connection = 0; connection < CONNECTIONS; connection++) {
        for (const [index, { clients }] of lanes.entries()) {
          const own = await runBlock(clients[connection] as RawClient, () => textOf(next++));
          if (block >= 0) times[index]?.push(...own);
        }
      }
    }
    const direct = median(times[0] ?? []);
    for (const [index, { name }] of lanes.entries()) {
      const own = times[index] ?? [];
      const prefix = `latency ${kind}/${name}`;
      measured.push({ name: `${prefix} p50`, value: median(own) * 1000, unit: 'us' });
      measured.push({ name: `${prefix} p99`, value: quantile(own, 0.99) * 1000, unit: 'us' });
      if (index === 0) continue;
      measured.push({ name: `${prefix} added p50`, value: (median(own) - direct) * 1000, unit: 'us' });
      const share = index === 1 ? {} : { ratio: median(times[1] ?? []) / median(own), to: 'pipe' };
      measured.push({ name: `${prefix} by turns`, value: 1000 / median(own), unit: 'req/s', ...share });
    }
  }
  for (const { clients } of lanes) for (const client of clients) client.close();
  for (const hop of hops) await hop.stop();
  return measured;
}

async function runBlock(client: RawClient, textOf: () => string): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < BLOCK_SIZE; index++) times.push((await client.query(textOf())).ms);
  return times;
}
