import { cutText } from './cut-text.ts';
import type { ValueKind } from './masker.ts';

const BOOLEANS: ReadonlyMap<string, string> = new Map([
  ['t', 't'],
  ['true', 't'],
  ['f', 'f'],
  ['false', 'f'],
]);
const DATE = String.raw`(\d{4})-(\d\d)-(\d\d)`;
const TIME = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?`;
const ZONE = String.raw`[+-](?:0\d|1[0-4])(?::[0-5]\d)?`;
const DATE_ONLY = new RegExp(`^${DATE}$`);
const INTERVAL = new RegExp(`^-?${TIME}$`);
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
// C0 controls other than tab, line feed and carriage return are not XML characters.
// https://www.w3.org/TR/xml/#charsets
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const XML_MARKUP = /[<&\u0000-\u0008\u000b\u000c\u000e-\u001f]/;

/**
 * A fixed string as a value of this kind, in canonical text.
 *
 * Text is cut to the column's length, other text is a JSON string in a document and UTF-8 in binary.
 *
 * @returns `null` when the kind cannot hold the string.
 */
export function canonicalOfKind(value: string, kind: ValueKind): string | null {
  switch (kind.kind) {
    case 'text':
      return cutText(value, kind.lengthMax);
    case 'boolean':
      return BOOLEANS.get(value.toLowerCase()) ?? null;
    case 'integer':
      return canonicalInteger(value, kind.bits, kind.isSigned);
    case 'float':
      return FLOAT.test(value) && Number.isFinite(Math.fround(Number(value))) ? String(Number(value)) : null;
    case 'decimal':
      return canonicalDecimal(value, kind.precision, kind.scale);
    case 'money':
      return canonicalMoney(value);
    case 'bytes':
      if (/^\\x(?:[0-9a-fA-F]{2})*$/.test(value)) return value.toLowerCase();
      return '\\x' + Buffer.from(value).toString('hex');
    case 'uuid':
      return whenMatches(value.toLowerCase(), /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    case 'json':
      return isJson(value) ? value : JSON.stringify(value);
    case 'xml':
      return XML_MARKUP.test(value) ? null : value;
    case 'date':
      return isDate(value, DATE_ONLY) ? value : null;
    case 'time':
      return whenMatches(value, new RegExp(`^${TIME}${kind.hasZone ? ZONE : ''}$`));
    case 'timestamp':
      return isDate(value, new RegExp(`^${DATE} ${TIME}${kind.hasZone ? ZONE : ''}$`)) ? value : null;
    case 'interval':
      return whenMatches(value, INTERVAL);
    case 'network':
      return canonicalNetwork(value, kind.family);
    case 'bits':
      return canonicalBits(value, kind.length, kind.isVarying);
    case 'point':
      return whenMatches(value.replaceAll(' ', ''), /^\([+-]?\d+(?:\.\d+)?,[+-]?\d+(?:\.\d+)?\)$/);
    case 'tsvector':
      return whenMatches(value, /^(?:'[^'\\\0]+'(?: '[^'\\\0]+')*)?$/);
    case 'enumeration':
      return kind.labels.includes(value) ? value : null;
    case 'unknown':
      return null;
    default:
      return kind satisfies never;
  }
}

function whenMatches(value: string, pattern: RegExp): string | null {
  return pattern.test(value) ? value : null;
}

function canonicalInteger(value: string, bits: number, isSigned: boolean): string | null {
  if (!/^[+-]?\d{1,20}$/.test(value)) return null;
  const number = BigInt(value.startsWith('+') ? value.slice(1) : value);
  const max = isSigned ? 2n ** BigInt(bits - 1) - 1n : 2n ** BigInt(bits) - 1n;
  const min = isSigned ? -max - 1n : 0n;
  return number >= min && number <= max ? number.toString() : null;
}

function canonicalDecimal(
  value: string,
  precision: number | undefined,
  scale: number | undefined,
): string | null {
  const parts = /^([+-]?)0*?(0|[1-9]\d{0,999})(?:\.(\d{1,1000}))?$/.exec(value);
  if (parts === null) return null;
  const sign = parts[1] === '-' ? '-' : '';
  const whole = parts[2] as string;
  const fraction = parts[3] ?? '';
  if (precision !== undefined) {
    const digitsBefore = whole === '0' ? 0 : whole.length;
    if (fraction.length > Math.max(scale ?? 0, 0) || digitsBefore > precision - (scale ?? 0)) return null;
    // A negative scale or one above the precision leaves few legal values: only zero is surely one.
    if (((scale ?? 0) < 0 || (scale ?? 0) > precision) && /[1-9]/.test(whole + fraction)) return null;
  }
  return sign + whole + (fraction === '' ? '' : `.${fraction}`);
}

function canonicalMoney(value: string): string | null {
  const parts = /^(-?)\$?0*(\d{1,16}?)(?:\.(\d\d))?$/.exec(value);
  if (parts === null) return null;
  const whole = (parts[2] as string).replace(/\B(?=(?:\d{3})+$)/g, ',');
  return `${parts[1]}$${whole}.${parts[3] ?? '00'}`;
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function isDate(value: string, pattern: RegExp): boolean {
  const parts = pattern.exec(value);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function canonicalNetwork(value: string, family: 'inet' | 'cidr' | 'macaddr' | 'macaddr8'): string | null {
  if (family === 'macaddr') return whenMatches(value.toLowerCase(), /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/);
  if (family === 'macaddr8') return whenMatches(value.toLowerCase(), /^[0-9a-f]{2}(?::[0-9a-f]{2}){7}$/);
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(value);
  // IPv6 addresses are left to the protocol layer, which reads them into bits.
  if (parts === null) return whenMatches(value.toLowerCase(), /^[0-9a-f:]*:[0-9a-f:.]*(?:\/\d{1,3})?$/);
  if (parts.slice(1, 5).some((octet) => Number(octet) > 255) || Number(parts[5] ?? 0) > 32) return null;
  return family === 'cidr' && parts[5] === undefined ? `${value}/32` : value;
}

function canonicalBits(value: string, length: number | undefined, isVarying: boolean): string | null {
  if (!/^[01]*$/.test(value)) return null;
  if (length !== undefined && (isVarying ? value.length > length : value.length !== length)) return null;
  return value;
}
