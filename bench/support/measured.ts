/** One number of a run. */
export interface Measured {
  /** `group/what`; stable, floors and comparisons go by it. */
  readonly name: string;
  readonly value: number;
  readonly unit: 'rules' | 'values' | 'req/s' | 'MB/s' | 'us' | 'ms' | 'MB' | 'ns' | 's/GB';
  /** `value` as a share of what `to` names in the same run. */
  readonly ratio?: number;
  readonly to?: string;
}

/** What a run must reach, by the name of a number. */
export interface Floors {
  /** Lowest accepted ratio. */
  readonly ratioMin: Readonly<Record<string, number>>;
  /** Highest accepted value, in the number's own unit. */
  readonly valueMax: Readonly<Record<string, number>>;
}

/** @returns One sentence per number beyond its bound. Numbers that were not measured are not judged. */
export function judge(measured: readonly Measured[], floors: Floors): string[] {
  const failures: string[] = [];
  for (const { name, value, unit, ratio, to } of measured) {
    const ratioMin = floors.ratioMin[name];
    if (ratioMin !== undefined && !((ratio ?? Number.NaN) >= ratioMin)) {
      failures.push(
        `${name}: ratio ${ratio?.toFixed(3) ?? '-'} to ${to ?? '-'} is below the floor ${ratioMin}`,
      );
    }
    const valueMax = floors.valueMax[name];
    if (valueMax !== undefined && !(value <= valueMax)) {
      failures.push(`${name}: ${value.toFixed(1)} ${unit} is above the ceiling ${valueMax} ${unit}`);
    }
  }
  return failures;
}

/** @returns The numbers as a table. */
export function renderTable(measured: readonly Measured[]): string {
  return measured
    .map(({ name, value, unit, ratio, to }) => {
      const share = ratio === undefined ? '' : `${ratio.toFixed(3)} of ${to ?? '-'}`;
      const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
      return `${name.padEnd(44)}${value.toFixed(digits).padStart(10)} ${unit.padEnd(5)} ${share}`.trimEnd();
    })
    .join('\n');
}
