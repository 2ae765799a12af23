import { cutText } from './cut-text.ts';
import type { ValueKind } from './masker.ts';

// Beyond this a bit string of zeros would be larger than any value worth standing in for.
const BIT_LENGTH_MAX = 1_048_576;

/**
 * The constant that stands for a redacted value of this kind, as canonical text.
 *
 * Kinds that can hold the label hold it; the others get their zero, which every client can parse.
 *
 * @param label - As `redactionLabel` gives it; may be any text.
 * @returns `null` where every legal value would look like data: enumerations and unknown types.
 */
export function constantOfKind(kind: ValueKind, label: string): string | null {
  switch (kind.kind) {
    case 'text':
      return cutText(label, kind.lengthMax);
    case 'boolean':
      return 'f';
    case 'integer':
    case 'float':
    case 'decimal':
      return '0';
    case 'money':
      return '$0.00';
    case 'bytes':
      return '\\x' + Buffer.from(label).toString('hex');
    case 'uuid':
      return '00000000-0000-0000-0000-000000000000';
    case 'json':
      return JSON.stringify(label);
    case 'xml':
      return '<masked/>';
    case 'date':
      return '1970-01-01';
    case 'time':
      return kind.hasZone ? '00:00:00+00' : '00:00:00';
    case 'timestamp':
      return kind.hasZone ? '1970-01-01 00:00:00+00' : '1970-01-01 00:00:00';
    case 'interval':
      return '00:00:00';
    case 'network':
      return NETWORK_CONSTANTS[kind.family];
    case 'bits':
      return zeroBits(kind.isVarying ? 1 : (kind.length ?? 1));
    case 'point':
      return '(0,0)';
    case 'tsvector':
      return label === '' ? '' : `'${label.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
    case 'enumeration':
    case 'unknown':
      return null;
    default:
      return kind satisfies never;
  }
}

const NETWORK_CONSTANTS = {
  inet: '0.0.0.0',
  cidr: '0.0.0.0/32',
  macaddr: '00:00:00:00:00:00',
  macaddr8: '00:00:00:00:00:00:00:00',
} as const;

function zeroBits(length: number): string | null {
  return length <= BIT_LENGTH_MAX ? '0'.repeat(length) : null;
}
