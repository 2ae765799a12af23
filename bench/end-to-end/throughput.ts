import type { Measured } from '../support/measured.ts';
import { median, ratios } from '../support/numbers.ts';
import { type Hop, maskings, processorSeconds, startBarePipe, startWiremask } from './hops.ts';
import { RawClient } from './raw-client.ts';
import { SELECT_ROWS } from './table.ts';

interface Lane {
  readonly name: string;
  readonly client: RawClient;
  readonly hop: Hop | undefined;
  readonly seconds: number[];
  readonly processor: number[];
  size: number;
}

/**
 * Reads the whole table through every hop, in turns. Speeds count the bytes the server sends, so that
 * rows that masking makes shorter or longer do not make it look faster or slower.
 */
export async function measureThroughput(
  group: string,
  upstreamPort: number,
  rounds: number,
): Promise<Measured[]> {
  const hops = [await startBarePipe(upstreamPort)];
  for (const name of Object.keys(maskings)) hops.push(await startWiremask(name, upstreamPort));
  const lanes = [await openLane('direct', upstreamPort, undefined)];
  for (const hop of hops) lanes.push(await openLane(hop.name, hop.port, hop));
  // The first two answers are not counted: code is compiled, buffers grow, a replay is recorded.
  for (const lane of [...lanes, ...lanes]) await readRows(lane);
  for (const lane of lanes) {
    lane.seconds.length = 0;
    lane.processor.length = 0;
  }
  for (let round = 0; round < rounds; round++) {
    for (const lane of lanes) await readRows(lane);
  }
  for (const lane of lanes) lane.client.close();
  for (const hop of hops) await hop.stop();
  return report(group, lanes);
}

async function openLane(name: string, port: number, hop: Hop | undefined): Promise<Lane> {
  return { name, client: await RawClient.connect(port), hop, seconds: [], processor: [], size: 0 };
}

async function readRows(lane: Lane): Promise<void> {
  const before = lane.hop && processorSeconds(lane.hop.pid);
  const { size, ms } = await lane.client.query(SELECT_ROWS);
  const after = lane.hop && processorSeconds(lane.hop.pid);
  lane.size = size;
  lane.seconds.push(ms / 1000);
  if (before !== undefined && after !== undefined) lane.processor.push(after - before);
}

function report(group: string, lanes: readonly Lane[]): Measured[] {
  const size = lanes[0]?.size ?? 0;
  const pipe = lanes.find(({ name }) => name === 'pipe');
  const speeds = lanes.map(({ name, seconds }): Measured => {
    const share = median(ratios(pipe?.seconds ?? [], seconds));
    return {
      name: `${group}/${name}`,
      value: size / 1e6 / median(seconds),
      unit: 'MB/s',
      ratio: share,
      to: 'pipe',
    };
  });
  const costs = lanes.flatMap(({ name, processor }): Measured[] => {
    if (processor.length === 0) return [];
    const total = processor.reduce((sum, seconds) => sum + seconds, 0);
    const value = total / ((size * processor.length) / 1e9);
    return [{ name: `${group}/${name} processor time of the hop`, value, unit: 's/GB' }];
  });
  return [...speeds, ...costs];
}
