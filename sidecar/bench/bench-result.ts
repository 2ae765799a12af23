import type { PathResult } from './measure.ts';

/** What was measured with the rules of one listener. */
export interface ListenerResult {
  readonly listener: string;
  readonly sample: {
    readonly source: string;
    readonly rows: number;
    readonly columns: number;
    /** Bytes of one row on the wire, on average. */
    readonly rowSize: number;
  };
  /** Rules that no column of the sample meets: they are not part of the measurement. */
  readonly unmetRules: readonly string[];
  /** The copy first. */
  readonly paths: readonly PathResult[];
}

/** The whole result, as `--json` prints it and `--baseline` reads it. */
export interface BenchResult {
  /** Version of this form. */
  readonly format: 1;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly listeners: readonly ListenerResult[];
}

/** The path that others are compared with: the same bytes copied by a loop. */
export const COPY = 'copy';

/** Text for people. */
export function renderResult(result: BenchResult): string {
  const lines = [`${result.cpu}, Node ${result.node}, ${result.platform}`];
  for (const { listener, sample, unmetRules, paths } of result.listeners) {
    const rows = `${sample.rows} rows of ${sample.rowSize.toFixed(0)} bytes in ${sample.columns} columns`;
    lines.push('', `listener ${listener}: ${rows} (${sample.source})`);
    lines.push(row(['', 'MB/s', 'rows/s', 'p50 us', 'p99 us', 'ratio to copy']));
    for (const path of paths) {
      lines.push(
        row([
          path.name,
          path.megabytesPerSecond.toFixed(0),
          path.rowsPerSecond.toFixed(0),
          path.messageP50Us.toFixed(2),
          path.messageP99Us.toFixed(2),
          path.ratio.toFixed(3),
        ]),
      );
    }
    if (unmetRules.length > 0) {
      lines.push(`  not measured, no column of the sample meets them: ${unmetRules.join(', ')}`);
    }
  }
  lines.push('', 'copy: the same bytes copied in a loop, one by one. p50, p99: one row that arrives alone.');
  return lines.join('\n') + '\n';
}

function row([name, ...numbers]: readonly string[]): string {
  return `  ${(name ?? '').padEnd(16)}${numbers.map((text) => text.padStart(14)).join('')}`.trimEnd();
}
