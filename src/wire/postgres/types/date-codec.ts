import { formatDay, parseDay } from './calendar.ts';
import { malformedValue, type ValueCodec, viewOfSize } from './value-codec.ts';

const INFINITY_DAYS = 0x7fffffff;
const MINUS_INFINITY_DAYS = -0x80000000;

/** date: int32 days since 2000-01-01; text in ISO 8601. */
export const dateCodec: ValueCodec = {
  toText(binary: Uint8Array): string {
    const days = viewOfSize(binary, 4, 'date').getInt32(0);
    if (days === INFINITY_DAYS) return 'infinity';
    if (days === MINUS_INFINITY_DAYS) return '-infinity';
    const formatted = formatDay(days);
    if (formatted === undefined) throw malformedValue('date');
    return formatted.date + formatted.suffix;
  },
  fromText(text: string): Uint8Array {
    const output = new Uint8Array(4);
    new DataView(output.buffer).setInt32(0, parseDateText(text));
    return output;
  },
};

function parseDateText(text: string): number {
  if (text === 'infinity') return INFINITY_DAYS;
  if (text === '-infinity') return MINUS_INFINITY_DAYS;
  const parts = /^(\d{4,7})-(\d\d)-(\d\d)( BC)?$/.exec(text);
  const days =
    parts === null
      ? undefined
      : parseDay(Number(parts[1]), Number(parts[2]), Number(parts[3]), parts[4] !== undefined);
  if (days === undefined) throw malformedValue('date');
  return days;
}
