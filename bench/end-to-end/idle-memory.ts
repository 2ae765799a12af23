import type { Measured } from '../support/measured.ts';
import { residentMegabytes, startBarePipe, startWiremask } from './hops.ts';
import { RawClient } from './raw-client.ts';

const CONNECTIONS = 100;
const SETTLE_MS = 2000;

/** Reads the memory of fresh processes without and with idle connections that are logged in. */
export async function measureIdleMemory(serverPort: number): Promise<Measured[]> {
  const measured: Measured[] = [];
  const starters = [
    () => startBarePipe(serverPort),
    () => startWiremask('forwarding', serverPort),
    () => startWiremask('column-rules', serverPort),
    () => startWiremask('all-detectors', serverPort),
  ];
  for (const start of starters) {
    const hop = await start();
    const before = residentMegabytes(hop.pid);
    const clients: RawClient[] = [];
    for (let count = 0; count < CONNECTIONS; count++) {
      const client = await RawClient.connect(hop.port);
      await client.query('select 1');
      clients.push(client);
    }
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const after = residentMegabytes(hop.pid);
    for (const client of clients) client.close();
    await hop.stop();
    if (before === undefined || after === undefined) return [];
    measured.push({ name: `memory/${hop.name} no connection`, value: before, unit: 'MB' });
    measured.push({ name: `memory/${hop.name} ${CONNECTIONS} idle connections`, value: after, unit: 'MB' });
  }
  return measured;
}
