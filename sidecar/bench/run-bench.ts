import { cpus } from 'node:os';
import { createMasker, type MaskingOptions, PolicyError, WiremaskError } from 'wiremask';
import type { BenchOptions } from '../commands/bench.ts';
import type { CommandIo } from '../commands/command-io.ts';
import { EXIT } from '../commands/exit-codes.ts';
import { loadConfig } from '../config/load-config.ts';
import { formatProblem } from '../config/problem.ts';
import type { ListenerConfig, SidecarConfig } from '../sidecar-types.ts';
import { BenchError } from './bench-error.ts';
import { type BenchResult, COPY, type ListenerResult, renderResult } from './bench-result.ts';
import { type MeasuredPath, measurePaths } from './measure.ts';
import { buildRowStream, openResultset, type RowStream } from './row-stream.ts';
import { builtInSample } from './sample.ts';
import { readSample } from './sample-file.ts';
import { belowBaseline, belowFloor, readBaseline } from './verdict.ts';

const SECONDS = 2;

/**
 * Measures the rules of every listener over rows in memory: forwarding without rules, column rules alone,
 * detection alone, and all of it. Every path is compared with a copy of the same bytes.
 *
 * @returns `EXIT.failed` when a ratio is below the floor, or below the baseline by more than
 *   `BASELINE_MARGIN`.
 */
export async function runBench(options: BenchOptions, io: CommandIo): Promise<number> {
  const loaded = await loadConfig(options.config, { env: io.env });
  if (!loaded.ok) {
    io.stderr(loaded.problems.map(formatProblem).join('\n') + '\n');
    return EXIT.invalidConfig;
  }
  try {
    const baseline = options.baseline === undefined ? undefined : await readBaseline(options.baseline);
    const result = await measure(loaded.config, options);
    io.stdout(options.isJson ? JSON.stringify(result, null, 2) + '\n' : renderResult(result));
    const failures = [
      ...(options.floor === undefined ? [] : belowFloor(result, options.floor)),
      ...(baseline === undefined ? [] : belowBaseline(result, baseline)),
    ];
    for (const failure of failures) io.stderr(`wiremask bench: ${failure}\n`);
    return failures.length > 0 ? EXIT.failed : EXIT.ok;
  } catch (error) {
    return explain(error, io);
  }
}

function explain(error: unknown, io: CommandIo): number {
  if (error instanceof PolicyError) {
    for (const { path, message } of error.problems) io.stderr(`masking.${path}: ${message}\n`);
    return EXIT.invalidConfig;
  }
  if (!(error instanceof BenchError || error instanceof WiremaskError)) throw error;
  io.stderr(`wiremask bench: ${error.message}\n`);
  return EXIT.failed;
}

async function measure(config: SidecarConfig, options: BenchOptions): Promise<BenchResult> {
  const listeners: ListenerResult[] = [];
  const measurable = config.listeners.filter(({ protocol }) => protocol === 'postgres');
  if (measurable.length === 0)
    throw new BenchError('no listener has protocol: postgres, and rows of PostgreSQL are what is measured');
  for (const listener of measurable) listeners.push(await measureListener(listener, config, options));
  return {
    format: 1,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
    listeners,
  };
}

async function measureListener(
  listener: ListenerConfig,
  config: SidecarConfig,
  options: BenchOptions,
): Promise<ListenerResult> {
  const rules = listener.masking.columns ?? [];
  const sample =
    options.sample === undefined ? builtInSample(rules) : await readSample(options.sample, rules);
  const stream = buildRowStream(sample);
  const paths: MeasuredPath[] = [{ name: COPY, session: undefined }];
  for (const [name, masking] of variants(listener.masking)) {
    paths.push({ name, session: await openSession(masking, config, stream) });
  }
  return {
    listener: listener.name,
    sample: {
      source: sample.source,
      rows: sample.rows.length,
      columns: sample.columns.length,
      rowSize: stream.size / stream.rowCount,
    },
    unmetRules: sample.unmetRules,
    paths: measurePaths(paths, stream, { seconds: options.seconds ?? SECONDS }),
  };
}

function variants(masking: MaskingOptions): readonly (readonly [string, MaskingOptions])[] {
  const { columns, detect, ...rest } = masking;
  const hasColumns = columns !== undefined && columns.length > 0;
  return [
    ['forwarding', {}],
    ...(hasColumns ? ([['column rules', { ...rest, columns }]] as const) : []),
    ...(detect === undefined ? [] : ([['detection', { ...rest, detect }]] as const)),
    ...(hasColumns && detect !== undefined ? ([['all rules', masking]] as const) : []),
  ];
}

async function openSession(
  masking: MaskingOptions,
  { limits, budget }: SidecarConfig,
  stream: RowStream,
): Promise<ReturnType<typeof openResultset>> {
  return openResultset(await createMasker({ masking, limits, budget }), stream);
}
