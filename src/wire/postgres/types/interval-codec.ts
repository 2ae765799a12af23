import { formatTimeOfDay, parseTimeOfDay, TIME_OF_DAY_SOURCE } from './calendar.ts';
import { malformedValue, type ValueCodec, viewOfSize } from './value-codec.ts';

const PATTERN = new RegExp(
  String.raw`^(?:([+-]?\d+) years?)? ?(?:([+-]?\d+) mons?)? ?(?:([+-]?\d+) days?)? ?` +
    `(?:([+-]?)${TIME_OF_DAY_SOURCE})?$`,
);

/** interval: int64 microseconds, int32 days, int32 months; text in IntervalStyle postgres. */
export const intervalCodec: ValueCodec = {
  toText(binary: Uint8Array): string {
    const view = viewOfSize(binary, 16, 'interval');
    const microseconds = view.getBigInt64(0);
    const days = view.getInt32(8);
    const months = view.getInt32(12);
    const parts: string[] = [];
    // A positive part behind a negative one is written with its sign.
    const add = (count: number, unit: string): void => {
      if (count === 0) return;
      const sign = count > 0 && parts.at(-1)?.startsWith('-') ? '+' : '';
      parts.push(`${sign}${count} ${unit}${count === 1 ? '' : 's'}`);
    };
    add(Math.trunc(months / 12), 'year');
    add(months % 12, 'mon');
    add(days, 'day');
    if (microseconds !== 0n || parts.length === 0) {
      const sign = microseconds < 0n ? '-' : parts.at(-1)?.startsWith('-') ? '+' : '';
      parts.push(sign + formatTimeOfDay(microseconds < 0n ? -microseconds : microseconds));
    }
    return parts.join(' ');
  },
  fromText(text: string): Uint8Array {
    const parts = text === '' ? null : PATTERN.exec(text);
    if (parts === null) throw malformedValue('interval');
    const time = parseTimeOfDay(parts[5], parts[6], parts[7], parts[8]);
    const months = Number(parts[1] ?? 0) * 12 + Number(parts[2] ?? 0);
    const days = Number(parts[3] ?? 0);
    if ((months | 0) !== months || (days | 0) !== days) throw malformedValue('interval');
    const output = new Uint8Array(16);
    const view = new DataView(output.buffer);
    view.setBigInt64(0, parts[4] === '-' ? -time : time);
    view.setInt32(8, days);
    view.setInt32(12, months);
    return output;
  },
};
