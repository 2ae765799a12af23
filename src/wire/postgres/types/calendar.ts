const MS_PER_DAY = 86_400_000;

/** PostgreSQL counts days and microseconds from 2000-01-01; JavaScript from 1970-01-01. */
const EPOCH_MS: number = Date.UTC(2000, 0, 1);

/**
 * Days since 2000-01-01 as `YYYY-MM-DD`, with ` BC` behind years before 1.
 *
 * @returns `undefined` outside of what a calendar of 64-bit floats can say.
 */
export function formatDay(days: number): { readonly date: string; readonly suffix: string } | undefined {
  const date = new Date(EPOCH_MS + days * MS_PER_DAY);
  const year = date.getUTCFullYear();
  if (Number.isNaN(year)) return undefined;
  const shownYear = String(year > 0 ? year : 1 - year).padStart(4, '0');
  const month = String(date.getUTCMonth() + 1).padStart(2, '0');
  const day = String(date.getUTCDate()).padStart(2, '0');
  return { date: `${shownYear}-${month}-${day}`, suffix: year > 0 ? '' : ' BC' };
}

/** @returns Days since 2000-01-01, or `undefined` when there is no such day. */
export function parseDay(
  year: number,
  month: number,
  day: number,
  isBeforeChrist: boolean,
): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(isBeforeChrist ? 1 - year : year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return (date.getTime() - EPOCH_MS) / MS_PER_DAY;
}

/** Microseconds of a day as `HH:MM:SS[.ffffff]`, fraction without trailing zeros. */
export function formatTimeOfDay(microseconds: bigint): string {
  const seconds = microseconds / 1_000_000n;
  const fraction = (microseconds % 1_000_000n).toString().padStart(6, '0').replace(/0+$/, '');
  const two = (value: bigint): string => value.toString().padStart(2, '0');
  const clock = `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`;
  return fraction === '' ? clock : `${clock}.${fraction}`;
}

/** Matches `HH:MM:SS[.ffffff]`: four groups; the hours may be any number, as in an interval. */
export const TIME_OF_DAY_SOURCE: string = String.raw`(\d{2,10}):([0-5]\d):([0-5]\d)(?:\.(\d{1,6}))?`;

/** @returns Microseconds of the four groups of `TIME_OF_DAY_SOURCE`. */
export function parseTimeOfDay(
  hours: string | undefined,
  minutes: string | undefined,
  seconds: string | undefined,
  fraction: string | undefined,
): bigint {
  const total = (BigInt(hours ?? 0) * 60n + BigInt(minutes ?? 0)) * 60n + BigInt(seconds ?? 0);
  return total * 1_000_000n + BigInt((fraction ?? '').padEnd(6, '0'));
}
