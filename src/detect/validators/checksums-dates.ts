import { isDate } from './checksums.ts';
import type { Compact } from './compact.ts';

/** Whether `yymmdd` stands at `at` and is a day of the 20th or 21st century. */
export function isShortDate(c: Compact, at: number): boolean {
  if (!c.isDigits(at, at + 6)) return false;
  const year = c.number(at, at + 2);
  const month = c.number(at + 2, at + 4);
  const day = c.number(at + 4, at + 6);
  // Leap years are the same in both, except that 1900 was none.
  return isDate(2000 + year, month, day);
}

/** Whether `yyyymmdd` stands at `at` and is a day from 1850 to 2099. */
export function isLongDate(c: Compact, at: number): boolean {
  if (!c.isDigits(at, at + 8)) return false;
  const year = c.number(at, at + 4);
  return year >= 1850 && year <= 2099 && isDate(year, c.number(at + 4, at + 6), c.number(at + 6, at + 8));
}
