import { malformedValue, type ValueCodec } from './value-codec.ts';

// int16 digit count, int16 weight (power of 10,000 of the first digit), uint16 sign, int16 display scale,
// then the digits in base 10,000.
// https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/numeric.c (numeric_send)
const HEADER_SIZE = 8;
const SIGNS: ReadonlyMap<number, string> = new Map([
  [0x0000, ''],
  [0x4000, '-'],
]);
const SPECIAL: ReadonlyMap<number, string> = new Map([
  [0xc000, 'NaN'],
  [0xd000, 'Infinity'],
  [0xf000, '-Infinity'],
]);
const SPECIAL_SIGNS: ReadonlyMap<string, number> = new Map([...SPECIAL].map(([sign, text]) => [text, sign]));
// NUMERIC_DSCALE_MAX of the server.
const SCALE_MAX = 0x3fff;
// Digits before the point of the largest numeric the server holds.
const WHOLE_DIGITS_MAX = 131_072;

/** numeric: exact decimals with NaN and both infinities. */
export const numericCodec: ValueCodec = { toText: decodeNumeric, fromText: encodeNumeric };

function decodeNumeric(binary: Uint8Array): string {
  if (binary.length < HEADER_SIZE) throw malformedValue('numeric');
  const view = new DataView(binary.buffer, binary.byteOffset, binary.length);
  const count = view.getInt16(0);
  const weight = view.getInt16(2);
  const special = SPECIAL.get(view.getUint16(4));
  if (special !== undefined) return special;
  const sign = SIGNS.get(view.getUint16(4));
  const scale = view.getUint16(6);
  if (sign === undefined || scale > SCALE_MAX || count < 0 || binary.length !== HEADER_SIZE + count * 2) {
    throw malformedValue('numeric');
  }
  const digitAt = (index: number): string => {
    if (index < 0 || index >= count) return '0000';
    const digit = view.getUint16(HEADER_SIZE + index * 2);
    if (digit > 9999) throw malformedValue('numeric');
    return String(digit).padStart(4, '0');
  };
  let whole = '';
  for (let index = 0; index <= weight; index++) whole += digitAt(index);
  let fraction = '';
  for (let index = weight + 1; fraction.length < scale; index++) fraction += digitAt(index);
  whole = whole.replace(/^0+(?=\d)/, '') || '0';
  return scale === 0 ? sign + whole : `${sign}${whole}.${fraction.slice(0, scale)}`;
}

function encodeNumeric(text: string): Uint8Array {
  const special = SPECIAL_SIGNS.get(text);
  if (special !== undefined) return numericBytes([], 0, special, 0);
  const parts = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (parts === null) throw malformedValue('numeric');
  const whole = parts[2] as string;
  const fraction = parts[3] ?? '';
  if (whole.length > WHOLE_DIGITS_MAX || fraction.length > SCALE_MAX) throw malformedValue('numeric');
  const wholeDigits = whole.padStart(Math.ceil(whole.length / 4) * 4, '0');
  const allDigits = wholeDigits + fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0');
  const digits: number[] = [];
  for (let at = 0; at < allDigits.length; at += 4) digits.push(Number(allDigits.slice(at, at + 4)));
  let weight = wholeDigits.length / 4 - 1;
  let first = 0;
  while (first < digits.length && digits[first] === 0) first++;
  weight -= first;
  let end = digits.length;
  while (end > first && digits[end - 1] === 0) end--;
  const significant = digits.slice(first, end);
  if (significant.length === 0) weight = 0;
  const isNegative = parts[1] === '-' && significant.length > 0;
  return numericBytes(significant, weight, isNegative ? 0x4000 : 0, fraction.length);
}

function numericBytes(digits: readonly number[], weight: number, sign: number, scale: number): Uint8Array {
  const output = new Uint8Array(HEADER_SIZE + digits.length * 2);
  const view = new DataView(output.buffer);
  view.setInt16(0, digits.length);
  view.setInt16(2, weight);
  view.setUint16(4, sign);
  view.setUint16(6, scale);
  digits.forEach((digit, index) => {
    view.setUint16(HEADER_SIZE + index * 2, digit);
  });
  return output;
}
