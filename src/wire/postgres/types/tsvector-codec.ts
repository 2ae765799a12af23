import { isUtf8 } from 'node:buffer';
import { malformedValue, type ValueCodec } from './value-codec.ts';

// int32 lexeme count, then per lexeme: zero-terminated text, uint16 position count, uint16 positions
// (two bits of weight, 14 of position).
// https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/tsvector.c (tsvectorsend)
const WEIGHTS = ['', 'C', 'B', 'A'] as const;
const ITEM = /'((?:[^'\\]|''|\\\\)*)'(?::(\d{1,5}[ABC]?(?:,\d{1,5}[ABC]?)*))?(?: |$)/y;

/** tsvector: lexemes with their positions. */
export const tsvectorCodec: ValueCodec = { toText: decodeTsvector, fromText: encodeTsvector };

function decodeTsvector(binary: Uint8Array): string {
  const bytes = Buffer.from(binary.buffer, binary.byteOffset, binary.length);
  if (bytes.length < 4) throw malformedValue('tsvector');
  const items: string[] = [];
  let at = 4;
  for (let count = bytes.readInt32BE(0); count > 0; count--) {
    const end = bytes.indexOf(0, at);
    if (end < 0 || end + 3 > bytes.length || !isUtf8(bytes.subarray(at, end)))
      throw malformedValue('tsvector');
    const lexeme = bytes.toString('utf8', at, end).replaceAll('\\', '\\\\').replaceAll("'", "''");
    const positions = bytes.readUInt16BE(end + 1);
    at = end + 3;
    if (at + positions * 2 > bytes.length) throw malformedValue('tsvector');
    const shown: string[] = [];
    for (let index = 0; index < positions; index++, at += 2) {
      const position = bytes.readUInt16BE(at);
      shown.push(`${position & 0x3fff}${WEIGHTS[position >> 14]}`);
    }
    items.push(`'${lexeme}'${shown.length > 0 ? ':' : ''}${shown.join(',')}`);
  }
  if (at !== bytes.length) throw malformedValue('tsvector');
  return items.join(' ');
}

function encodeTsvector(text: string): Uint8Array {
  const parts: Uint8Array[] = [];
  let count = 0;
  for (let at = 0; at < text.length; count++) {
    ITEM.lastIndex = at;
    const item = ITEM.exec(text);
    if (item === null) throw malformedValue('tsvector');
    at = ITEM.lastIndex;
    const lexeme = (item[1] as string).replaceAll("''", "'").replaceAll('\\\\', '\\');
    const positions = item[2] === undefined ? [] : item[2].split(',');
    const tail = Buffer.alloc(3 + positions.length * 2);
    tail.writeUInt16BE(positions.length, 1);
    for (const [index, position] of positions.entries()) {
      const weight = WEIGHTS.indexOf(position.replace(/\d+/, '') as (typeof WEIGHTS)[number]);
      tail.writeUInt16BE((weight << 14) | (Number.parseInt(position, 10) & 0x3fff), 3 + index * 2);
    }
    parts.push(Buffer.from(lexeme), tail);
  }
  const header = Buffer.alloc(4);
  header.writeInt32BE(count);
  return Buffer.concat([header, ...parts]);
}
