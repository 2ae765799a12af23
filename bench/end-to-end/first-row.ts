import { connect, createServer } from 'node:net';
import { backend, MessageFramer } from 'wiremask/postgres';
import type { Measured } from '../support/measured.ts';
import { quantile } from '../support/numbers.ts';
import { maskings, startBarePipe, startWiremask } from './hops.ts';
import { RawClient } from './raw-client.ts';

// The server sends when 8 KiB have gathered: rows this wide leave every few of them.
const SLOW_ROWS =
  "select n, repeat('steady text ', 60) as wide, pg_sleep(0.002) from generate_series(1, 60) as n";

/** Hears when rows pass. */
class RowClock {
  #framer = new MessageFramer();
  /** When each row of the answer was complete. */
  times: number[] = [];

  reset(): void {
    this.#framer = new MessageFramer();
    this.times = [];
  }

  take(bytes: Uint8Array): void {
    const now = performance.now();
    for (const { type } of this.#framer.push(bytes)) if (type === backend.dataRow) this.times.push(now);
  }
}

/**
 * Compares when rows of a slow resultset arrive at a hop with when they have left it: a tap in this
 * process sees them before, the client behind, by the same clock. The bare pipe tells what tap and sockets
 * cost by themselves.
 */
export async function measureFirstRow(serverPort: number, rounds: number): Promise<Measured[]> {
  const arrived = new RowClock();
  const tap = createServer({ allowHalfOpen: true, noDelay: true }, (downstream) => {
    const upstream = connect({ host: '127.0.0.1', port: serverPort, noDelay: true });
    downstream.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      if (isListening) arrived.take(chunk);
      downstream.write(chunk);
    });
    for (const socket of [downstream, upstream]) socket.on('error', () => undefined);
    upstream.on('close', () => downstream.destroy());
  });
  let isListening = false;
  await new Promise<void>((resolve) => tap.listen(0, '127.0.0.1', resolve));
  const address = tap.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const hops = [await startBarePipe(address.port)];
  for (const name of Object.keys(maskings)) hops.push(await startWiremask(name, address.port));
  const measured: Measured[] = [];
  for (const hop of hops) {
    const client = await RawClient.connect(hop.port);
    const left = new RowClock();
    const [first, all]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      arrived.reset();
      left.reset();
      isListening = true;
      client.onBytes = (bytes) => left.take(Buffer.from(bytes));
      // A text of its own each time: nothing about it is known from the round before.
      await client.query(`${SLOW_ROWS} where n > ${-round}`);
      isListening = false;
      const delays = left.times.map((time, row) => time - (arrived.times[row] ?? Number.NaN));
      first.push(delays[0] ?? Number.NaN);
      all.push(...delays);
    }
    client.close();
    measured.push({ name: `first row/${hop.name} p50`, value: quantile(first, 0.5), unit: 'ms' });
    measured.push({ name: `first row/${hop.name} slowest`, value: Math.max(...first), unit: 'ms' });
    measured.push({ name: `every row/${hop.name} p99`, value: quantile(all, 0.99), unit: 'ms' });
  }
  for (const hop of hops) await hop.stop();
  tap.close();
  return measured;
}
