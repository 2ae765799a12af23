/** @returns The value below which this share of the values lies; `NaN` without any. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** @returns The middle of the values. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** @returns Elementwise `left / right`: each round is compared with its own neighbour in time. */
export function ratios(left: readonly number[], right: readonly number[]): number[] {
  return left.map((value, index) => value / (right[index] ?? Number.NaN));
}
