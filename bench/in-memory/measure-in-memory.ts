import { Bench } from 'tinybench';
import { createMasker, type MaskerSettings, type MaskingOptions } from 'wiremask';
import { backend, encodeMessage, encodeQuery, encodeReadyForQuery, MessageFramer } from 'wiremask/postgres';
import { copyBytes } from '../../sidecar/bench/measure.ts';
import {
  buildRowStream,
  openResultset,
  openSession,
  type RowStream,
} from '../../sidecar/bench/row-stream.ts';
import { builtInSample } from '../../sidecar/bench/sample.ts';
import { expectNoFailure } from '../../sidecar/scripted-login.ts';
import type { Measured } from '../support/measured.ts';
import { openCopyOut } from './copy-out-stream.ts';

/** Work to repeat, and how many bytes of rows one repetition takes in. */
interface Task {
  readonly run: () => void;
  readonly size: number;
}

const STREAM_SIZE = 2 * 1024 * 1024;
const KEY = Buffer.from('a key for benchmarks only');

// Two of eight columns each.
const columnRules: Readonly<Record<string, MaskingOptions['columns']>> = {
  redact: twoColumns({ mask: 'redact' }),
  partial: twoColumns({ mask: 'partial', keepLast: 4 }),
  'keyed-hash': twoColumns({ mask: 'keyed-hash', key: KEY }),
  nullify: twoColumns({ mask: 'nullify' }),
};

const statement = (id: number): string =>
  `select c.id, o.total from customers c join orders o on o.customer = c.id where c.id = ${id} order by 2`;

/** Measures paths without sockets: what one core does when bytes cost nothing to get. */
export async function measureInMemory(taskMs: number): Promise<Measured[]> {
  const tasks = new Map<string, Task>([['copy', copyTask(plainStream())]]);
  tasks.set('framing into messages', framingTask(plainStream()));
  tasks.set('forward', await rowsTask({}));
  for (const [name, columns] of Object.entries(columnRules)) {
    tasks.set(`column rules ${name}`, await rowsTask({ columns: columns ?? [] }));
  }
  tasks.set('detectors pii', await rowsTask({ detect: { mask: 'redact', packs: ['pii'] } }));
  tasks.set('detectors all', await rowsTask({ detect: { mask: 'redact' } }));
  tasks.set('copy out text', await copyOutTask());
  const bench = new Bench({ time: taskMs, warmupTime: taskMs / 4 });
  for (const [name, { run }] of tasks) bench.add(name, run);
  await bench.run();
  const copyMs = medianOf(bench, 'copy') / (tasks.get('copy')?.size ?? 1);
  const measured = [...tasks].map(([name, { size }]): Measured => {
    const ms = medianOf(bench, name);
    const value = size / 1e6 / (ms / 1e3);
    return { name: `in-memory/${name}`, value, unit: 'MB/s', ratio: copyMs / (ms / size), to: 'copy' };
  });
  return [...measured, ...(await measureStatements(taskMs))];
}

// From Query to ReadyForQuery through a session with column rules, which has to understand the statement.
async function measureStatements(taskMs: number): Promise<Measured[]> {
  const masking = { columns: columnRules['redact'] ?? [] };
  const session = openSession(await createMasker({ masking }), plainStream(masking));
  const answer = Buffer.concat([
    encodeMessage(backend.commandComplete, (writer) => writer.cstring('SELECT 0')),
    encodeReadyForQuery('I'),
  ]);
  const exchange = (text: string): void => {
    expectNoFailure(session.fromDownstream(encodeQuery(text)));
    expectNoFailure(session.fromUpstream(answer));
  };
  let next = 1_000_000;
  const bench = new Bench({ time: taskMs, warmupTime: taskMs / 4 });
  bench.add('seen before', () => exchange(statement(1)));
  bench.add('new', () => exchange(statement(next++)));
  await bench.run();
  return ['seen before', 'new'].map((name) => ({
    name: `in-memory/statement ${name}`,
    value: medianOf(bench, name) * 1e3,
    unit: 'us',
  }));
}

function medianOf(bench: Bench, name: string): number {
  const result = bench.getTask(name)?.result;
  if (result === undefined || !('latency' in result)) throw new Error(`${name} did not run`);
  return result.latency.p50;
}

function twoColumns(settings: MaskerSettings): MaskingOptions['columns'] {
  const columns = ['public.sample.article', 'public.sample.note'];
  return columns.map((column) => ({ column, ...settings }));
}

function plainStream(masking: MaskingOptions = {}): RowStream {
  return buildRowStream(builtInSample(masking.columns ?? []), { sizeMin: STREAM_SIZE });
}

function copyTask(stream: RowStream): Task {
  const run = (): void => {
    for (const chunk of stream.chunks) copyBytes(chunk);
  };
  return { run, size: stream.size };
}

function framingTask(stream: RowStream): Task {
  const framer = new MessageFramer();
  const run = (): void => {
    for (const chunk of stream.chunks) framer.push(chunk);
  };
  return { run, size: stream.size };
}

async function rowsTask(masking: MaskingOptions): Promise<Task> {
  const stream = plainStream(masking);
  const session = openResultset(await createMasker({ masking }), stream);
  const run = (): void => {
    for (const chunk of stream.chunks) expectNoFailure(session.fromUpstream(chunk));
  };
  return { run, size: stream.size };
}

async function copyOutTask(): Promise<Task> {
  const masking = { columns: columnRules['redact'] ?? [] };
  const stream = plainStream(masking);
  const { session, chunks, size } = openCopyOut(await createMasker({ masking }), stream);
  const run = (): void => {
    for (const chunk of chunks) expectNoFailure(session.fromUpstream(chunk));
  };
  return { run, size };
}
