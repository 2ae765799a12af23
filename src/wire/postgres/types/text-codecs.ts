import { isUtf8 } from 'node:buffer';
import { malformedValue, type ValueCodec } from './value-codec.ts';

function decodeUtf8(binary: Uint8Array, typeName: string): string {
  if (!isUtf8(binary)) throw malformedValue(typeName);
  return Buffer.from(binary.buffer, binary.byteOffset, binary.length).toString('utf8');
}

/** text, varchar, name, xml, json, enums and all others whose binary format is their text in UTF-8. */
export const textCodec: ValueCodec = {
  toText: (binary: Uint8Array) => decodeUtf8(binary, 'text'),
  fromText: (text: string) => Buffer.from(text, 'utf8'),
};

// A loop: the pattern / +$/ is quadratic on long runs of spaces.
function trimSpaces(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0x20) end--;
  return text.slice(0, end);
}

/** char(n): as text; trailing spaces are no part of the value. */
export const paddedTextCodec: ValueCodec = {
  toText: (binary: Uint8Array) => trimSpaces(decodeUtf8(binary, 'bpchar')),
  fromText: (text: string) => Buffer.from(text, 'utf8'),
  canonicalText: trimSpaces,
};

// The only version of the format so far; the document follows as text.
const JSONB_VERSION = 1;

/** jsonb: a version byte, then the document as text. */
export const jsonbCodec: ValueCodec = {
  toText(binary: Uint8Array): string {
    if (binary[0] !== JSONB_VERSION) throw malformedValue('jsonb');
    return decodeUtf8(binary.subarray(1), 'jsonb');
  },
  fromText: (text: string) => Buffer.concat([Uint8Array.of(JSONB_VERSION), Buffer.from(text, 'utf8')]),
};
