import { readFile } from 'node:fs/promises';
import { BenchError } from './bench-error.ts';
import { type BenchResult, COPY } from './bench-result.ts';

/**
 * A ratio may fall this share below the baseline's: twice what repeated runs differ by on a machine
 * that does other work as well.
 */
export const BASELINE_MARGIN = 0.15;

type Ratios = ReadonlyMap<string, number>;

/** @returns One sentence per path that is below the floor. */
export function belowFloor(result: BenchResult, floor: number): string[] {
  return [...ratiosOf(result)]
    .filter(([, ratio]) => ratio < floor)
    .map(([path, ratio]) => `${path}: ratio to copy ${ratio.toFixed(3)} is below the floor ${floor}`);
}

/** @returns One sentence per path that is slower than the baseline by more than `BASELINE_MARGIN`. */
export function belowBaseline(result: BenchResult, baseline: Ratios): string[] {
  const margin = `${BASELINE_MARGIN * 100} %`;
  const sentences: string[] = [];
  for (const [path, ratio] of ratiosOf(result)) {
    const before = baseline.get(path);
    if (before === undefined || ratio >= before * (1 - BASELINE_MARGIN)) continue;
    const fall = `${ratio.toFixed(3)}, the baseline ${before.toFixed(3)}`;
    sentences.push(`${path}: ratio to copy is ${fall}: more than ${margin} below`);
  }
  return sentences;
}

/**
 * Reads what `wiremask bench --json` printed before.
 *
 * @throws {BenchError} When the file is missing or is something else.
 */
export async function readBaseline(file: string): Promise<Ratios> {
  let result: unknown;
  try {
    result = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BenchError(
      `baseline ${file} ${code === undefined ? 'is not JSON' : `cannot be read (${code})`}`,
    );
  }
  if (!isResult(result)) throw new BenchError(`baseline ${file} was not made by wiremask bench --json`);
  return ratiosOf(result);
}

function ratiosOf(result: BenchResult): Ratios {
  const ratios = result.listeners.flatMap(({ listener, paths }) =>
    paths
      .filter(({ name }) => name !== COPY)
      .map(({ name, ratio }) => [`${listener}, ${name}`, ratio] as const),
  );
  return new Map(ratios);
}

function isResult(value: unknown): value is BenchResult {
  const isRecord = (item: unknown): item is Record<string, unknown> =>
    typeof item === 'object' && item !== null && !Array.isArray(item);
  const all = (items: unknown, test: (item: unknown) => boolean): boolean =>
    Array.isArray(items) && items.length > 0 && items.every(test);
  const isPath = (path: unknown): boolean =>
    isRecord(path) && typeof path['name'] === 'string' && Number.isFinite(path['ratio']);
  const isListener = (listener: unknown): boolean =>
    isRecord(listener) && typeof listener['listener'] === 'string' && all(listener['paths'], isPath);
  return isRecord(value) && value['format'] === 1 && all(value['listeners'], isListener);
}
