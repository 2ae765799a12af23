import type { ListenerSummary } from '../admin/metrics.ts';

/** Rules named in a summary line; the rest is one number. */
const RULES_MAX = 12;

/** One line per listener: what it did, by counts. */
export function renderSummary(summaries: readonly ListenerSummary[]): string {
  return summaries.map((summary) => renderLine(summary) + '\n').join('');
}

function renderLine(summary: ListenerSummary): string {
  const latency =
    summary.latencyP50 === undefined
      ? 'latency not measured'
      : `latency p50 ${milliseconds(summary.latencyP50)}, p99 ${milliseconds(summary.latencyP99 ?? 0)}`;
  return [
    `${summary.listener}: ${counted(summary.connections, 'connection')}`,
    counted(summary.rows, 'row'),
    masked(summary.masked),
    `${counted(summary.refused, 'statement')} refused`,
    `${counted(summary.failedClosed, 'value')} failed closed`,
    counted(summary.errors, 'error'),
    latency,
  ].join(', ');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function masked(byRule: ListenerSummary['masked']): string {
  const total = byRule.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return '0 cells masked';
  const named = byRule.slice(0, RULES_MAX).map(([rule, count]) => `${rule} ${count}`);
  const others = byRule.slice(RULES_MAX).reduce((sum, [, count]) => sum + count, 0);
  if (others > 0) named.push(`others ${others}`);
  return `${counted(total, 'cell')} masked (${named.join(', ')})`;
}

function milliseconds(seconds: number): string {
  const value = seconds * 1000;
  return `${value < 10 ? value.toPrecision(2) : value.toFixed(0)} ms`;
}
