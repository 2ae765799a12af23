import { formatDay, formatTimeOfDay, parseDay, parseTimeOfDay, TIME_OF_DAY_SOURCE } from './calendar.ts';
import { malformedValue, type ValueCodec, viewOfSize } from './value-codec.ts';

const DAY_MICROSECONDS = 86_400_000_000n;
const INFINITY_MICROSECONDS = 2n ** 63n - 1n;
const MINUS_INFINITY_MICROSECONDS = -(2n ** 63n);

function createTimestampCodec(name: 'timestamp' | 'timestamptz'): ValueCodec {
  const zone = name === 'timestamptz' ? String.raw`([+-]\d\d)(?::(\d\d))?` : '()()';
  const pattern = new RegExp(String.raw`^(\d{4,7})-(\d\d)-(\d\d) ${TIME_OF_DAY_SOURCE}${zone}( BC)?$`);
  return {
    toText(binary: Uint8Array): string {
      const microseconds = viewOfSize(binary, 8, name).getBigInt64(0);
      if (microseconds === INFINITY_MICROSECONDS) return 'infinity';
      if (microseconds === MINUS_INFINITY_MICROSECONDS) return '-infinity';
      const timeOfDay = ((microseconds % DAY_MICROSECONDS) + DAY_MICROSECONDS) % DAY_MICROSECONDS;
      const day = formatDay(Number((microseconds - timeOfDay) / DAY_MICROSECONDS));
      if (day === undefined) throw malformedValue(name);
      const shownZone = name === 'timestamptz' ? '+00' : '';
      return `${day.date} ${formatTimeOfDay(timeOfDay)}${shownZone}${day.suffix}`;
    },
    fromText(text: string): Uint8Array {
      const output = new Uint8Array(8);
      new DataView(output.buffer).setBigInt64(0, parseTimestamp(text, pattern, name));
      return output;
    },
  };
}

function parseTimestamp(text: string, pattern: RegExp, name: string): bigint {
  if (text === 'infinity') return INFINITY_MICROSECONDS;
  if (text === '-infinity') return MINUS_INFINITY_MICROSECONDS;
  const parts = pattern.exec(text);
  if (parts === null) throw malformedValue(name);
  const day = parseDay(Number(parts[1]), Number(parts[2]), Number(parts[3]), parts[10] !== undefined);
  const timeOfDay = parseTimeOfDay(parts[4], parts[5], parts[6], parts[7]);
  if (day === undefined || timeOfDay > DAY_MICROSECONDS) throw malformedValue(name);
  return BigInt(day) * DAY_MICROSECONDS + timeOfDay - zoneMicroseconds(parts[8], parts[9]);
}

function zoneMicroseconds(hours: string | undefined, minutes: string | undefined): bigint {
  if (hours === undefined || hours === '') return 0n;
  const total = Math.abs(Number(hours)) * 60 + Number(minutes || 0);
  return BigInt(hours.startsWith('-') ? -total : total) * 60_000_000n;
}

/** timestamp: int64 microseconds since 2000-01-01 00:00:00; text in ISO 8601 with a space. */
export const timestampCodec: ValueCodec = createTimestampCodec('timestamp');
/** timestamptz: as timestamp, in UTC; its text is always in UTC too. */
export const timestampWithZoneCodec: ValueCodec = createTimestampCodec('timestamptz');
