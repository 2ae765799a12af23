/** Upper bounds in seconds of the published histogram: 10 microseconds to 1 second. */
export const LATENCY_BOUNDS: readonly number[] = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
  0.5, 1,
];

// 32 steps per decade: two neighbours differ by 7.5 %, the error of a quantile.
const STEPS_PER_DECADE = 32;
const LOWEST_DECADE = -7;
const DECADES = 9;

/**
 * Counts durations without allocating, in two resolutions: the coarse buckets that are published,
 * and a fine logarithmic scale (0.1 microseconds to 100 seconds) for quantiles.
 */
export class LatencyHistogram {
  /** Observations so far. */
  count = 0;
  /** Sum of all observations, in seconds. */
  sum = 0;
  /** Observations per entry of `LATENCY_BOUNDS`, not cumulative; the last is everything above. */
  readonly buckets: Float64Array = new Float64Array(LATENCY_BOUNDS.length + 1);
  private readonly fine: Float64Array = new Float64Array(STEPS_PER_DECADE * DECADES);

  /** Takes one duration in seconds; what is not a duration (negative, not a number) counts as zero. */
  observe(seconds: number): void {
    const value = Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
    this.count += 1;
    this.sum += value;
    let bucket = 0;
    while (bucket < LATENCY_BOUNDS.length && value > (LATENCY_BOUNDS[bucket] as number)) bucket += 1;
    this.buckets[bucket] = (this.buckets[bucket] as number) + 1;
    const step = Math.ceil((Math.log10(value) - LOWEST_DECADE) * STEPS_PER_DECADE);
    const index = Math.min(this.fine.length - 1, Math.max(0, step));
    this.fine[index] = (this.fine[index] as number) + 1;
  }

  /**
   * @param share - 0.5 for the median, 0.99 for the 99th percentile.
   * @returns Seconds, at most 7.5 % above the true quantile; `undefined` without observations.
   */
  quantile(share: number): number | undefined {
    if (this.count === 0) return undefined;
    const rank = Math.max(1, Math.ceil(share * this.count));
    let seen = 0;
    let index = 0;
    for (; index < this.fine.length - 1; index++) {
      seen += this.fine[index] as number;
      if (seen >= rank) break;
    }
    return 10 ** (index / STEPS_PER_DECADE + LOWEST_DECADE);
  }
}
