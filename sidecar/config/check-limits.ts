import { isBlock } from './check-masking.ts';
import type { Report } from './problem.ts';

/** Pairs of which the first can never be reached when it is larger than the second. */
const CONTAINED: readonly (readonly [string, string, string])[] = [
  ['limits', 'valueSizeMax', 'messageSizeMax'],
  ['budget', 'workPerValueMax', 'workPerMessageMax'],
];

/** Reports limits that others make unreachable. Defaults follow what is set, so only written ones count. */
export function checkLimits(data: Readonly<Record<string, unknown>>, report: Report): void {
  for (const [block, inner, outer] of CONTAINED) {
    const limits = data[block];
    if (!isBlock(limits)) continue;
    const [size, max] = [limits[inner], limits[outer]];
    if (typeof size !== 'number' || typeof max !== 'number' || size <= max) continue;
    const reason = `${size} can never be reached, since ${outer} is ${max}`;
    const message = `${reason}: lower ${inner} or raise ${outer}`;
    report({ at: [block, inner], message });
  }
}
