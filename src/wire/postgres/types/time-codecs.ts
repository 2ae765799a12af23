import { formatTimeOfDay, parseTimeOfDay, TIME_OF_DAY_SOURCE } from './calendar.ts';
import { malformedValue, type ValueCodec, viewOfSize } from './value-codec.ts';

// 24:00:00 is a time of day to PostgreSQL.
const DAY_MICROSECONDS = 86_400_000_000n;
const ZONE_SOURCE = String.raw`([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?`;
const TIME = new RegExp(`^${TIME_OF_DAY_SOURCE}$`);
const TIME_WITH_ZONE = new RegExp(`^${TIME_OF_DAY_SOURCE}${ZONE_SOURCE}$`);

/** time: int64 microseconds since midnight. */
export const timeCodec: ValueCodec = {
  toText: (binary: Uint8Array) => timeText(viewOfSize(binary, 8, 'time').getBigInt64(0)),
  fromText(text: string): Uint8Array {
    const parts = TIME.exec(text);
    if (parts === null) throw malformedValue('time');
    const output = new Uint8Array(8);
    new DataView(output.buffer).setBigInt64(0, timeOf(parts));
    return output;
  },
};

/** timetz: int64 microseconds since midnight, int32 seconds west of Greenwich. */
export const timeWithZoneCodec: ValueCodec = {
  toText(binary: Uint8Array): string {
    const view = viewOfSize(binary, 12, 'timetz');
    return timeText(view.getBigInt64(0)) + zoneText(view.getInt32(8));
  },
  fromText(text: string): Uint8Array {
    const parts = TIME_WITH_ZONE.exec(text);
    if (parts === null) throw malformedValue('timetz');
    const output = new Uint8Array(12);
    const view = new DataView(output.buffer);
    view.setBigInt64(0, timeOf(parts));
    const seconds = Number(parts[6]) * 3600 + Number(parts[7] ?? 0) * 60 + Number(parts[8] ?? 0);
    view.setInt32(8, parts[5] === '+' ? -seconds : seconds);
    return output;
  },
};

function timeText(microseconds: bigint): string {
  if (microseconds < 0n || microseconds > DAY_MICROSECONDS) throw malformedValue('time');
  return formatTimeOfDay(microseconds);
}

function timeOf(parts: RegExpExecArray): bigint {
  const microseconds = parseTimeOfDay(parts[1], parts[2], parts[3], parts[4]);
  if (microseconds > DAY_MICROSECONDS) throw malformedValue('time');
  return microseconds;
}

function zoneText(secondsWest: number): string {
  const total = Math.abs(secondsWest);
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.trunc(total / 60) % 60;
  const seconds = total % 60;
  const tail = seconds > 0 ? `:${two(minutes)}:${two(seconds)}` : minutes > 0 ? `:${two(minutes)}` : '';
  return `${secondsWest > 0 ? '-' : '+'}${two(Math.trunc(total / 3600))}${tail}`;
}
